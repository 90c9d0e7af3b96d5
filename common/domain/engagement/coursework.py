"""Graded work in a course, in the two shapes that the risk of failing is judged from.

A cohort is one document a course, a learner's work one document a learner and course: judging somebody reads two
documents, however many learn there. Both are kept as work becomes known. Every number in a cohort is a count or a sum
of whole numbers, so what happened may be told in any order, and `deltas` says what to increment without reading.

The same functions build them from a list of what happened until a day (`as_of`), which is how the model is fitted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

POINTS = 1_000
"""Of a perfect piece. Whole numbers, so that no order of adding them up changes a digit."""
FIRST_DAY, LAST_DAY = -30, 400
"""Days of handing in that are told apart; those beyond count as these, which bounds the document."""
MOST_ASSESSMENTS = 64
"""Of a course's plan, that count: 64 times the days that are told apart are under half a megabyte in a document."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of graded work that a learner handed in. ValueError for points that there are not."""

    day: int
    """When it was first handed in: days since the course began; negative before."""
    points: int | None = None
    """The best score so far, 0 to POINTS; None while nobody has marked it."""
    is_banked: bool = False
    """Carried over from an earlier attempt at the course: done, but not in this one. Its score is not compared."""

    def __post_init__(self) -> None:
        if self.points is not None and not 0 <= self.points <= POINTS:
            raise ValueError(f"points are 0 to {POINTS}")

    @property
    def counted_day(self) -> int:
        """The day as a cohort counts it."""
        return min(max(self.day, FIRST_DAY), LAST_DAY)

    def joined(self, other: "Piece | None") -> "Piece":
        """What is known of the piece from two tellings: the first day, the best score. In any order, any number.

        What was done in this attempt takes the place of what was banked in an earlier one.
        """
        if other is None:
            return self
        is_banked = self.is_banked and other.is_banked
        told = [one for one in (self, other) if one.is_banked == is_banked]
        points = max((one.points for one in told if one.points is not None), default=None)
        return Piece(min(one.day for one in told), points, is_banked)


@dataclass(frozen=True, slots=True)
class LearnerWork:
    """What one learner handed in, by assessment."""

    pieces: Mapping[str, Piece] = field(default_factory=dict)

    def with_piece(self, assessment_id: str, piece: Piece) -> "LearnerWork":
        """With one more piece, or with what is now known of it."""
        return LearnerWork({**self.pieces, assessment_id: piece.joined(self.pieces.get(assessment_id))})


@dataclass(frozen=True, slots=True)
class Tally:
    """What a cohort did with one assessment so far."""

    handed_in: int = 0
    """Learners who handed it in, or brought it with them."""
    by_day: Mapping[int, int] = field(default_factory=dict)
    """Day of handing in -> learners; what was banked has no day."""
    scored: int = 0
    """Learners whose score is known."""
    score_sum: int = 0
    """Of their points."""
    score_squares: int = 0


@dataclass(frozen=True, slots=True)
class CourseHistory:
    """How the course ended for those who were there before: all earlier runs together."""

    finished: int = 0
    """Learners who stayed to the end."""
    failed: int = 0
    """Of those, who did not pass."""


@dataclass(frozen=True, slots=True)
class CourseCohort:
    """All that is known of a course's learners and its graded work by now."""

    learners: int
    """Who are enrolled now, and have not withdrawn."""
    plan: tuple[str, ...]
    """The assessments in the order in which the course asks for them; deadlines are not needed."""
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    history: CourseHistory = CourseHistory()

    def with_piece(self, assessment_id: str, before: Piece | None, after: Piece | None) -> "CourseCohort":
        """With what a learner's piece became, None if they left; `before` is what was known of it until then.

        What is not among the first MOST_ASSESSMENTS of the plan is not counted.
        """
        if assessment_id not in self.plan[:MOST_ASSESSMENTS]:
            return self
        tally = self.tallies.get(assessment_id, Tally())
        by_day = dict(tally.by_day)
        sums = {"handed_in": 0, "scored": 0, "score_sum": 0, "score_squares": 0}
        for name, more in deltas(before, after).items():
            if name in sums:
                sums[name] += more
            else:
                day = int(name.removeprefix("by_day."))
                by_day[day] = by_day.get(day, 0) + more
        grown = Tally(
            handed_in=tally.handed_in + sums["handed_in"],
            by_day={day: count for day, count in by_day.items() if count},
            scored=tally.scored + sums["scored"],
            score_sum=tally.score_sum + sums["score_sum"],
            score_squares=tally.score_squares + sums["score_squares"],
        )
        return replace(self, tallies={**self.tallies, assessment_id: grown})


def deltas(before: Piece | None, after: Piece | None) -> dict[str, int]:
    """What a learner's piece changes in its assessment's tally, by field; what it leaves alone is not named.

    A field of `by_day` is named `by_day.19`. A store that increments fields needs no read for it. `after` is None for
    somebody who leaves the course: their work leaves with them.
    """
    changes: dict[str, int] = {}
    for piece, sign in ((before, -1), (after, 1)):
        if piece is None:
            continue
        told = {"handed_in": 1} if piece.is_banked else {"handed_in": 1, f"by_day.{piece.counted_day}": 1}
        if piece.points is not None and not piece.is_banked:
            told |= {"scored": 1, "score_sum": piece.points, "score_squares": piece.points**2}
        for name, amount in told.items():
            changes[name] = changes.get(name, 0) + sign * amount
    return {name: amount for name, amount in changes.items() if amount}


@dataclass(frozen=True, slots=True)
class Told:
    """That a learner handed something in, or that it was marked."""

    known_on: int
    """Day of the course on which it became known: of handing in, or of marking."""
    learner_id: str
    assessment_id: str
    piece: Piece


def as_of(
    day: int, learner_ids: Iterable[str], plan: tuple[str, ...], told: Iterable[Told], history: CourseHistory
) -> tuple[CourseCohort, dict[str, LearnerWork]]:
    """The cohort and each learner's work as they stood at the end of a day; what became known later is not looked at.

    Who is not among the learners counts for nothing.
    """
    works = {learner_id: LearnerWork() for learner_id in learner_ids}
    cohort = CourseCohort(len(works), plan, {}, history)
    for one in told:
        if max(one.known_on, one.piece.day) > day or one.learner_id not in works:
            continue
        work = works[one.learner_id]
        grown = work.with_piece(one.assessment_id, one.piece)
        before, after = work.pieces.get(one.assessment_id), grown.pieces[one.assessment_id]
        cohort = cohort.with_piece(one.assessment_id, before, after)
        works[one.learner_id] = grown
    return cohort, works
