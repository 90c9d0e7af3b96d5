"""A World for the tests of invocations: a real database, and everything else in the tests' hands."""

import io
import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Request, Response

from common.adapters import World
from common.adapters.system import JitteredPatience
from common.ports.database import Database
from common.ports.mailer import Mail
from common.ports.queue import MessageRecord
from common.ports.store import D
from common.settings import Settings
from common.triggers.entry import Endpoint
from common.triggers.unit_of_work import parse

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class HandClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def advance(self, **by: float) -> None:
        self.time += timedelta(**by)


class CountedIds:
    """The same identifiers in every run."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self) -> str:
        return f"id-{next(self._numbers):05d}"


class Tries(JitteredPatience):
    """Gives up by the number of tries, and waits for nothing."""

    def __init__(self, tries: int = 30) -> None:
        self._left = tries

    def wait(self) -> bool:
        self._left -= 1
        return self._left > 0


class SentTasks:
    """A queue that only remembers what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.refuses = False

    def send(self, records: Sequence[MessageRecord], *, again: str = "") -> None:
        if self.refuses:
            raise ConnectionError("no queue")
        self.sent += [(record.message_id, again) for record in records]

    @property
    def ids(self) -> list[str]:
        return [message_id for message_id, _ in self.sent]


class MailBox:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.sent.append(mail)


class HandWorld(World):
    """All adapters of one process, as a test gives them."""

    clock: HandClock
    tasks: SentTasks
    mailer: MailBox

    def __init__(self, settings: Settings, database: Database) -> None:
        super().__init__(settings)
        self.clock = HandClock()
        self.ids = CountedIds()
        self.patience = Tries
        self.database = database
        self.tasks = SentTasks()
        self.mailer = MailBox()

    def stored(self, model: type[D], document_id: str) -> D | None:
        """What the database holds, past every unit of work."""
        found = self.database.get_many(model, [document_id])[0]
        return parse(model, found) if found else None


def send(
    function: Endpoint,
    method: str,
    path: str,
    body: object = None,
    headers: Mapping[str, str] | None = None,
    address: str = "192.0.2.1",
) -> Response:
    """One request, as functions-framework hands it over."""
    content = b"" if body is None else json.dumps(body).encode()
    path, _, query = path.partition("?")
    environ: dict[str, object] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": address,
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(content),
        "CONTENT_LENGTH": str(len(content)),
        "CONTENT_TYPE": "application/json",
    }
    environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()}
    return function(Request(environ))


def deliver(function: Endpoint, message_id: str, retries: int = 0) -> int:
    """One delivery of a task; the status of its answer."""
    headers = {"X-CloudTasks-TaskRetryCount": str(retries)}
    return send(function, "POST", "/", {"message_id": message_id}, headers).status_code


def problem(response: Response) -> Any:
    """The code of an application/problem+json."""
    assert response.content_type == "application/problem+json"
    return response.get_json()["code"]
