"""Courses: a page of the list, and enrolling, as fast as it goes."""

import math
import time
from collections.abc import Iterator

from common.domain.courses import portable
from common.domain.courses.bodies import PortableCourse
from common.domain.courses.enrollments import OF_COURSE
from common.domain.courses.models import CoursePlaces
from common.ports import Caller
from common.triggers.unit_of_work import UnitOfWork
from infrastructure.tools.bench import clients, loads
from infrastructure.tools.bench.clients import Call, Load
from infrastructure.tools.bench.report import Aim, Row, Table
from infrastructure.tools.bench.run import Bench, Server

CONNECTIONS = (1, 8)
WANTED = {("course list", 1): 148, ("course list", 8): 148, ("enrollment", 1): 266, ("enrollment", 8): 92}
"""Requests a second: the best of the peers that were measured, for a list and for making something."""
FASTEST = 2000
"""Enrollments a second that there are places for: nobody takes a place twice."""
PATIENCE = 5.0
"""Seconds for the requests under way when a load ends."""


def courses(bench: Bench) -> Table:
    """A page of 20 courses, 21 reads; and taking a place, two reads and four writes."""
    rounds = f"{bench.effort.rounds} rounds of {bench.effort.seconds:g} s"
    table = Table("courses", f"a page of 20 courses, and enrolling in one ({rounds})", loads.COLUMNS)
    measured: dict[tuple[str, int], list[Load]] = {}
    with bench.server() as server:
        seconds = max(1.0, bench.effort.seconds)
        a_load = math.ceil(FASTEST * seconds)
        made = _make(server, math.ceil(a_load * len(CONNECTIONS) * bench.effort.rounds / len(server.tokens)))
        lists, places = list(_lists(server)), _places(server, made)
        for _ in range(bench.effort.rounds):
            for connections in CONNECTIONS:
                server.drain()
                asked = {"course list": lists, "enrollment": [next(places) for _ in range(a_load)]}
                for name, calls in asked.items():
                    file = server.data / f"bench-{connections}"
                    load = clients.each(server.port, calls, file, connections, bench.effort.seconds)
                    measured.setdefault((name, connections), []).append(load)
        kept = _kept(server, made)
    table.rows = [
        loads.row(f"{name}, {count} at once", found, rate=WANTED[name, count])
        for (name, count), found in measured.items()
    ]
    table.rows.append(kept)
    table.notes.append(f"{len(server.tokens)} learners in turn, {len(made)} courses without a limit of places")
    table.notes.append(loads.made_by())
    return table


def _make(server: Server, count: int) -> list[str]:
    """So many published courses; their ids."""
    world, made = server.world, []
    for number in range(count):
        unit = UnitOfWork(world.database)
        file = PortableCourse(title=f"Course {number}", description="About loops and glaciers.", tags=("bench",))
        one = portable.take_in(
            Caller(f"bench-{number % 5}", "teacher"), file, unit, world.clock, world.ids, publish=True
        )
        unit.commit(world.patience())
        made.append(one.course.course_id)
    return made


def _lists(server: Server) -> Iterator[Call]:
    for token in server.tokens:
        yield Call("GET", "/v1/courses?page_size=20&tag=bench", {"Authorization": f"Bearer {token}"})


def _places(server: Server, course_ids: list[str]) -> Iterator[Call]:
    """Every learner and every course once."""
    for course_id in course_ids:
        for token in server.tokens:
            yield Call.json(f"/v1/courses/{course_id}/enrollments", {}, Authorization=f"Bearer {token}")


def _kept(server: Server, course_ids: list[str]) -> Row:
    """Whether the counts of the courses are the numbers of their enrollments, once the last answer was given up."""
    until = time.monotonic() + PATIENCE
    while True:
        unit = UnitOfWork(server.world.database)
        counted = sum(places.taken for places in unit.get_many(CoursePlaces, course_ids))
        enrolled = sum(unit.count(OF_COURSE, {"course_id": one}) for one in course_ids)
        if counted == enrolled or time.monotonic() > until:
            break
        time.sleep(0.1)
    return Row("places", (f"{counted} counted", f"{enrolled} enrolled"), (Aim("each once", counted == enrolled),))
