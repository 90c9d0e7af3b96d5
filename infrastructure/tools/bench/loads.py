"""What several rounds of a load came to, as a row; the same columns in every section."""

from collections.abc import Sequence

from infrastructure.tools.bench import clients
from infrastructure.tools.bench.clients import Load
from infrastructure.tools.bench.report import Aim, Row, Spread, at_least, at_most

COLUMNS = ("requests/s", "p50 ms", "p95 ms", "p99 ms", "failed")
CONNECTIONS = (1, 8, 32)


def row(name: str, loads: Sequence[Load], *, rate: float | None = None, p95: float | None = None) -> Row:
    """The row of a load; `rate` is the least a second, `p95` the most milliseconds that are aimed at."""
    spreads = {key: Spread.of([getattr(load, key) for load in loads]) for key in ("rate", "p50", "p95", "p99")}
    failed = sum(load.failed for load in loads)
    aims = [Aim("none fails", failed == 0)]
    if p95 is not None:
        aims.insert(0, at_most(spreads["p95"], p95, "ms p95"))
    if rate is not None:
        aims.insert(0, at_least(spreads["rate"], rate, "/s"))
    return Row(name, (*spreads.values(), str(failed)), tuple(aims))


def made_by() -> str:
    """A note that says what made the load."""
    return "load by wrk -t1 on the same cores" if clients.has_wrk() else clients.WITHOUT_WRK
