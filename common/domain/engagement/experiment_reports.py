"""What is known of experiments: lifts, whether they can be believed, and what to wait for.

Everything is in the experiment's own document, so a report costs a read, whatever the number of learners.
"""

import math
from datetime import UTC, date, datetime, time, timedelta

from common.domain.engagement import lift, sequential
from common.domain.engagement.experiment_bodies import ArmReport, ExperimentReport, HoldoutReport, State
from common.domain.engagement.experiment_models import HOLDOUT, Arm, Experiment, Tally
from common.domain.engagement.experiments import SETTLES_AFTER
from common.domain.engagement.sample_ratio import SUSPICIOUS, sample_ratio
from common.ports import Query, StoreReader

LATEST = Query(Experiment, order=("-started_at",))
SHOWN = 5
"""On a dashboard."""
MOST_EVIDENCE = math.log(1e300)
LATE = timedelta(days=2)
"""A look that is later than this is missed."""


def experiment_reports(store: StoreReader, now: datetime) -> tuple[ExperimentReport, ...]:
    """The latest experiments, the last one first, for a dashboard. Costs at most SHOWN reads, and at least one."""
    return tuple(report(one, now) for one in store.query(LATEST, limit=SHOWN))


def report(seen: Experiment, now: datetime) -> ExperimentReport:
    """How an experiment stands at `now`."""
    holdout = seen.tallies.get(HOLDOUT, Tally())
    arms = tuple(_arm(one, seen) for one in seen.arms)
    ratio = _ratio(seen)
    return ExperimentReport(
        experiment_id=seen.experiment_id,
        name=seen.name,
        state=_state(seen),
        started_at=seen.started_at,
        stopped_at=seen.stopped_at,
        stopped_because=seen.stopped_because,
        as_of=_as_of(seen),
        smallest_effect=seen.smallest_effect,
        holdout=HoldoutReport(
            percent=seen.holdout_percent,
            learners=holdout.learners,
            returned=holdout.returned,
            return_share=lift.share(holdout) if holdout.learners else None,
        ),
        arms=arms,
        sample_ratio_p=ratio,
        warnings=tuple(_warnings(seen, arms, ratio, now)),
    )


def _state(seen: Experiment) -> State:
    if not seen.is_running:
        return "stopped"
    return "halted" if all(one.stopped_at for one in seen.arms) else "running"


def _as_of(seen: Experiment) -> datetime:
    return datetime.combine(date.fromisoformat(seen.counted_until) + timedelta(days=1), time(), UTC)


def _arm(arm: Arm, seen: Experiment) -> ArmReport:
    tally, holdout = seen.tallies.get(arm.arm, Tally()), seen.controls.get(arm.arm, Tally())
    found = lift.lift(tally, holdout)
    per_arm = seen.holdout_percent / arm.percent
    needed = lift.needed(holdout, seen.smallest_effect, per_arm)
    harm = sequential.strength(seen.evidence.get(arm.arm, sequential.NOTHING_YET))
    return ArmReport(
        **arm.model_dump(),
        learners=tally.learners,
        returned=tally.returned,
        return_share=lift.share(tally) if tally.learners else None,
        lift=found.difference if found else None,
        lift_low=found.low if found else None,
        lift_high=found.high if found else None,
        learners_needed=needed,
        is_large_enough=tally.learners >= needed and holdout.learners >= needed * per_arm,
        evidence_of_harm=math.exp(min(harm, MOST_EVIDENCE)),
        evidence_to_stop=math.exp(sequential.threshold(len(seen.arms))),
    )


def _ratio(seen: Experiment) -> float | None:
    """Of the hold-out and the arms that still run: a stopped arm met nobody more while they did."""
    percents = {one.arm: one.percent for one in seen.arms if one.stopped_at is None}
    counts = {name: one.learners for name, one in seen.tallies.items()}
    return sample_ratio(counts, percents | {HOLDOUT: seen.holdout_percent})


def _warnings(seen: Experiment, arms: tuple[ArmReport, ...], ratio: float | None, now: datetime) -> list[str]:
    said = []
    if ratio is not None and ratio < SUSPICIOUS:
        said.append("The arms do not have the learners that they should have: do not believe the lifts.")
    for one in arms:
        if one.stopped_because == "harmful":
            said.append(f"{one.arm}: fewer learners came back than without a nudge, so it has stopped itself.")
        elif not one.is_large_enough:
            said.append(
                f"{one.arm}: too few learners to tell an effect of {seen.smallest_effect:g} from none; "
                f"{one.learners} of the {one.learners_needed} that it takes, and its interval is to be read then."
            )
    if _state(seen) == "halted":
        said.append("Every arm was stopped. Nobody in the experiment is nudged until you stop it.")
    if seen.is_followed and _as_of(seen) + SETTLES_AFTER + LATE < now:
        said.append("The daily look has not come for two days: harm that was done since is not known yet.")
    return said
