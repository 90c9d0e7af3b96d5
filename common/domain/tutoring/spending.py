"""What a learner may spend on a language model in a day, over all that Scholium does with one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from common.ports import Budget, Deployment, TextModel
from common.ports.ai import Reservation, TextRequest


@dataclass
class Allowance:
    """A request that may be made, and what is set aside for it."""

    request: TextRequest
    reservation: Reservation
    spent_micros: int | None = None
    """To be set when it is known; as long as it is not, the whole reservation counts as spent."""


@contextmanager
def allowed(
    request: TextRequest, model: TextModel, budget: Budget, deployment: Deployment
) -> Iterator[Allowance | None]:
    """Reserve the most that the request can cost, else the most that it can by the smaller model; None past that.

    When the block ends it is settled: what was not spent is given back. Whoever cannot say what was spent has spent it.
    """
    allowance = _reserved(request, model, budget, deployment)
    try:
        yield allowance
    finally:
        if allowance is not None and allowance.spent_micros is not None:
            budget.settle(allowance.reservation, allowance.spent_micros)


def _reserved(request: TextRequest, model: TextModel, budget: Budget, deployment: Deployment) -> Allowance | None:
    for one in (request, replace(request, small=True)):
        most = model.most_cost_micros(one)
        reservation = budget.reserve(f"learner:{request.learner}", most, deployment.daily_budget_micros)
        if reservation is not None:
            return Allowance(one, reservation)
    return None
