"""How soon `make run` answers, in an empty data folder and in one that is there."""

import shutil
import sys
from pathlib import Path

from infrastructure.tools.bench import processes
from infrastructure.tools.bench.report import Row, Spread, Table, at_most
from infrastructure.tools.bench.run import Bench
from infrastructure.tools.discovery import ROOT

WANTED = 2.0


def starts(bench: Bench) -> Table:
    """From the spawn to the first answer to GET /v1/status."""
    through_make = shutil.which("make") is not None and sys.executable == str(ROOT / ".venv/bin/python")
    table = Table("start", "`make run`, from its spawn to its first answer", ("seconds",))
    empty, existing = [], []
    for _ in range(bench.effort.rounds):
        data = bench.new_folder()
        empty.append(_start(data, through_make=through_make))
        existing.append(_start(data, through_make=through_make))
    for name, figures in {"empty data folder": empty, "existing data folder": existing}.items():
        spread = Spread.of(figures)
        table.rows.append(Row(name, (spread,), (at_most(spread, WANTED, "s"),)))
    if not through_make:
        table.notes.append("the command that make runs, without make: this is not the environment of `make run`")
    return table


def _start(data: Path, *, through_make: bool) -> float:
    with processes.make_run(data) if through_make else processes.local_server(data, also=False) as process:
        seconds, status = process.first_answer(processes.STATUS)
        process.interrupt()
    if status != 200:
        raise processes.NoAnswer(f"GET /v1/status was answered {status}")
    return seconds
