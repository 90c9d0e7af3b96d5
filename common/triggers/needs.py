"""The one table of what a function needs and no signature shows: each with the adapter it loads, its grant and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.adapters import Grant

if TYPE_CHECKING:
    from common.triggers.declaration import Declaration


@dataclass(frozen=True)
class Need:
    """Whose need it is, which adapter stands behind it, and what it takes on Google Cloud."""

    of: Callable[[Declaration], bool]
    adapter: str
    grant: Grant


def _authenticates(declaration: Declaration) -> bool:
    return any(route.knows_caller for route in declaration.routes)


def _counts(declaration: Declaration) -> bool:
    return any(route.exact_rate for route in declaration.routes)


def _claims(declaration: Declaration) -> bool:
    return any(route.method not in ("", "GET") for route in declaration.routes)


def _consumes(declaration: Declaration) -> bool:
    return declaration.trigger == "task"


def _read(why: str) -> Grant:
    return Grant("roles/datastore.viewer", "database", why)


def _write(why: str) -> Grant:
    return Grant("roles/datastore.user", "database", why)


NEEDS = (
    Need(_authenticates, "database", _read("authentication reads revocations, API keys and the accounts of admins")),
    Need(_counts, "database", _write("an exact rate limit is counted there")),
    Need(_claims, "database", _write("an Idempotency-Key is claimed there")),
    Need(_consumes, "database", _write("a message is set DONE together with its effects")),
)


def needs_of(declaration: Declaration) -> Iterator[Need]:
    """The needs of one function that its signature does not show."""
    return (need for need in NEEDS if need.of(declaration))
