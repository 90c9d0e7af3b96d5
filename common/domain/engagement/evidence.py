"""What a learner's graded work shows when it is held against the cohort's: the inputs of the risk of failing.

- A piece is evidence as far as the others have handed it in. That share stands for the deadline, which may be wrong,
  extended or missing; where nothing is due yet there is no evidence.
- What is missing counts as the worst piece possible, so handing in anything never looks worse.
- Each input is centred on what such a cohort shows on average. So the mean of the risks stays at the course's prior
  however many pieces there are, in courses of other shapes than those that the model was fitted on too.
- The learner's own piece is taken out of the numbers that it is held against: nobody competes with themselves, a
  better score helps however small the cohort is, and a cohort of one says nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from common.domain.engagement.coursework import POINTS, CourseCohort, CourseHistory, LearnerWork, Piece, Tally

LATER_COUNTS_MORE = 0.3
"""By how much a piece loses weight (in logarithm) for each one that the cohort has handed in after it."""
EVIDENCE_PRIOR = 0.5
"""Pieces of average work that everybody starts with."""
SCORES_PRIOR, SCORE_MEAN, SCORE_SPREAD = 5, 0.7 * POINTS, 0.15 * POINTS
"""Scores of an imagined cohort that a real one is shrunk to: where all have the same mark, nobody stands out."""
FARTHEST = 2.0
"""Standard deviations beyond which a score is no better and no worse."""
AVERAGE_STANDING, AVERAGE_SAFETY = 0.5, 0.8
"""Means of `standing` and `safety` over a cohort's marked work, were its scores normal."""


class Inputs(NamedTuple):
    """What the model sees of a learner. 0 is the cohort's average; of the first four, higher is safer."""

    handed_in: float
    """Pieces handed in."""
    standing: float
    """Their scores, in deviations from the mean of the others'."""
    safety: float
    """The same, as far as it is below the mean: a bad mark says more than a good one."""
    pace: float
    """How many of the others handed in later, or not yet."""
    carried: float
    """Pieces banked in an earlier attempt: done, and a sign that one attempt was not enough."""
    evidence: float
    """How much is known, 0 to 1. Not about the learner: it keeps the mean in place as the risks spread."""


class Evidence(NamedTuple):
    """What a learner's work shows, and what of it comes from handing in alone."""

    pieces: float
    """Pieces of work that the others have handed in by now: the sum of their shares."""
    inputs: Inputs
    of_missing: tuple[float, float, float, float]
    """Of the first four inputs, what is there because work is missing."""
    of_handed_in: tuple[float, float, float, float]
    """And because work was handed in that not all others have, were it average work."""


class _Held(NamedTuple):
    """What the others did with one assessment, seen by who has handed it in, or by who has not."""

    share: float
    """Of the others who handed it in."""
    average_pace: float
    """Of those."""
    fade: float
    """What earlier assessments keep of their weight beside this one."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """One assessment, ready to hold a learner's piece against."""

    assessment_id: str
    present: _Held
    absent: _Held
    tally: Tally
    pace: Mapping[int, float]
    """Day of handing in -> share of the others who did later, or not yet; half of those who did on the same day."""


@dataclass(frozen=True, slots=True)
class Yardsticks:
    """A cohort, ready to judge each of its learners in a few microseconds."""

    others: int
    latest_first: tuple[Yardstick, ...]
    history: CourseHistory


def yardsticks(cohort: CourseCohort) -> Yardsticks:
    """A cohort made ready: once for all of its learners."""
    others = max(cohort.learners - 1, 0)
    latest_first = []
    for assessment_id in reversed(cohort.plan):
        tally = cohort.tallies.get(assessment_id)
        if tally is None or tally.handed_in <= 0:
            continue
        days = sorted(tally.by_day)
        until = accumulate(tally.by_day[day] for day in days)
        ahead = {day: total - (tally.by_day[day] + 1) / 2 for day, total in zip(days, until, strict=True)}
        pace = {day: max(0.0, 1 - some / max(others, 1)) for day, some in ahead.items()}
        present, absent = _held(tally.handed_in - 1, others), _held(tally.handed_in, others)
        latest_first.append(Yardstick(assessment_id, present, absent, tally, pace))
    return Yardsticks(others, tuple(latest_first), cohort.history)


