"""Progress written and read: as fast as it goes."""

from collections.abc import Iterator

from common.domain.progress.models import Concept, ConceptSection
from common.ports.database import Write
from infrastructure.tools.bench import clients, loads
from infrastructure.tools.bench.clients import Call, Load
from infrastructure.tools.bench.report import Table
from infrastructure.tools.bench.run import Bench, Server

CONCEPT = "bench-concept"
SECTIONS = 50
"""Of the concept: each write completes one more, so that each is a change, with its task."""


def progress(bench: Bench) -> Table:
    """One more section completed (two reads, two writes and a task), and the progress with one concept."""
    rounds = f"{bench.effort.rounds} rounds of {bench.effort.seconds:g} s"
    table = Table("progress", f"a section completed, with its task, and progress read ({rounds})", loads.COLUMNS)
    measured: dict[tuple[str, int], list[Load]] = {}
    with bench.server() as server:
        _seed(server)
        asked = {"write": list(_writes(server)), "read": list(_reads(server))}
        for _ in range(bench.effort.rounds):
            for name, calls in asked.items():
                for connections in loads.CONNECTIONS:
                    file = server.data / f"bench-{connections}"
                    load = clients.each(server.port, calls, file, connections, bench.effort.seconds)
                    measured.setdefault((name, connections), []).append(load)
                    server.drain()
    table.rows = [loads.row(f"{name}, {count} at once", found) for (name, count), found in measured.items()]
    table.notes.append(f"{len(server.tokens)} learners in turn; a section that is completed again is no change")
    table.notes.append(loads.made_by())
    return table


def _seed(server: Server) -> None:
    now = server.world.clock.now()
    sections = tuple(ConceptSection(section_id=f"s{n}", title=f"Section {n}") for n in range(SECTIONS))
    concept = Concept(
        concept_id=CONCEPT, title="Bench", sections=sections, created_by=server.user_ids[0], created_at=now,
        updated_at=now,
    )  # fmt: skip
    server.world.database.commit([Write("set", Concept, CONCEPT, document=concept)])


def _writes(server: Server) -> Iterator[Call]:
    """Each learner in turn, so that no document is a hot spot."""
    for number in range(SECTIONS):
        for token in server.tokens:
            call = Call.json(
                f"/v1/progress/{CONCEPT}", {"completed_sections": [f"s{number}"]}, Authorization=f"Bearer {token}"
            )
            yield Call("PUT", call.path, call.headers, call.body)


def _reads(server: Server) -> Iterator[Call]:
    for token in server.tokens:
        yield Call("GET", f"/v1/progress/{CONCEPT}", {"Authorization": f"Bearer {token}"})
