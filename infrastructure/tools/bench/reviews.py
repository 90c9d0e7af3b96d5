"""The day's queue of flashcards, and a review with its activity: as fast as it goes."""

from collections.abc import Iterator
from datetime import timedelta

from common.domain.review import schedule
from common.domain.review.models import Card, Desk, Memory, band_of, card_id
from common.ports import Document
from common.ports.database import Write
from infrastructure.tools.bench import clients, loads
from infrastructure.tools.bench.clients import Call, Load
from infrastructure.tools.bench.report import Table
from infrastructure.tools.bench.run import Bench, Server

CARDS = 25
"""Of each learner, all due."""
A_BATCH = 400
INTERVAL = 8
"""Days, of each card."""


def reviews(bench: Bench) -> Table:
    """The queue of 20 cards, and a review: three reads, four writes and a task."""
    rounds = f"{bench.effort.rounds} rounds of {bench.effort.seconds:g} s"
    table = Table("review", f"the day's queue of 20 cards, and a review with its task ({rounds})", loads.COLUMNS)
    measured: dict[tuple[str, int], list[Load]] = {}
    with bench.server() as server:
        _seed(server)
        asked = {"due queue": list(_queues(server)), "review": list(_reviews(server))}
        for _ in range(bench.effort.rounds):
            for name, calls in asked.items():
                for connections in loads.CONNECTIONS:
                    file = server.data / f"bench-{connections}"
                    load = clients.each(server.port, calls, file, connections, bench.effort.seconds)
                    measured.setdefault((name, connections), []).append(load)
                    server.drain()
    table.rows = [loads.row(f"{name}, {count} at once", found) for (name, count), found in measured.items()]
    table.notes.append(f"{len(server.tokens)} learners in turn, each with {CARDS} cards that are due")
    table.notes.append(loads.made_by())
    return table


def _queues(server: Server) -> Iterator[Call]:
    for token in server.tokens:
        yield Call("GET", "/v1/flashcards/due", {"Authorization": f"Bearer {token}"})


def _reviews(server: Server) -> Iterator[Call]:
    """Each learner in turn, so that no desk is a hot spot."""
    for number in range(CARDS):
        for user_id, token in zip(server.user_ids, server.tokens, strict=True):
            path = f"/v1/flashcards/{card_id(user_id, str(number))}/reviews"
            yield Call.json(path, {"rating": "good"}, Authorization=f"Bearer {token}")


def _seed(server: Server) -> None:
    """Every learner's desk and cards, last reviewed as long ago as their interval is."""
    waiting: list[Document] = []
    for document in _documents(server):
        waiting.append(document)
        if len(waiting) == A_BATCH:
            _write(server, waiting)
            waiting = []
    _write(server, waiting)


def _write(server: Server, documents: list[Document]) -> None:
    if documents:
        server.world.database.commit([Write("set", type(one), one.stored_id, document=one) for one in documents])


def _documents(server: Server) -> Iterator[Document]:
    now = server.world.clock.now()
    memory, _ = schedule.after(Memory(), "easy", now - timedelta(days=INTERVAL), 0.9)
    today = now.date().toordinal() - 1  # whatever the hour is, due by now
    for user_id in server.user_ids:
        yield Desk(user_id=user_id, load={str(today): CARDS}, cards=CARDS, made=CARDS)
        for number in range(CARDS):
            yield Card(
                card_id=card_id(user_id, str(number)), user_id=user_id, guid=str(number), front=f"Question {number}",
                back="Answer", deck="Default", place=number, created_at=now, updated_at=now, memory=memory,
                pile="review", due_day=today, due_at=now, band=band_of(INTERVAL), reviews=1,
            )  # fmt: skip
