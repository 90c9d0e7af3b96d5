"""Registering and logging in, and what somebody who asks for the status feels of it."""

import secrets
import time
from functools import partial

from common.domain.accounts import passwords
from infrastructure.tools.bench import clients
from infrastructure.tools.bench.clients import Answered, Call, Load, load_of
from infrastructure.tools.bench.report import Aim, Row, Spread, Table, at_least, at_most
from infrastructure.tools.bench.run import Bench

BOTH, STATUS_P95 = 80, 10
ASKED = 50
"""Asking for the status so many times a second."""
COLUMNS = ("requests/s", "p50 ms", "p95 ms", "p99 ms", "failed")
STATUS = Call("GET", "/v1/status")
PASSWORD = secrets.token_urlsafe(12)


def sign_ins(bench: Bench) -> Table:
    """The status at rest, while eight register as fast as they can, and at an even pace of registrations and logins."""
    seconds = bench.effort.seconds * 1.5
    title = f"registering, logging in, and GET /v1/status meanwhile ({bench.effort.rounds} rounds of {seconds:g} s)"
    table = Table("accounts", title, COLUMNS)
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
    table.rows = [_row(name, loads) for name, loads in found.items()]
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


def _row(name: str, loads: list[Load]) -> Row:
    rate, p50, p95, p99 = (Spread.of([getattr(load, key) for load in loads]) for key in ("rate", "p50", "p95", "p99"))
    failed = sum(load.failed for load in loads)
    aims = [Aim("none fails", failed == 0)]
    if name == f"both at {BOTH}/s":
        aims.insert(0, at_least(rate, 0.98 * BOTH, "/s"))
    if name == f"status at {BOTH}/s":
        aims.insert(0, at_most(p95, STATUS_P95, "ms p95"))
    return Row(name, (rate, p50, p95, p99, str(failed)), tuple(aims))
