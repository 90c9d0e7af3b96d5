"""Progress written and read: as fast as it goes."""

from collections.abc import Iterator

from common.domain.progress.models import Concept, ConceptSection
from common.ports.database import Write
from infrastructure.tools.bench import clients, loads
from infrastructure.tools.bench.clients import Call, Load
from infrastructure.tools.bench.report import Table
from infrastructure.tools.bench.run import Bench, Server

SECTIONS = 50
"""Of a concept: each write completes one more, and each measurement has a concept of its own, so that every write is a
change, with its task."""


def progress(bench: Bench) -> Table:
    """One more section completed (two reads, two writes and a task), and the progress with one concept."""
    rounds = f"{bench.effort.rounds} rounds of {bench.effort.seconds:g} s"
    table = Table("progress", f"a section completed, with its task, and progress read ({rounds})", loads.COLUMNS)
    measured: dict[tuple[str, int], list[Load]] = {}
    with bench.server() as server:
        for turn in range(bench.effort.rounds):
            for connections in loads.CONNECTIONS:
                concept_id = f"bench-{turn}-{connections}"
                _seed(server, concept_id)
                asked = {"write": list(_writes(server, concept_id)), "read": list(_reads(server, concept_id))}
                for name, calls in asked.items():
                    file = server.data / f"bench-{connections}"
                    load = clients.each(server.port, calls, file, connections, bench.effort.seconds)
                    measured.setdefault((name, connections), []).append(load)
                    server.drain()
    table.rows = [loads.row(f"{name}, {count} at once", found) for (name, count), found in measured.items()]
    table.notes.append(f"{len(server.tokens)} learners in turn, each write another section")
    table.notes.append(loads.made_by())
    return table


def _seed(server: Server, concept_id: str) -> None:
    now = server.world.clock.now()
    sections = tuple(ConceptSection(section_id=f"s{n}", title=f"Section {n}") for n in range(SECTIONS))
    concept = Concept(
        concept_id=concept_id, title="Bench", sections=sections, created_by=server.user_ids[0], created_at=now,
        updated_at=now,
    )  # fmt: skip
    server.world.database.commit([Write("set", Concept, concept_id, document=concept)])


def _writes(server: Server, concept_id: str) -> Iterator[Call]:
    """Each learner in turn, so that no document is a hot spot."""
    for number in range(SECTIONS):
        for token in server.tokens:
            call = Call.json(
                f"/v1/progress/{concept_id}", {"completed_sections": [f"s{number}"]}, Authorization=f"Bearer {token}"
            )
            yield Call("PUT", call.path, call.headers, call.body)


def _reads(server: Server, concept_id: str) -> Iterator[Call]:
    for token in server.tokens:
        yield Call("GET", f"/v1/progress/{concept_id}", {"Authorization": f"Bearer {token}"})
