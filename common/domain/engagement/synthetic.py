"""Learners who do not exist, with habits and responses to nudges that are known: what the rest is checked against.

The model is that of lapsing.py, turned round. A synthetic learner waits an exponential time between two days of
learning, with a rate of their own, and after each day leaves for good with a chance of their own:

    rate    ~ Gamma(RETURNS_PRIOR, DAYS_PRIOR)    days of learning a day, as long as they stay
    leaves  ~ Beta(GONE_PRIOR, STAYED_PRIOR)      the chance that a day of learning is the last

A nudge wins back, with the chance `wins`, whoever would not have learned within 72 hours without it, be they gone or
not; and puts off, with the chance `loses`, whoever would have. So somebody who has just learned comes back within 72
hours with the chance p = (1 - leaves) (1 - exp(-3 rate)) without a nudge, and p (1 - loses) + (1 - p) wins with one.
With the numbers above, p is 0.48 on average, and so the true lift of a response is known without any simulation.

Where they live is one of ZONES, and they learn at any hour of their day. All of it follows from a seed, learner by
learner: the same seed and number are the same person in every run.
"""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass

from common.domain.engagement.experiment_models import WINDOW
from common.domain.engagement.lapsing import DAYS_PRIOR, GONE_PRIOR, RETURNS_PRIOR, STAYED_PRIOR

ZONES = ("America/Sao_Paulo", "America/New_York", "Europe/Berlin", "Africa/Nairobi", "Asia/Kolkata", "Asia/Tokyo")
WINDOW_DAYS = WINDOW.total_seconds() / 86_400


@dataclass(frozen=True, slots=True)
class Response:
    """What a nudge does to those who get it."""

    wins: float = 0.0
    """0 to 1: of those who would not have come back within 72 hours, who now do."""
    loses: float = 0.0
    """0 to 1: of those who would have, who now do not."""


@dataclass(frozen=True, slots=True)
class SyntheticLearner:
    """Somebody, with what nobody knows of a real learner."""

    user_id: str
    rate: float
    """Days of learning a day."""
    leaves: float
    """0 to 1: the chance that a day of learning is the last."""
    zone: str


def draws(seed: str) -> Iterator[float]:
    """Numbers from above 0 to below 1, evenly spread, without end: 53 bits each, of a hash of the seed."""
    key = hashlib.blake2b(seed.encode(), digest_size=32).digest()
    block = 0
    while True:
        found = hashlib.blake2b(block.to_bytes(8), key=key).digest()
        for at in range(0, len(found), 8):
            yield ((int.from_bytes(found[at : at + 8]) >> 11) + 0.5) / 2**53
        block += 1


def synthetic_learner(seed: int, number: int) -> SyntheticLearner:
    """The learner of this number in the population of this seed."""
    name = f"synthetic-{seed}-{number}"
    chance = draws(name)
    return SyntheticLearner(
        user_id=name,
        rate=gamma(int(RETURNS_PRIOR), DAYS_PRIOR, chance),
        leaves=_beta_from_one(STAYED_PRIOR, chance),
        zone=ZONES[int(next(chance) * len(ZONES))],
    )


def comes_back(learner: SyntheticLearner, response: Response) -> float:
    """The chance, 0 to 1, that somebody who has just learned and gets a nudge learns again within 72 hours."""
    unaided = (1 - learner.leaves) * -math.expm1(-WINDOW_DAYS * learner.rate)
    return unaided * (1 - response.loses) + (1 - unaided) * response.wins


def true_lift(response: Response) -> float:
    """What the nudge adds to the share that comes back within 72 hours, in the whole population; -1 to 1."""
    stays = STAYED_PRIOR / (GONE_PRIOR + STAYED_PRIOR)
    unaided = stays * (1 - math.pow(DAYS_PRIOR / (DAYS_PRIOR + WINDOW_DAYS), RETURNS_PRIOR))
    return (1 - unaided) * response.wins - unaided * response.loses


def gamma(shape: int, scale: float, chance: Iterator[float]) -> float:
    """A gamma distributed number of whole shape, with the mean shape / scale: a sum of exponential times."""
    return -math.log(math.prod(next(chance) for _ in range(shape))) / scale


def _beta_from_one(other: float, chance: Iterator[float]) -> float:
    """A number that is distributed as Beta(1, other), by the inverse of its distribution function."""
    return 1 - math.pow(next(chance), 1 / other)
