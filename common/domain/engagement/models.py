"""What is stored of engagement: nudges, what learners wish of them, and the risk of failing by learner and course."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.domain.engagement.experiment_models import Channel
from common.domain.engagement.judgement import About, Band
from common.ports import Document, Query, Time

Origin = Literal["lapse", "teacher"]
"""Why there is a nudge: the learner has been away for longer than is usual for them, or a teacher asked for it."""
Status = Literal["planned", "writing", "sending", "sent", "unknown", "failed", "held_out", "dropped"]
"""planned: it waits for its time; writing: a model writes its text; sending: its e-mail is on its way; sent: the
learner has it; unknown: the mail server may have taken it, and it is not sent again; failed: the address does not
exist; held_out: never to be sent, by an experiment; dropped: not sent after all, see `dropped_because`."""
Dropped = Literal["came_back", "opted_out", "stopped", "inactive", "no_channel"]
TextBy = Literal["template", "model"]


class Part(BaseModel):
    """A part of a stored document; what a newer version wrote besides is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Nudge(
    Document,
    collection="nudges",
    key="nudge_id",
    unindexed=(
        "origin", "status", "dropped_because", "silent_since", "course_id", "course_title", "reason",
        "channel", "template", "language", "text_by", "subject", "text", "risk", "experiment_id", "arm", "held_out",
        "dismissed_at", "helpful",
    ),
):  # fmt: skip
    """One message that is meant to bring a learner back, whether it was sent, held back or dropped.

    Of a lapse the id derives from the learner and from when they were last here, so that a silence has one nudge.
    """

    nudge_id: str
    user_id: str
    origin: Origin
    status: Status
    reached: bool = False
    """Whether the learner has it, or may have it: what their list shows."""
    dropped_because: Dropped | None = None
    silent_since: Time | None = None
    """Of a lapse: when the learner was last here."""
    sender_id: str | None = None
    """The teacher who asked for it."""
    course_id: str | None = None
    course_title: str | None = None
    """Of the course in which they teach the learner, as it was then."""
    reason: str | None = None
    """What the teacher says to the learner, word for word."""
    channel: Channel | None = None
    """None until it is decided."""
    template: str | None = None
    """The variant that was chosen, such as "model"; with its version, as "plain-1", once its words are the text."""
    language: str | None = None
    text_by: TextBy = "template"
    subject: str | None = None
    text: str | None = None
    """Both as the learner reads them; None until they are written."""
    risk: float | None = None
    """Of a lapse: the chance, 0 to 1, that they would not have come back within a week, when this was planned."""
    experiment_id: str | None = None
    arm: str | None = None
    held_out: bool = False
    planned_at: Time
    """When all checks had passed for the first time, or a teacher asked."""
    sent_at: Time | None = None
    """When it was shown, or handed to the mail server."""
    opened_at: Time | None = None
    acted_at: Time | None = None
    dismissed_at: Time | None = None
    helpful: bool | None = None
    came_back_at: Time | None = None
    """When the learner first studied within 72 hours of `planned_at`; None as long as they did not."""


OWN = Query(Nudge, equal=("user_id", "reached"), order=("-planned_at",))
"""What a learner was sent, the latest first."""
OF_LEARNER = Query(Nudge, equal=("user_id",), order=("planned_at",))
"""All of a learner's, for their export and their erasure."""


class LearnerNudges(
    Document,
    collection="learner_nudges",
    key="user_id",
    unindexed=("channels", "quiet_from", "quiet_until", "most_a_week", "opted_out_at", "recent", "updated_at"),
):
    """What a learner wishes of nudges, and when the last ones were: all that sending one is judged by."""

    user_id: str
    channels: tuple[Channel, ...] = ("in_app", "email")
    quiet_from: str = "21:00"
    """HH:MM where the learner lives; the same as `quiet_until` where no hour is quiet."""
    quiet_until: str = "08:00"
    most_a_week: int = 2
    """In any seven days, 1 to 7."""
    opted_out_at: Time | None = None
    """Since when they want none at all."""
    recent: tuple[Time, ...] = ()
    """The last ones, those that were held back included: at most 7."""
    updated_at: Time | None = None


class NudgeSettings(
    Document,
    collection="nudge_settings",
    key="settings_id",
    unindexed=("stopped", "text_by", "updated_at"),
):
    """How this deployment nudges, under the id "current"."""

    settings_id: str = "current"
    stopped: bool = False
    """The kill switch: nothing is planned, and nothing that is planned is sent."""
    text_by: TextBy = "template"
    """Who writes where no experiment says otherwise."""
    updated_by: str | None = None
    updated_at: Time | None = None


class StoredReason(Part):
    """One effect on a risk, in plain words: see judgement.Reason."""

    about: About
    effect: Literal["raises", "lowers"]
    strength: float
    """In log-odds."""
    text: str


class StoredPiece(Part):
    """One piece of graded work of a learner: see coursework.Piece."""

    day: int
    """Since the learner joined the course."""
    points: int | None = None


class CourseRisk(
    Document,
    collection="course_risks",
    key="risk_id",
    unindexed=("evidence", "reasons", "as_of", "model_version", "pieces", "joined_at"),
):
    """The risk that a learner fails a course, and the graded work that it is judged from: one document of bounded size.

    Written when work of theirs becomes known, and once a day while anybody works in the course.
    """

    risk_id: str
    course_id: str
    user_id: str
    score: float
    """0 to 1."""
    band: Band
    evidence: float
    """Pieces of work that the others have handed in by now; see judgement.Risk."""
    reasons: tuple[StoredReason, ...] = ()
    """For the teacher, the strongest first."""
    as_of: Time
    model_version: str
    pieces: dict[str, StoredPiece] = Field(default_factory=dict)
    """By assessment; those of the cohort's plan, so at most as many as it names."""
    joined_at: Time


AT_RISK = Query(CourseRisk, equal=("course_id",), optional=("band",), order=("-score",))
"""The learners of a course, those at the highest risk first: a teacher's dashboard reads a page of it."""
OF_COURSE = Query(CourseRisk, equal=("course_id",), order=("user_id",))
RISKS_OF_LEARNER = Query(CourseRisk, equal=("user_id",), order=("course_id",))
"""All of a learner's, for their export and their erasure."""


class StoredTally(Part):
    """What a course's learners did with one assessment: see coursework.Tally."""

    handed_in: int = 0
    by_day: dict[str, int] = Field(default_factory=dict)
    scored: int = 0
    score_sum: int = 0
    score_squares: int = 0


class CourseCohortWork(
    Document, collection="course_cohorts", key="course_id", unindexed=("plan", "tallies", "refresh_day")
):
    """What the learners of a course did together: sums that tell of nobody, at most MOST_ASSESSMENTS assessments."""

    course_id: str
    plan: tuple[str, ...] = ()
    """Assessments, in the order in which they were first met."""
    tallies: dict[str, StoredTally] = Field(default_factory=dict)
    refresh_day: str | None = None
    """ISO 8601 date, UTC, on which everybody's risk is judged anew: asked for with the first work of the day before."""


def risk_id(course_id: str, user_id: str) -> str:
    """The id of a learner's risk in a course."""
    return f"{course_id}-{user_id}"
