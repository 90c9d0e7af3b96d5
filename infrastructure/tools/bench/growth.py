"""What a learner's month costs on Google Cloud: each thing that they do, counted once by the functions' own counters.

What one of them bills does not grow with history or with the number of learners (tests/functions assert that), so that
a month is a sum of products. Prices are those of Google's public lists as we know them (Firestore in a multi-region,
Cloud Run in a first-tier region), without free tiers and discounts: look them up before you rely on a sum.
"""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infrastructure import samples
from infrastructure.tools import discovery
from infrastructure.tools.bench import clients
from infrastructure.tools.bench.clients import Call
from infrastructure.tools.bench.report import Row, Table
from infrastructure.tools.bench.run import QUICK, Bench, Server

PRICES = {
    "reads": 0.06 / 100_000,
    "writes": 0.18 / 100_000,
    "deletes": 0.02 / 100_000,
    "requests": 0.40 / 1_000_000,
    "tasks": 0.40 / 1_000_000,
    "seconds": 0.000024 + 0.5 * 0.0000025,
}
"""US dollars each; a second is one of an instance with one CPU and half a GiB, shared with no other request."""
FIXED = 18.0 + 5.0 + 3.0 + 2 * 0.5
"""A month, whoever comes: the load balancer's rules, Cloud Armor's policy and its rules, a few secrets and images."""
SCALES = (1_000, 100_000, 1_000_000)
PATIENCE = 60.0


@dataclass
class Month:
    """One learner at work."""

    server: Server
    name: str = ""
    token: str = ""
    refresh: str = ""

    def ask(self, method: str, path: str, content: object = None) -> Any:
        """The JSON of an answer; RuntimeError where it is no success."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        body = b"" if content is None else json.dumps(content).encode()
        headers |= {} if content is None else {"Content-Type": "application/json"}
        answer = clients.one(self.server.port, Call(method, path, headers, body))
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.body[:300]!r}")
        return json.loads(answer.body) if answer.body else None

    def register(self) -> None:
        """Once in a learner's life."""
        self.name = f"growth-{secrets.token_hex(4)}"
        self.ask(
            "POST", "/v1/users", {"username": self.name, "email": f"{self.name}@example.org", "password": PASSWORD}
        )

    def log_in(self) -> None:
        """With a password."""
        given = self.ask("POST", "/v1/login", {"username": self.name, "password": PASSWORD})
        self.token, self.refresh = given["access_token"], given["refresh_token"]

    def stay(self) -> None:
        """Another access token, every 15 minutes of use."""
        self.refresh = self.ask("POST", "/v1/login/refresh", {"refresh_token": self.refresh})["refresh_token"]

    def look(self) -> None:
        """What a page of their own shows: profile, due cards, progress."""
        for path in ("/v1/me", "/v1/flashcards/due", "/v1/progress", "/v1/mastery"):
            self.ask("GET", path)

    def upload(self) -> None:
        """A document of some pages, until it can be searched."""
        data = (samples.HERE / "bicycle-repair.pdf").read_bytes()
        promised = self.ask(
            "POST", "/v1/documents", {"filename": "a.pdf", "content_type": "application/pdf", "size": len(data)}
        )
        url = urlsplit(promised["upload"]["url"])
        call = Call(promised["upload"]["method"], f"{url.path}?{url.query}", promised["upload"]["headers"], data)
        clients.one(self.server.port, call)
        until = time.monotonic() + PATIENCE
        while self.ask("GET", f"/v1/documents/{promised['document_id']}")["status"] != "ready":
            if time.monotonic() > until:
                raise TimeoutError("the document is not taken in")
            time.sleep(0.2)

    def search(self) -> None:
        """Passages that fit a question."""
        self.ask("GET", "/v1/documents/search?q=how+tight+should+the+pedals+be")

    def chat(self) -> None:
        """One question to the tutor."""
        self.ask("POST", "/v1/chat", {"message": f"How tight should the pedals be? {secrets.token_hex(4)}"})

    def quiz(self) -> None:
        """A quiz of ten questions, answered, and its result."""
        (category, *_) = self.ask("GET", "/v1/quizzes/categories")["items"]
        made = self.ask("POST", "/v1/quizzes", {"category": category["category"], "question_count": 10})
        done = self.ask("POST", f"/v1/quizzes/{made['quiz_id']}/submissions", {"answers": {}})
        self.ask("GET", f"/v1/quizzes/results/{done['submission_id']}")

    def review(self) -> None:
        """A card, made and reviewed ten times; a tenth of that is one review."""
        card = self.ask("POST", "/v1/flashcards", {"front": "Question", "back": "Answer"})
        for _ in range(10):
            self.ask("POST", f"/v1/flashcards/{card['card_id']}/reviews", {"rating": "good"})

    def session(self) -> None:
        """A learning session from its beginning to its end."""
        begun = self.ask("POST", "/v1/learning-sessions", {"topic": "Bicycles"})
        self.ask("POST", f"/v1/learning-sessions/{begun['session_id']}/end", {"engagement": 4})


