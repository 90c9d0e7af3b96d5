"""What is stored of experiments: what was declared before they began, whom they met, and what was counted of them."""

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.ports import Document, Time

HOLDOUT = "holdout"
"""The arm of those whom nobody writes to, so that the others can be compared with them."""
WINDOW = timedelta(hours=72)
"""Whoever learns within it after their first nudge was due, or held back, came back."""

Channel = Literal["in_app", "email"]
ArmEnd = Literal["harmful", "by_hand"]
ExperimentEnd = Literal["by_hand", "time_is_up"]


class Arm(BaseModel):
    """One way to nudge. What it does not vary is as it is outside of experiments."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    arm: str
    """Its name, unique in the experiment."""
    percent: int
    """Of the learners, 1 to 95."""
    template: str | None = None
    """The variant of the text."""
    channel: Channel | None = None
    send_hour: int | None = None
    """0 to 23, where the learner lives."""
    stopped_at: Time | None = None
    """Since when nobody is nudged by it."""
    stopped_because: ArmEnd | None = None


class Tally(BaseModel):
    """Learners of one arm whose 72 hours are over, and how many of them came back."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    learners: int = 0
    returned: int = 0


class Experiment(
    Document,
    collection="experiments",
    key="experiment_id",
    unindexed=(
        "name", "salt", "arms", "holdout_percent", "smallest_effect", "stopped_at", "stopped_because",
        "tallies", "controls", "evidence", "counted_until",
    ),
):  # fmt: skip
    """An experiment with nudges: its arms, and the sums of the days that are over.

    All that was decided beforehand stays as it was declared. The sums grow by a day at a time, so that neither a look
    nor the report reads a learner's document; see experiment_looks.py.
    """

    experiment_id: str
    name: str
    salt: str
    """Random: which learners are in which arm has nothing to do with any other experiment."""
    arms: tuple[Arm, ...]
    holdout_percent: int
    """Of the learners, 5 to 95; with those of the arms, 100."""
    smallest_effect: float
    """The smallest difference that would matter, as a share: 0.03 is three learners more in a hundred."""
    created_by: str
    started_at: Time
    is_running: bool = True
    is_followed: bool = True
    """Whether there are, or will be, days that no look has counted."""
    stopped_at: Time | None = None
    stopped_because: ExperimentEnd | None = None
    stopped_by: str | None = None
    """The admin; None where its time was up."""
    tallies: dict[str, Tally] = Field(default_factory=dict)
    """By arm, the hold-out among them. Of an arm that was stopped, until the day before."""
    controls: dict[str, Tally] = Field(default_factory=dict)
    """By arm, those who were held out on the days that count for it: what it is compared with."""
    evidence: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    """That an arm does harm, by arm: log e-values, as sequential.py makes them."""
    counted_until: str
    """ISO 8601 date, UTC: learners met on this day and before are in the sums."""

    def arm(self, name: str) -> Arm | None:
        """The arm of this name; None for the hold-out."""
        return next((one for one in self.arms if one.arm == name), None)


class RunningExperiment(Document, collection="running_experiment", key="slot_id", unindexed=("experiment_id",)):
    """Which experiment is running, under the id "current": so that no two begin at once."""

    slot_id: str
    experiment_id: str | None


class Exposure(
    Document,
    collection="exposures",
    key="exposure_id",
    unindexed=("exposed_at", "came_back_at", "expires_at"),
    expires="expires_at",
):
    """A learner's first nudge in an experiment, whether it was sent or held back: the unit that is counted.

    There is one a learner and experiment, and by its id no second; later nudges of the learner add nothing.
    """

    exposure_id: str
    experiment_id: str
    user_id: str
    arm: str
    """As assigned, whatever became of the nudge: what is compared is the intention to send it."""
    day: str
    """ISO 8601 date of `exposed_at`, UTC."""
    exposed_at: Time
    came_back: bool = False
    """Whether the learner learned within WINDOW after."""
    came_back_at: Time | None = None
    """When they first did."""
    expires_at: Time


def exposure_id(experiment_id: str, user_id: str) -> str:
    """The id of a learner's exposure to an experiment."""
    return f"{experiment_id}.{user_id}"