def _held(handed_in: int, others: int) -> _Held:
    """With Jeffreys' half for the share of a few; what none of the others handed in says nothing."""
    share = min((handed_in + 0.5) / (others + 1), 1.0) if handed_in > 0 else 0.0
    return _Held(share, 1 - share / 2, math.exp(-LATER_COUNTS_MORE * share))


def shown(held: Yardsticks, work: LearnerWork) -> Evidence:
    """Hold each piece against the others'; from the latest back, for each weighs less by what came after it."""
    pieces = work.pieces
    standing = safety = pace = carried = 0.0
    missing = missing_pace = handed_in = handed_in_pace = total = evidence = 0.0
    kept = 1.0
    for one in held.latest_first:
        piece = pieces.get(one.assessment_id)
        share, average_pace, fade = one.absent if piece is None else one.present
        weight = share * kept
        kept *= fade
        total += weight
        evidence += share
        if piece is None:
            missing -= weight * share
            missing_pace -= weight * share * average_pace
            continue
        handed_in += weight * (1 - share)
        handed_in_pace += weight * (1 - share) * average_pace
        if piece.is_banked:
            carried += weight
            continue
        pace += weight * (_against_days(one, piece, held.others) - average_pace)
        if piece.points is not None:
            own_standing, own_safety = _against_scores(one.tally, piece.points)
            standing += weight * (own_standing - AVERAGE_STANDING)
            safety += weight * (own_safety - AVERAGE_SAFETY)
    known = evidence / (evidence + 1)
    plain = 1 / (total + EVIDENCE_PRIOR)
    scale = known * plain
    lost = missing * scale, AVERAGE_STANDING * missing * scale, AVERAGE_SAFETY * missing * scale, missing_pace * plain
    done = handed_in * scale
    won = done, AVERAGE_STANDING * done, AVERAGE_SAFETY * done, handed_in_pace * plain
    seen = Inputs(
        lost[0] + won[0],
        lost[1] + won[1] + standing * scale,
        lost[2] + won[2] + safety * scale,
        lost[3] + won[3] + pace * plain,
        carried * plain,
        known,
    )
    return Evidence(evidence, seen, lost, won)


def _against_scores(tally: Tally, points: int) -> tuple[float, float]:
    """`standing` and `safety` of one piece, 0 (the worst, as if it were missing) to 1."""
    others, mean, variance = tally.scored - 1, SCORE_MEAN, SCORE_SPREAD**2
    if others > 0:
        score_sum = tally.score_sum - points
        around = tally.score_squares - points * points - score_sum * score_sum / others
        mean = (score_sum + SCORES_PRIOR * SCORE_MEAN) / (others + SCORES_PRIOR)
        variance = (max(around, 0.0) + SCORES_PRIOR * SCORE_SPREAD**2) / (others + SCORES_PRIOR)
    off = (points - mean) / math.sqrt(variance)
    if off >= 0:
        return (min(off, FARTHEST) + FARTHEST) / (2 * FARTHEST), 1.0
    safety = 1 - min(-off, FARTHEST) / FARTHEST
    return safety / 2, safety


def _against_days(one: Yardstick, piece: Piece, others: int) -> float:
    """`pace` of one piece, 0 (behind everybody, as if it were missing) to 1."""
    pace = one.pace.get(piece.day)
    if pace is not None:
        return pace
    day = piece.counted_day
    if day in one.pace:
        return one.pace[day]
    # The cohort's document has not heard of this piece yet.
    ahead = sum(count for other, count in one.tally.by_day.items() if other < day)
    return max(0.0, 1 - ahead / max(others, 1))
