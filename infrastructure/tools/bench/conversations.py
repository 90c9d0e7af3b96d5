"""The tutor on a laptop, without a language model: a document until it is ready, and answers from it."""

from __future__ import annotations

import io
import json
import socket
import time
from urllib.parse import urlsplit

import pypdfium2  # type: ignore[import-untyped]  # it has no annotations

from common.domain.courses.models import Course, LearnerCourses
from common.triggers.unit_of_work import UnitOfWork
from infrastructure.tools.bench import clients, learners, loads, processes
from infrastructure.tools.bench.clients import Call, Load, load_of
from infrastructure.tools.bench.report import Row, Spread, Table, percentile
from infrastructure.tools.bench.run import Bench, Server
from infrastructure.tools.discovery import ROOT

PATH, COURSE = "/v1/chat", "bench-course"
PATIENCE = 120.0
"""Seconds after which a document that is not ready never will be."""
WANTED: dict[int, dict[str, float]] = {1: {"p95": 5}, 8: {"rate": 1_200}}
"""Of cached answers, by connections."""
QUESTION = "What torque do pedals need?"
ASKED = [
    "How often should a chain be cleaned?", "What do I do about a flat tyre?", "How is the saddle adjusted?",
    "Why do glaciers move?", "What is a moraine?", "How are burns treated?", "When is school over on Fridays?",
    "What do plants need light for?", "Which tools does a repair take?", "Who is told when somebody is ill?",
]  # fmt: skip
"""Of the samples; asked about the n-th time, so that no answer is cached."""


def conversations(bench: Bench) -> Table:
    """Upload to ready; then questions of a course whose learners all ask."""
    seconds = bench.effort.seconds
    rounds = f"{bench.effort.rounds} rounds of {seconds:g} s: median [least..most]"
    title = f"the offline tutor, {bench.effort.pages} pages ({rounds})"
    table = Table("chat", title, loads.COLUMNS)
    with bench.server() as server:
        teacher, pdf = _open_course(server), _pdf(bench.effort.pages)
        took = [_ready(server, pdf, teacher) for _ in range(bench.effort.rounds)]
        table.rows.append(Row("upload to ready", (f"{Spread.of(took)} s",)))
        asking = [_uncached(server, round_, seconds) for round_ in range(bench.effort.rounds)]
        table.rows.append(loads.row("uncached", asking))
        firsts = [_first_sentence(server, number) for number in range(4 * bench.effort.rounds)]
        shown = [Spread.of([percentile(firsts, share)]) for share in (0.5, 0.95)]
        table.rows.append(Row("first sentence, uncached", ("", *shown)))
        for connections in loads.CONNECTIONS:
            found = [_cached(server, connections, seconds) for _ in range(bench.effort.rounds)]
            table.rows.append(loads.row(f"cached, {connections} at once", found, **WANTED.get(connections, {})))
        table.notes.append(_billed(server))
    table.notes.append(f"a course's {len(server.tokens)} learners ask in turn, each in a session of their own")
    table.notes.append("uncached: one connection, each question another; MiniLM embeds on the same cores")
    table.notes.append(loads.made_by())
    return table


def _pdf(pages: int) -> bytes:
    """The sample PDFs, page after page, until there are so many."""
    made = pypdfium2.PdfDocument.new()
    while len(made) < pages:
        for path in sorted((ROOT / "infrastructure" / "samples").glob("*.pdf")):
            with pypdfium2.PdfDocument(path) as sample:
                made.import_pages(sample, list(range(min(len(sample), pages - len(made)))))
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _ready(server: Server, pdf: bytes, teacher: str) -> float:
    """Seconds from the promise of an upload until the document can be asked about."""
    bearer = {"Authorization": f"Bearer {teacher}"}
    began = time.perf_counter()
    wished = {"filename": "fifty.pdf", "content_type": "application/pdf", "size": len(pdf), "course_id": COURSE}
    promised = json.loads(clients.one(server.port, Call.json("/v1/documents", wished, **bearer)).body)
    upload = promised["upload"]
    url = urlsplit(upload["url"])
    sent = clients.one(server.port, Call(upload["method"], f"{url.path}?{url.query}", upload["headers"], pdf))
    if sent.status >= 400:
        raise ConnectionError(f"the upload was answered {sent.status}")
    path = f"/v1/documents/{promised['document_id']}"
    while (took := time.perf_counter() - began) < PATIENCE:
        shown = json.loads(clients.one(server.port, Call("GET", path, bearer)).body)
        if shown["status"] == "ready":
            return took
        if shown["status"] == "failed":
            raise RuntimeError(f"the document failed: {shown['failure']}")
        time.sleep(0.02)
    return float("inf")


def _open_course(server: Server) -> str:
    """A course that the first learner teaches and all others learn in; the teacher's token."""
    now, teacher = server.world.clock.now(), server.user_ids[0]
    for first in range(0, len(server.user_ids), 100):
        unit = UnitOfWork(server.world.database)
        if first == 0:
            course = Course(course_id=COURSE, teacher_id=teacher, title="Bench", created_by=teacher, created_at=now,
                            updated_at=now)  # fmt: skip
            unit.create(course)
        for user_id in server.user_ids[first : first + 100]:
            unit.create(LearnerCourses(user_id=user_id, enrolled=(COURSE,)))
        unit.commit(server.world.patience())
    return learners.token_of(server.data, teacher, "teacher")


def _uncached(server: Server, round_: int, seconds: float) -> Load:
    def nth(number: int) -> Call:
        return _question(server, number, f"{ASKED[number % len(ASKED)]} I ask for the {round_}-{number}th time.")

    return load_of(clients.closed(server.port, nth, 1, seconds))


def _first_sentence(server: Server, number: int) -> float:
    """Milliseconds from the question to the first event of its stream."""
    call = _question(server, number, f"{ASKED[number % len(ASKED)]} I ask for a stream, number {number}.")
    headers = {**call.headers, "Accept": "text/event-stream"}
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        began = time.perf_counter()
        connection.sendall(processes.request(call.method, call.path, headers, call.body))
        received = b""
        while b"event: delta" not in received:
            more = connection.recv(65_536)
            if not more:
                raise ConnectionError(received[-300:].decode(errors="replace"))
            received += more
        return 1e3 * (time.perf_counter() - began)


def _cached(server: Server, connections: int, seconds: float) -> Load:
    calls = [_question(server, number, QUESTION) for number in range(len(server.tokens))]
    file = server.data / "bench-calls"
    clients.each(server.port, calls, file, connections, 1)  # the very first one is not cached
    server.drain()
    return clients.each(server.port, calls, file, connections, seconds)


def _question(server: Server, number: int, message: str) -> Call:
    bearer = f"Bearer {server.tokens[number % len(server.tokens)]}"
    return Call.json(PATH, {"message": message, "course_id": COURSE}, Authorization=bearer)


def _billed(server: Server) -> str:
    """Reads and writes of the turns as they were logged: the least and the most of each way to be answered."""
    turns: dict[str, list[tuple[int, int]]] = {}
    served: dict[str, str] = {}
    for line in server.log():
        if line.get("message") == "chat.answered":
            served[line["request_id"]] = f"{line['route']} by {line['served_by']}"
        if line.get("message") == "stream.done" and line["request_id"] in served:
            turns.setdefault(served[line["request_id"]], []).append((line["reads"], line["writes"]))
    said = [
        f"{name}: {min(reads)} to {max(reads)} reads, {min(writes)} to {max(writes)} writes"
        for name, billed in sorted(turns.items())
        for reads, writes in [tuple(zip(*billed, strict=True))]
    ]
    return f"billed: {'; '.join(said)}"
