"""The dashboards with a crowd in the store: an admin's, a learner's, and how long the count behind them takes."""

import time
from collections.abc import Iterator
from datetime import timedelta

from common.domain.accounts.models import Account
from common.domain.progress.models import Activity
from common.domain.reporting import rollup
from common.domain.reporting.models import ADMIN, AdminSnapshot
from common.domain.tutoring.models import ChatMessage, ChatSession
from common.ports import Document
from common.ports.database import Write
from common.triggers.invocation import StagingQueue
from common.triggers.unit_of_work import UnitOfWork, parse
from infrastructure.tools.bench import clients, learners, loads
from infrastructure.tools.bench.clients import Call, Load
from infrastructure.tools.bench.report import Row, Spread, Table
from infrastructure.tools.bench.run import Bench, Server

CONNECTIONS = (1, 8)
A_LEARNER = 250
"""Learners in the store for each that asks: 100,000 in a whole run."""
WANTED = 20.0
"""Milliseconds, of 95 in a hundred answers for an admin."""
A_BATCH = 400
PATIENCE = 120.0


def dashboards(bench: Bench) -> Table:
    """The admin's dashboard (two reads), a learner's, and one count of everything that the schedule counts."""
    rounds = f"{bench.effort.rounds} rounds of {bench.effort.seconds:g} s"
    table = Table("dashboards", f"an admin's dashboard and a learner's, over a crowd ({rounds})", loads.COLUMNS)
    measured: dict[tuple[str, int], list[Load]] = {}
    with bench.server() as server:
        crowd = A_LEARNER * len(server.tokens)
        _write(server, _crowd(server, crowd))
        admin = _admin(server)
        counts = [_count(server) for _ in range(bench.effort.rounds)]
        asked = {
            "admin": [Call("GET", "/v1/dashboard/admin", {"Authorization": f"Bearer {admin}"})],
            "learner": [Call("GET", "/v1/dashboard", {"Authorization": f"Bearer {one}"}) for one in server.tokens],
        }
        for _ in range(bench.effort.rounds):
            for name, calls in asked.items():
                for connections in CONNECTIONS:
                    file = server.data / f"bench-{connections}"
                    load = clients.each(server.port, calls, file, connections, bench.effort.seconds)
                    measured.setdefault((name, connections), []).append(load)
    wanted = {"admin": WANTED}
    table.rows = [
        loads.row(f"{name}, {count} at once", found, p95=wanted.get(name)) for (name, count), found in measured.items()
    ]
    table.rows.append(Row("count", ("", Spread.of([1e3 * one for one in counts]), "", "", ""), ()))
    table.notes.append(f"{crowd:,} learners in the store, each with an activity, a conversation and two messages")
    table.notes.append("count: from asking for one until its snapshot is there, with all its steps")
    table.notes.append(loads.made_by())
    return table


def _crowd(server: Server, count: int) -> Iterator[Document]:
    """Learners who joined in the last month, and a little that each of them did."""
    now = server.world.clock.now()
    for number in range(count):
        who, at = f"crowd-{number}", now - timedelta(minutes=number % 43_200)
        yield Account(
            user_id=who, username=who, email=f"{who}@example.org", login_keys=(who,), password_hash="-",  # noqa: S106
            display_name=who, created_at=at, updated_at=at,
        )  # fmt: skip
        yield Activity(activity_id=who, user_id=who, kind="question_asked", subject_id=who, at=at)
        yield ChatSession(session_id=who, user_id=who, started_at=at, last_active_at=at)
        for role in ("user", "assistant"):
            yield ChatMessage.model_validate(
                {"message_id": f"{who}-{role}", "session_id": who, "user_id": who, "role": role,
                 "message_type": "message", "text": "How tight are pedals?", "at": at}
            )  # fmt: skip


def _write(server: Server, documents: Iterator[Document]) -> None:
    waiting: list[Write] = []
    for one in documents:
        waiting.append(Write("set", type(one), one.stored_id, document=one))
        if len(waiting) == A_BATCH:
            server.world.database.commit(waiting)
            waiting = []
    if waiting:
        server.world.database.commit(waiting)


def _admin(server: Server) -> str:
    """The access token of a learner who is an admin from now on, as their account says too."""
    user_id = server.user_ids[0]
    server.world.database.commit([Write("update", Account, user_id, fields={"role": "admin"})])
    return learners.token_of(server.data, user_id, "admin")


def _count(server: Server) -> float:
    """Seconds from asking for a count until its snapshot is there."""
    world, unit = server.world, UnitOfWork(server.world.database)
    asked, began = world.clock.now(), time.monotonic()
    rollup.begin(asked, unit, StagingQueue(world, unit))
    unit.commit(world.patience())
    while time.monotonic() - began < PATIENCE:
        (found,) = world.database.get_many(AdminSnapshot, [ADMIN])
        if found is not None and parse(AdminSnapshot, found).as_of >= asked:
            return time.monotonic() - began
        time.sleep(0.02)
    raise TimeoutError("the count does not end")
