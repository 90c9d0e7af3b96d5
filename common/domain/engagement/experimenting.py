"""Experiments begun, found and stopped by admins."""

from datetime import UTC, timedelta

from common.domain.accounts import audit
from common.domain.engagement import experiment_looks, experiment_reports
from common.domain.engagement.experiment_bodies import ExperimentReport, ExperimentStop, NewExperiment
from common.domain.engagement.experiment_models import Arm, Experiment, RunningExperiment
from common.domain.engagement.experiment_reports import LATEST
from common.errors import Conflict, NotFound
from common.ports import Caller, Clock, Ids, Page, Store, StoreReader, read_page


class ExperimentRunning(Conflict):
    """A learner is in one experiment at a time: of two that overlap, neither knows what it measures."""

    code, title = "experiment_running", "Another experiment is running: stop it first"


def begin(caller: Caller, wished: NewExperiment, store: Store, clock: Clock, ids: Ids) -> ExperimentReport:
    """Let an experiment run, from now on; ExperimentRunning. Costs a read and three writes."""
    slot = store.get(RunningExperiment, "current")
    if slot is not None and slot.experiment_id is not None:
        raise ExperimentRunning
    now = clock.now()
    begun = Experiment(
        experiment_id=ids.new(),
        name=wished.name,
        salt=ids.new(),
        arms=tuple(Arm(**one.model_dump()) for one in wished.arms),
        holdout_percent=wished.holdout_percent,
        smallest_effect=wished.smallest_effect,
        created_by=caller.user_id,
        started_at=now,
        counted_until=(now.astimezone(UTC).date() - timedelta(days=1)).isoformat(),
    )
    store.create(begun)
    store.put(RunningExperiment(slot_id="current", experiment_id=begun.experiment_id))
    audit.record(store, ids, clock, caller.user_id, "experiment.begun", begun.experiment_id)
    return experiment_reports.report(begun, now)


def stop(
    caller: Caller, experiment_id: str, wished: ExperimentStop, store: Store, clock: Clock, ids: Ids
) -> ExperimentReport:
    """Stop an experiment, or one arm of it: nothing that is due after this commit is nudged by it.

    Learners whom it has met are followed to the end of their 72 hours. What has stopped already stays as it is.
    NotFound. Costs two reads and three writes.
    """
    now, seen = clock.now(), store.get(Experiment, experiment_id)
    if seen is None or (wished.arm is not None and seen.arm(wished.arm) is None):
        raise NotFound("There is no such experiment, or it has no such arm")
    stopped = _without(wished.arm, seen, caller, store, clock)
    if stopped != seen:
        store.put(stopped)
        said = {"arm": wished.arm} if wished.arm else {}
        audit.record(store, ids, clock, caller.user_id, "experiment.stopped", experiment_id, **said)
    return experiment_reports.report(stopped, now)


def show(experiment_id: str, store: StoreReader, clock: Clock) -> ExperimentReport:
    """How an experiment stands; NotFound. Costs a read."""
    seen = store.get(Experiment, experiment_id)
    if seen is None:
        raise NotFound
    return experiment_reports.report(seen, clock.now())


def all_of_them(store: StoreReader, clock: Clock, *, page_size: int, page_token: str | None) -> Page[ExperimentReport]:
    """Experiments, the last one first. Costs a read an item, and one more."""
    now = clock.now()
    return read_page(
        store,
        LATEST,
        {},
        page_size=page_size,
        page_token=page_token,
        show=lambda one: experiment_reports.report(one, now),
    )


def _without(arm: str | None, seen: Experiment, caller: Caller, store: Store, clock: Clock) -> Experiment:
    now = clock.now()
    if not seen.is_running:
        return seen
    if arm is None:
        return experiment_looks.ended(seen, store, now, because="by_hand", by=caller.user_id)
    ends = {"stopped_at": now, "stopped_because": "by_hand"}
    arms = tuple(one.model_copy(update=ends) if one.arm == arm and one.stopped_at is None else one for one in seen.arms)
    return seen.model_copy(update={"arms": arms})
