"""What Firestore would bill for the requests of an account's life, as the functions themselves log it."""

import json
import secrets
import time

from infrastructure.tools.bench import clients
from infrastructure.tools.bench.clients import Call
from infrastructure.tools.bench.report import Row, Table
from infrastructure.tools.bench.run import Bench, Server

PATIENCE = 5.0


def billed(bench: Bench) -> Table:
    """Documents read, written and deleted, one request each, and by the tasks that it staged."""
    table = Table("billed", "documents that one request bills", ("status", "reads", "writes", "deletes"))
    with bench.server() as server:
        earlier = {line.get("message_id") for line in server.log()}
        name, password = f"new-{secrets.token_hex(4)}", secrets.token_urlsafe(12)
        account = {"username": name, "email": f"{name}@example.org", "password": password}
        _ask(server, table, "register", Call.json("/v1/users", account))
        server.drain()
        given = _ask(server, table, "login", Call.json("/v1/login", {"username": name, "password": password}))
        refreshing = Call.json("/v1/login/refresh", {"refresh_token": given.get("refresh_token", "")})
        given = _ask(server, table, "refresh", refreshing)
        bearer = {"Authorization": f"Bearer {given.get('access_token', '')}"}
        _ask(server, table, "GET /v1/me", Call("GET", "/v1/me", bearer))
        _ask(server, table, "GET /v1/status", Call("GET", "/v1/status"))
        for line in server.log():
            if line.get("message") == "request.done" and line.get("message_id") not in (None, *earlier):
                table.rows.append(_row(f"task {line['function']}", line))
    table.notes.append("writes are those of the exact rate limits, where an endpoint has one, too (DESIGN 6)")
    table.notes.append("an instance reads the revocations once in 15 s: GET /v1/me may show that read")
    return table


def _ask(server: Server, table: Table, name: str, call: Call) -> dict[str, str]:
    request_id = secrets.token_hex(8)
    answer = clients.one(
        server.port, Call(call.method, call.path, {**call.headers, "X-Request-Id": request_id}, call.body)
    )
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for line in server.log():
            if line.get("request_id") == request_id and line.get("message") == "request.done":
                table.rows.append(_row(name, line))
                given: dict[str, str] = json.loads(answer.body)
                return given
        time.sleep(0.02)
    raise TimeoutError(f"{name} was answered {answer.status} and logged nothing")


def _row(name: str, line: dict[str, object]) -> Row:
    return Row(name, tuple(str(line.get(key, "")) for key in ("status", "reads", "writes", "deletes")))
