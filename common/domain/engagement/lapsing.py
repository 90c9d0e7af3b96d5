"""The risk that a learner does not come back within a week, judged by their own rhythm.

The model is BG/NBD (Fader, Hardie, Lee: "Counting your customers the easy way", Marketing Science 24(2), 2005), in its
conditional form. Between two days of learning somebody waits an exponential time with a rate of their own; after each
day they may be gone for good, with a chance of their own. Rates are gamma distributed and chances beta distributed
among learners, so what is known of a learner are two numbers that no order of telling changes: how often they came
back, and how many days that took. With r and b the gamma's shape and scale after those, p the mean chance of being
gone, and S(t) = (b / (b + t))^r, the chance that nothing happens for another week after t days of silence is

    (p + (1 - p) S(t + 7)) / (p + (1 - p) S(t)),

which only grows with t: the moment at which it reaches a threshold is bisected when the learner acts, and nobody is
scanned for it. For somebody who comes daily it passes one half after about four days; for somebody who comes
weekly, after about six.

The numbers of the population below are chosen and not fitted: the public data that the risk of failing is fitted to
hold days of handing in, which deadlines set, and no visits. They weigh as much as a return or two, so that a
learner's own rhythm soon outweighs them, and are to be fitted to a deployment's own learners once it has some.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from common.domain.engagement.judgement import About, Risk, band, logit, reasons

VERSION = "lapsing-1"
HORIZON_DAYS = 7.0
WINDOW_DAYS = 56
"""Of the latest days of learning: what somebody did before that says nothing of how they live now."""

RETURNS_PRIOR, DAYS_PRIOR = 1.0, 2.0
"""Everybody starts as if they had come back once, after two days."""
GONE_PRIOR, STAYED_PRIOR = 1.0, 4.0
"""And as if, of five days of learning, one had been somebody's last."""
STREAK_KEEPS = -0.2
"""Log-odds of being gone, for ln(1 + days of a streak): a week's streak takes a third from the odds."""
REVIEWS_WEIGH = 0.1
"""And for ln(1 + reviews due): a hundred of them add three fifths to the odds."""
LONGEST_STREAK, MOST_REVIEWS = 365, 1_000

LATEST_CROSSING = timedelta(days=400)
"""A crossing later than this after the last activity is none."""
LEAST_CHANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Habits:
    """What is known of a learner when they act, and does not change until they act again."""

    last_active_at: datetime
    returns: int = 0
    """How often they came back on another day, of the last WINDOW_DAYS."""
    span_days: float = 0.0
    """From the first of those days to the last."""
    streak_days: int = 0
    """Days in a row, the last one included."""
    reviews_due: int = 0
    """Reviews that waited for them when they left."""


def habits(days: int, last_active_at: datetime, *, streak_days: int = 0, reviews_due: int = 0) -> Habits:
    """The habits that a set of days shows: an integer with a bit a day, as `progress` keeps it for each learner.

    A set holds each day once, so it does not matter how often, or in which order, activities became known.
    """
    recent = days >> max(0, days.bit_length() - WINDOW_DAYS)
    first = (recent & -recent).bit_length()
    returns = max(recent.bit_count() - 1, 0)
    return Habits(last_active_at, returns, float(recent.bit_length() - first), streak_days, reviews_due)


def score(known: Habits, now: datetime) -> float:
    """The chance, 0 to 1, that nothing happens in the seven days from now, where nothing did since the last act."""
    return _chance(known, (now - known.last_active_at).total_seconds())


def gone(known: Habits, now: datetime) -> float:
    """The chance, 0 to 1, that they are gone for good, where nothing happened since the last act."""
    shape, scale, days = _rhythm(known, (now - known.last_active_at).total_seconds())
    gone_then = _gone(known)
    return gone_then / (gone_then + (1 - gone_then) * math.pow(scale / (scale + days), shape))


def risk(known: Habits, now: datetime) -> Risk:
    """The chance with its band and its reasons. The effects add up from somebody new who was here just now."""
    away = (now - known.last_active_at).total_seconds()
    found = _chance(known, away)
    at_rest = replace(known, streak_days=0, reviews_due=0)
    on_streak = replace(known, reviews_due=0)
    steps = (Habits(known.last_active_at), at_rest, on_streak, known)
    new, own, streak, due = (logit(_chance(one, 0)) for one in steps)
    effects: dict[About, float] = {
        "rhythm": own - new,
        "streak": streak - own,
        "reviews_due": due - streak,
        "silence": logit(min(found, 1 - LEAST_CHANCE)) - due,
    }
    return Risk(found, band(found), known.returns, reasons(effects, _texts(known, away)), now, VERSION)


def crossing_at(known: Habits, threshold: float) -> datetime | None:
    """The first whole second since the last act at which the chance is `threshold` or more, if nothing happens.

    None where that is beyond LATEST_CROSSING. ValueError for a threshold that is no chance.
    """
    if not 0 <= threshold <= 1:
        raise ValueError("a threshold is from 0 to 1")
    before, reached = -1, int(LATEST_CROSSING.total_seconds())
    if _chance(known, reached) < threshold:
        return None
    while reached - before > 1:
        middle = (before + reached) // 2
        if _chance(known, middle) >= threshold:
            reached = middle
        else:
            before = middle
    return known.last_active_at + timedelta(seconds=reached)


def _chance(known: Habits, seconds: float) -> float:
    """The formula above, after so many seconds of silence."""
    shape, scale, days = _rhythm(known, seconds)
    gone_then = _gone(known)
    silent = (1 - gone_then) * math.pow(scale / (scale + days), shape)
    # S(t + 7) from S(t), not beside it: the quotient cannot round to a fall where both are tiny.
    stays_silent = math.pow((scale + days) / (scale + days + HORIZON_DAYS), shape)
    return (gone_then + silent * stays_silent) / (gone_then + silent)


def _rhythm(known: Habits, seconds: float) -> tuple[float, float, float]:
    """Shape and scale of the rate at which they come, and the days of silence; a clock that runs behind counts as 0."""
    days = max(seconds, 0.0) / 86_400
    return RETURNS_PRIOR + known.returns, DAYS_PRIOR + max(known.span_days, 0.0), days


def _gone(known: Habits) -> float:
    """The mean chance that the last day was their last."""
    odds = GONE_PRIOR / (STAYED_PRIOR + known.returns)
    streak = math.log1p(min(max(known.streak_days, 0), LONGEST_STREAK))
    waiting = math.log1p(min(max(known.reviews_due, 0), MOST_REVIEWS))
    odds *= math.exp(STREAK_KEEPS * streak + REVIEWS_WEIGH * waiting)
    return odds / (1 + odds)


def _texts(known: Habits, away: float) -> dict[About, tuple[str | None, str | None]]:
    """What is said of each effect where it raises the risk, and where it lowers it."""
    every = _days(known.span_days / known.returns) if known.returns else ""
    usual = f" They usually come back after {every}." if every else ""
    return {
        "silence": (f"Has been away for {_days(max(away, 0) / 86_400)}.{usual}", None),
        "rhythm": (
            f"Comes back after {every}, which is long.",
            f"Comes back after {every}, {known.returns} times of late.",
        ),
        "streak": (None, f"Learned {known.streak_days} days in a row."),
        "reviews_due": (f"{known.reviews_due} reviews are waiting.", None),
    }


def _days(count: float) -> str:
    rounded = round(count, 1)
    return "1 day" if rounded == 1 else f"{rounded:g} days"
