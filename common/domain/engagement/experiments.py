"""Which learners an experiment nudges in which way, whom it holds back, and who of them came back.

The only randomness is a salted hash of the learner: who they are decides their arm, once and for all. A learner counts
from the moment at which their first nudge would go out now, all checks passed (nobody opted out, no quiet hours, no
cap): until then the arms differ in nothing. From there on they count as assigned, whatever became of the nudge.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from common.domain.engagement.experiment_models import (
    HOLDOUT,
    WINDOW,
    Channel,
    Experiment,
    Exposure,
    exposure_id,
)
from common.ports import Query, Store, StoreReader

LONGEST = timedelta(days=180)
"""An experiment that nobody has stopped by then stops itself."""
KEPT = LONGEST + timedelta(days=20)
"""Exposures outlive their experiment: while it runs, they tell that a learner was met before."""
SETTLES_AFTER = timedelta(days=4, hours=4)
"""From the beginning of a day: the 72 hours of whoever was met on it are over, and what they did has arrived."""

RUNNING = Query(Experiment, equal=("is_running",))


@dataclass(frozen=True, slots=True)
class Treatment:
    """What an experiment wants for one learner."""

    experiment_id: str
    arm: str
    is_nudged: bool
    """False: nothing is sent to them, as they are held out or their arm was stopped."""
    template: str | None = None
    """The variant of the text; None: as usual, and so are the others."""
    channel: Channel | None = None
    send_hour: int | None = None
    """0 to 23, where the learner lives."""

    @property
    def held_out(self) -> bool:
        """Whether the learner is one of those that the arms are compared with."""
        return self.arm == HOLDOUT


def running(store: StoreReader) -> Experiment | None:
    """The experiment that is running, if one is. Costs one read."""
    found = store.query(RUNNING, {"is_running": True}, limit=1)
    return found[0] if found else None


def assign(experiment: Experiment, user_id: str) -> str:
    """The learner's arm, or HOLDOUT: the same each time, for nothing in it changes while an experiment runs."""
    said = hashlib.sha256(f"{experiment.salt}\x1f{user_id}".encode()).digest()
    place = int.from_bytes(said[:8]) * 100 >> 64
    """0 to 99, each as likely but for one part in 10^17."""
    for one in experiment.arms:
        if place < one.percent:
            return one.arm
        place -= one.percent
    return HOLDOUT


def treatment(experiment: Experiment, user_id: str) -> Treatment:
    """What is to be done for the learner. Whose arm was stopped is left in peace until the experiment ends."""
    name = assign(experiment, user_id)
    arm = experiment.arm(name)
    if arm is None or arm.stopped_at is not None:
        return Treatment(experiment.experiment_id, name, is_nudged=False)
    return Treatment(experiment.experiment_id, name, True, arm.template, arm.channel, arm.send_hour)


def expose(experiment: Experiment, user_id: str, store: Store, now: datetime) -> Exposure | None:
    """Count the learner from now on, in the batch that records the nudge or that it was held back.

    The exposure, if this is the learner's first in the experiment; None if it is not, or their arm was stopped before.
    `experiment` must have been read in this invocation (`running`): nobody is counted in one that has just stopped.
    Costs a read, and a write the first time.
    """
    name = assign(experiment, user_id)
    arm = experiment.arm(name)
    identity = exposure_id(experiment.experiment_id, user_id)
    if (arm is not None and arm.stopped_at is not None) or store.get(Exposure, identity) is not None:
        return None
    made = Exposure(
        exposure_id=identity,
        experiment_id=experiment.experiment_id,
        user_id=user_id,
        arm=name,
        day=now.astimezone(UTC).date().isoformat(),
        exposed_at=now,
        expires_at=now + KEPT,
    )
    store.verify(experiment)
    store.put(made)
    return made


def came_back(identity: str, at: datetime, store: Store, now: datetime) -> None:
    """The learner of this exposure did something at `at`: it counts within 72 h, if it is said before the day settles.

    Call it for an activity while `at` is within WINDOW of the exposure; twice or out of order does no harm. Costs a
    read, and a write the first time.
    """
    seen = store.get(Exposure, identity)
    if seen is None or not seen.exposed_at < at <= seen.exposed_at + WINDOW:
        return
    if now >= settles_at(date.fromisoformat(seen.day)):
        return  # what has been counted stays as it was counted
    if seen.came_back_at is None or at < seen.came_back_at:
        store.put(seen.model_copy(update={"came_back": True, "came_back_at": at}))


def settles_at(day: date) -> datetime:
    """When nothing of the learners met on this day (UTC) changes any more."""
    return datetime.combine(day, time(), UTC) + SETTLES_AFTER
