"""The daily look at experiments: a day is counted once its learners' 72 hours are over, and harmful arms are stopped.

A day costs two counts an arm, each billed a read per thousand learners of that day, and no look reads an earlier day
again. What a day brought never changes afterwards, so the sums are exact, and the rule sees each learner once.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from common import logs
from common.domain.engagement import sequential
from common.domain.engagement.experiment_messages import CountExperimentDay
from common.domain.engagement.experiment_models import (
    HOLDOUT,
    Arm,
    Experiment,
    ExperimentEnd,
    Exposure,
    RunningExperiment,
    Tally,
)
from common.domain.engagement.experiments import LONGEST, settles_at
from common.ports import Clock, Query, Queue, Store, StoreReader, Tick

MOST_FOLLOWED = 20
"""Experiments of one night: one runs, and those that have stopped are followed for four days more."""
FOLLOWED = Query(Experiment, equal=("is_followed",), order=("started_at",))
MET = Query(Exposure, equal=("experiment_id", "arm", "day"))
RETURNED = Query(Exposure, equal=("experiment_id", "arm", "day", "came_back"))


def begin(tick: Tick, store: StoreReader, counts: Queue[CountExperimentDay]) -> None:
    """Ask for the first day that has settled, of each experiment that is followed. Costs a read an experiment."""
    for one in store.query(FOLLOWED, {"is_followed": True}, limit=MOST_FOLLOWED):
        _ask_for_next(one, tick.scheduled_at, tick.scheduled_at, counts)


def look(message: CountExperimentDay, store: Store, counts: Queue[CountExperimentDay], clock: Clock) -> None:
    """Count a day, judge the arms, and ask for the next day if it has settled too.

    Costs a read, two counts for each arm and for the hold-out, and a write; two writes and a read where time is up.
    """
    now, day = clock.now(), date.fromisoformat(message.day)
    seen = store.get(Experiment, message.experiment_id)
    if seen is None or not seen.is_followed or day != _next_day(seen) or now < settles_at(day):
        return
    names = (*(one.arm for one in seen.arms), HOLDOUT)
    found = {name: _tally(seen, name, message.day, store) for name in names}
    counted = judged(seen, found, day, now).model_copy(update={"counted_until": message.day})
    if counted.is_running and now >= counted.started_at + LONGEST:
        counted = ended(counted, store, now, because="time_is_up")
    counted = counted.model_copy(update={"is_followed": counted.is_running or _has_more(counted)})
    store.put(counted)
    _ask_for_next(counted, message.asked_at, now, counts)
    logs.info(
        "experiment.counted",
        experiment_id=seen.experiment_id,
        day=message.day,
        met=sum(one.learners for one in found.values()),
    )


def judged(seen: Experiment, found: dict[str, Tally], day: date, now: datetime) -> Experiment:
    """The experiment with one more day, by arm, in its sums; arms that do harm by now are stopped.

    An arm that was stopped counts until the day before, and so do those whom it is compared with: who is held out
    later comes back for reasons of a later time.
    """
    tallies, controls, evidence = dict(seen.tallies), dict(seen.controls), dict(seen.evidence)
    tallies[HOLDOUT] = _sum(tallies.get(HOLDOUT), found[HOLDOUT])
    for one in seen.arms:
        if one.stopped_at is None or day < one.stopped_at.astimezone(UTC).date():
            tallies[one.arm] = _sum(tallies.get(one.arm), found[one.arm])
            controls[one.arm] = _sum(controls.get(one.arm), found[HOLDOUT])
            before = evidence.get(one.arm, sequential.NOTHING_YET)
            evidence[one.arm] = sequential.after(before, found[one.arm], found[HOLDOUT])
    arms = tuple(_stopped_if_harmful(one, evidence, seen, now) for one in seen.arms)
    return seen.model_copy(update={"tallies": tallies, "controls": controls, "evidence": evidence, "arms": arms})


def ended(
    seen: Experiment, store: Store, now: datetime, *, because: ExperimentEnd, by: str | None = None
) -> Experiment:
    """The experiment as it is once nobody more is counted; another may begin. Costs a read and a write."""
    slot = store.get(RunningExperiment, "current")
    if slot is not None and slot.experiment_id == seen.experiment_id:
        store.put(slot.model_copy(update={"experiment_id": None}))
    return seen.model_copy(
        update={"is_running": False, "stopped_at": now, "stopped_because": because, "stopped_by": by}
    )


def _stopped_if_harmful(arm: Arm, evidence: Mapping[str, tuple[float, ...]], of: Experiment, now: datetime) -> Arm:
    found = sequential.strength(evidence.get(arm.arm, sequential.NOTHING_YET))
    if arm.stopped_at is not None or found < sequential.threshold(len(of.arms)):
        return arm
    logs.warning("experiment.arm_harmful", experiment_id=of.experiment_id, arm=arm.arm)
    return arm.model_copy(update={"stopped_at": now, "stopped_because": "harmful"})


def _next_day(seen: Experiment) -> date:
    return date.fromisoformat(seen.counted_until) + timedelta(days=1)


def _has_more(seen: Experiment) -> bool:
    """Whether somebody may have been met after the last day that was counted, clocks of two machines being apart."""
    return seen.stopped_at is None or _next_day(seen) <= seen.stopped_at.astimezone(UTC).date() + timedelta(days=1)


def _ask_for_next(seen: Experiment, asked_at: datetime, now: datetime, counts: Queue[CountExperimentDay]) -> None:
    day = _next_day(seen)
    if seen.is_followed and settles_at(day) <= now:
        counts.stage(CountExperimentDay(experiment_id=seen.experiment_id, day=day.isoformat(), asked_at=asked_at))


def _tally(seen: Experiment, arm: str, day: str, store: StoreReader) -> Tally:
    where = {"experiment_id": seen.experiment_id, "arm": arm, "day": day}
    return Tally(learners=store.count(MET, where), returned=store.count(RETURNED, where | {"came_back": True}))


def _sum(one: Tally | None, other: Tally) -> Tally:
    one = one or Tally()
    return Tally(learners=one.learners + other.learners, returned=one.returned + other.returned)
