"""Registering and logging in, and what somebody who asks for the status feels of it."""

import secrets
import time
from functools import partial

from common.domain.accounts import passwords
from infrastructure.tools.bench import clients, loads
from infrastructure.tools.bench.clients import Answered, Call, Load, load_of
from infrastructure.tools.bench.report import Spread, Table
from infrastructure.tools.bench.run import Bench

BOTH, STATUS_P95 = 80, 10
ASKED = 50
"""Asking for the status so many times a second."""
STATUS = Call("GET", "/v1/status")
PASSWORD = secrets.token_urlsafe(12)


def sign_ins(bench: Bench) -> Table:
    """The status at rest, while eight register as fast as they can, and at an even pace of registrations and logins."""
    seconds = bench.effort.seconds * 1.5
    title = f"registering, logging in, and GET /v1/status meanwhile ({bench.effort.rounds} rounds of {seconds:g} s)"
    table = Table("accounts", title, loads.COLUMNS)
    found: dict[str, list[Load]] = {}
    with bench.server() as server:
        asking = partial(clients.paced, server.port, lambda _: STATUS, ASKED, seconds, 2)
        names = [f"known-{number}" for number in range(20)]
        for name in names:
            clients.one(server.port, _registration(name))
        for _ in range(bench.effort.rounds):
            server.drain()
            _add(found, {"status at rest": asking()})
            registering = partial(clients.closed, server.port, _new, 8, seconds)
            status, registered = clients.together(asking, registering)
            _add(found, {"eight register": registered, "status while eight register": status})
            server.drain()
            status, registered, logged_in = clients.together(
                asking,
                partial(clients.paced, server.port, _new, BOTH / 2, seconds),
                partial(clients.paced, server.port, partial(_login, names), BOTH / 2, seconds),
            )
            both = f"{BOTH}/s"
            _add(found, {f"register at {both}": registered, f"login at {both}": logged_in})
            _add(found, {f"both at {both}": registered + logged_in, f"status at {both}": status})
    wanted: dict[str, dict[str, float]] = {
        f"both at {BOTH}/s": {"rate": 0.98 * BOTH},
        f"status at {BOTH}/s": {"p95": STATUS_P95},
    }
    table.rows = [loads.row(name, measured, **wanted.get(name, {})) for name, measured in found.items()]
    table.notes.append(f"the status is asked {ASKED} times a second; latency counts from when each request was due")
    table.notes.append(f"a password's hash (argon2id, as the product makes it) took {_hashing()} alone")
    return table


def _add(found: dict[str, list[Load]], answers: dict[str, list[Answered]]) -> None:
    for name, given in answers.items():
        found.setdefault(name, []).append(load_of(given))


def _registration(name: str) -> Call:
    return Call.json("/v1/users", {"username": name, "email": f"{name}@example.org", "password": PASSWORD})


def _new(_: int) -> Call:
    return _registration(f"new-{secrets.token_hex(8)}")


def _login(names: list[str], number: int) -> Call:
    return Call.json("/v1/login", {"username": names[number % len(names)], "password": PASSWORD})


def _hashing() -> str:
    took = []
    for _ in range(9):
        began = time.perf_counter()
        passwords.hashed(PASSWORD)
        took.append(1e3 * (time.perf_counter() - began))
    return f"{Spread.of(took)} ms"
