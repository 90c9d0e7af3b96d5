"""What is kept of learners, with the clock and the periods in the test's hands."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from flask import Request

from common.ports import Document, Query
from common.ports.store import D
from common.triggers.entry import Endpoint
from common.triggers.unit_of_work import UnitOfWork, parse
from functions.retention.main import retention
from tests.triggers.world import HandWorld, send


class Office:
    """A world, and what is stored in it."""

    def __init__(self, world: HandWorld) -> None:
        self.world = world

    def keep(self, **days: int) -> None:
        """The deployment says how long what is kept."""
        self.world.deployment = dataclasses.replace(self.world.deployment, retention_days=days)

    def put(self, documents: Sequence[Document]) -> None:
        unit = self.unit()
        for document in documents:
            unit.put(document)
        unit.commit(self.world.patience())

    def all(self, query: Query[D]) -> list[D]:
        return [parse(query.model, stored) for stored in self.world.database.query(query, {}, 1000, None)]

    def night(self) -> tuple[int, Any]:
        """The schedule fires; its status, and what that billed."""
        headers = {"X-CloudScheduler-ScheduleTime": self.world.clock.now().isoformat()}
        return billed(retention, headers)

    def unit(self) -> UnitOfWork:
        return UnitOfWork(self.world.database)


def billed(
    function: Endpoint, headers: dict[str, str], body: object = None, method: str = "POST", path: str = "/"
) -> tuple[int, tuple[int, int, int]]:
    """The status of a request to a function, and its reads, writes and deletes."""
    seen: list[Request] = []

    def noted(request: Request) -> Any:
        seen.append(request)
        return function(request)

    status = send(noted, method, path, body, headers).status_code  # type: ignore[arg-type]
    bill = seen[0].environ["scholium.billed"]
    return status, (bill.reads, bill.writes, bill.deletes)
