"""Small courses for tests, made by hand or drawn."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st

from common.domain.engagement.coursework import POINTS, CourseCohort, CourseHistory, LearnerWork, Piece, Told, as_of

PLAN = ("essay", "quiz", "project", "report")
DAY = 60
LEARNERS = tuple("abcdefg")
NO_PAST = CourseHistory()
LIMITED = settings(derandomize=True, max_examples=100, deadline=None)

pieces = st.builds(
    Piece,
    day=st.integers(-40, 90),
    points=st.one_of(st.none(), st.integers(0, POINTS)),
    is_banked=st.booleans(),
)


def happenings(*, first: int = -40, last: int = 90) -> st.SearchStrategy[list[Told]]:
    """What became known of up to seven learners between two days, each piece told once."""
    keys = st.tuples(st.sampled_from(LEARNERS), st.sampled_from(PLAN))
    told = st.dictionaries(keys, st.tuples(pieces, st.integers(first, last)), max_size=14)
    return told.map(lambda known: [_told(key, *value) for key, value in known.items()])


def _told(key: tuple[str, str], piece: Piece, known_on: int) -> Told:
    return Told(known_on, *key, replace(piece, day=min(piece.day, known_on)))


def at(
    told: Sequence[Told],
    day: int = DAY,
    learners: Sequence[str] = LEARNERS,
    history: CourseHistory = NO_PAST,
) -> tuple[CourseCohort, dict[str, LearnerWork]]:
    """The course as it stood on a day."""
    return as_of(day, learners, PLAN, told, history)


def handed_in(learner_id: str, assessment_id: str = "essay", day: int = 20, points: int | None = 700) -> Told:
    """A learner handed something in, and it was marked the same day."""
    return Told(day, learner_id, assessment_id, Piece(day, points))