PASSWORD = secrets.token_urlsafe(12)
USAGE: tuple[tuple[str, Callable[[Month], None], float], ...] = (
    ("register", Month.register, 1 / 12),
    ("log in", Month.log_in, 4),
    ("another access token", Month.stay, 40),
    ("the start page", Month.look, 30),
    ("upload a document", Month.upload, 1),
    ("search", Month.search, 20),
    ("a question to the tutor", Month.chat, 40),
    ("a quiz of ten questions", Month.quiz, 12),
    ("ten reviews of a card", Month.review, 30),
    ("a learning session", Month.session, 16),
)
"""What is done, and how often in a month: somebody who learns four times a week."""
COLUMNS = ("a month", "requests", "tasks", "reads", "writes", "deletes", "seconds")


def main(arguments: list[str]) -> int:
    """Print the table; takes half a minute."""
    if arguments:
        print("growth takes no arguments", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="scholium-growth-") as folder:
        print(growth(Bench(QUICK, Path(folder))).text())
    return 0


def growth(bench: Bench) -> Table:
    """What each thing bills, what a month of them does, and what that costs at three sizes."""
    table = Table("growth", "what a learner's month bills", COLUMNS)
    total = dict.fromkeys(PRICES, 0.0)
    with bench.server() as server:
        month = Month(server)
        for name, do, times in USAGE:
            seen = sum(1 for _ in server.log())
            do(month)
            server.drain()
            time.sleep(0.3)  # the last line of a task is written after its message is done
            counts = counted(list(server.log())[seen:])
            table.rows.append(Row(name, (f"{times:g}", *(f"{counts[one]:g}" for one in COLUMNS[1:]))))
            total = {one: total[one] + times * counts[one] for one in total}
    table.rows.append(Row("a learner's month", ("", *(f"{total[one]:.0f}" for one in COLUMNS[1:]))))
    table.notes += [f"{scale:,} learners: {dollars(total, scale):,.0f} dollars a month" for scale in SCALES]
    table.notes.append(f"dollars = {FIXED:g} + learners x sum of (column x price)")
    table.notes += [f"a million {one}: {price * 1e6:g} dollars" for one, price in PRICES.items()]
    table.notes.append("not in it: the language model (see the ledger ai_calls), files, mail, egress, logs past 50 GiB")
    return table


def dollars(total: dict[str, float], learners: int) -> float:
    """What so many learners' months cost."""
    return FIXED + learners * sum(total[one] * price for one, price in PRICES.items())


def counted(lines: list[dict[str, Any]]) -> dict[str, float]:
    """What the log lines of some requests and tasks bill; what a clock starts is not a learner's."""
    clocked = {name for name, one in discovery.discover().items() if one.declaration.trigger == "schedule"}
    done = {  # an answer that could have been a stream is logged as both
        (line["request_id"], line["function"]): line
        for line in lines
        if line.get("message") in ("request.done", "stream.done") and line["function"] not in clocked
    }
    counts = dict.fromkeys(PRICES, 0.0)
    for kind, value in _values(done.values()):
        counts[kind] += value
    return counts


def _values(lines: Iterable[dict[str, Any]]) -> Iterator[tuple[str, float]]:
    for line in lines:
        yield "tasks" if line.get("message_id") else "requests", 1
        yield "seconds", float(line.get("ms", 0)) / 1_000
        for kind in ("reads", "writes", "deletes"):
            yield kind, float(line.get(kind, 0))
