"""An authenticated POST of two reads and five writes, its chain running: at full speed, and at an even pace."""

from datetime import datetime, timedelta

from common.triggers.unit_of_work import UnitOfWork
from infrastructure.tools.bench import clients, loads, processes
from infrastructure.tools.bench.clients import Call, Load, load_of
from infrastructure.tools.bench.models import BenchHappened, DayCount
from infrastructure.tools.bench.report import Aim, Row, Spread, Table, at_least, at_most, percentile
from infrastructure.tools.bench.run import Bench, Server

PATH = "/v1/bench/activities"
WANTED_RATE, WANTED_P95 = 800, 20
PACE, PACED_P95, LAG_P95 = 200, 8, 50
LIMITS = (
    "authentication, rate limits and logs are on the path; SCHOLIUM_RATE_LIMIT_FACTOR=100000 only widens the limits"
)


def full_speed(bench: Bench) -> Table:
    """As fast as it goes, beside a bare hello under the same gunicorn settings."""
    seconds, hellos = bench.effort.seconds, max(1.0, bench.effort.seconds / 2)
    rounds = f"{bench.effort.rounds} rounds of {seconds:g} s"
    table = Table(
        "activity", f"POST of 2 reads and 5 writes, and its task ({rounds}: median [least..most])", loads.COLUMNS
    )
    measured: dict[tuple[str, int], list[Load]] = {}
    acknowledged, chains = 0, list[float]()
    with bench.server() as server, processes.hello_server(bench.folder) as hello:
        hello.first_answer(processes.STATUS)
        clients.wrk(server.port, PATH, server.tokens, server.tokens_file, 8, 1)  # warm
        clients.wrk(hello.port, PATH, server.tokens, server.tokens_file, 8, 1)
        for _ in range(bench.effort.rounds):
            for connections in loads.CONNECTIONS:
                load = clients.wrk(hello.port, PATH, server.tokens, server.tokens_file, connections, hellos)
                measured.setdefault(("bare hello", connections), []).append(load)
                server.drain()
                before = server.count("DONE")
                load = clients.wrk(server.port, PATH, server.tokens, server.tokens_file, connections, seconds)
                chains.append((server.count("DONE") - before) / seconds)
                measured.setdefault(("activity", connections), []).append(load)
                acknowledged += load.requests - load.failed
        drained = server.drain()
        kept = _kept(server, acknowledged)
    table.rows = [_row(name, count, found) for (name, count), found in sorted(measured.items())]
    table.rows.append(kept)
    did = f"{Spread.of(chains)} tasks/s meanwhile; what was left was done in {drained:.1f} s"
    table.notes.append(f"chain: {did}")
    table.notes.append(f"{len(server.tokens)} learners in turn, so that no document is a hot spot; {LIMITS}")
    table.notes.append(loads.made_by())
    return table


def _row(name: str, connections: int, found: list[Load]) -> Row:
    is_judged = name == "activity" and connections == 8
    aims = {"rate": WANTED_RATE, "p95": WANTED_P95} if is_judged else {}
    return loads.row(f"{name}, {connections} at once", found, **aims)


def _kept(server: Server, acknowledged: int) -> Row:
    """Whether the chain counted all that was acknowledged, each once (wrk leaves before its last answers)."""
    today = server.world.clock.now()
    days = [f"{day:%Y%m%d}" for day in (today, today - timedelta(days=1))]
    ids = [f"{user_id}.{day}" for user_id in server.user_ids for day in days]
    unit = UnitOfWork(server.world.database)
    counted = sum(day.count for day in unit.get_many(DayCount, ids))
    done = sum(record.kind == BenchHappened.__name__ for record in server.done())
    cells = (f"{acknowledged} acknowledged", f"{done} tasks done", f"{counted} counted")
    return Row("chain", cells, (Aim("each once", counted == done >= acknowledged),))


def even_pace(bench: Bench) -> Table:
    """At an even pace: latency from when each was due, and how long its task waited."""
    seconds = bench.effort.seconds * 2
    title = f"the same POST at an even {PACE}/s ({bench.effort.rounds} rounds of {seconds:g} s)"
    table = Table("paced", title, ("p50 ms", "p95 ms", "p99 ms", "failed"))
    loads, lags = [], []
    with bench.server() as server:
        headers = [{"Authorization": f"Bearer {token}"} for token in server.tokens]

        def nth(number: int) -> Call:
            content = {"lesson": f"lesson-{number % 50}", "minutes": number % 60}
            return Call.json(PATH, content, **headers[number % len(headers)])

        clients.paced(server.port, nth, PACE, 1)  # warm
        for _ in range(bench.effort.rounds):
            server.drain()
            since = server.world.clock.now()
            loads.append(load_of(clients.paced(server.port, nth, PACE, seconds)))
            server.drain()
            lags.append(_lags(server, since))
    p50, p95, p99 = (Spread.of([getattr(load, key) for load in loads]) for key in ("p50", "p95", "p99"))
    failed = sum(load.failed for load in loads)
    kept = Spread.of([load.rate for load in loads])
    aims = (at_most(p95, PACED_P95, "ms p95"), Aim("none fails", failed == 0), at_least(kept, 0.98 * PACE, "/s"))
    table.rows.append(Row("POST", (p50, p95, p99, str(failed)), aims))
    cells = tuple(Spread.of([percentile(lag, share) for lag in lags]) for share in (0.5, 0.95, 0.99))
    table.rows.append(Row("task lag", cells, (at_most(cells[1], LAG_P95, "ms p95"),)))
    table.notes.append("8 connections of a client in Python on the same cores; latency counts from when each was due")
    table.notes.append("lag: from staging, before the producer's commit, to the consumer's log line, after its own")
    return table


def _lags(server: Server, since: datetime) -> list[float]:
    """Milliseconds from the staging of each message to the log line that its consumer ended."""
    staged = {record.message_id: record.created_at for record in server.done() if record.created_at >= since}
    ended: dict[str, datetime] = {}
    for line in server.log():
        if line.get("message_id") in staged and line["message"] == "request.done":
            ended.setdefault(line["message_id"], datetime.fromisoformat(line["time"]))
    return [1e3 * (ended[one] - at).total_seconds() for one, at in staged.items()]
