"""`make bench`, `python -m infrastructure.tools bench [SECTION ...] [--quick] [--json FILE]`."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from infrastructure.tools.bench import report
from infrastructure.tools.bench.billed import billed
from infrastructure.tools.bench.cold_starts import cold_starts
from infrastructure.tools.bench.community_loads import community
from infrastructure.tools.bench.conversations import conversations
from infrastructure.tools.bench.course_loads import courses
from infrastructure.tools.bench.dashboards import dashboards
from infrastructure.tools.bench.progress_loads import progress
from infrastructure.tools.bench.quizzes import quizzes
from infrastructure.tools.bench.report import Table
from infrastructure.tools.bench.reviews import reviews
from infrastructure.tools.bench.run import QUICK, Bench, Effort
from infrastructure.tools.bench.sign_ins import sign_ins
from infrastructure.tools.bench.starts import starts
from infrastructure.tools.bench.throughput import even_pace, full_speed
from infrastructure.tools.discovery import ROOT

SECTIONS: dict[str, tuple[Callable[[Bench], Table], str]] = {
    "start": (starts, "how soon `make run` answers"),
    "cold": (cold_starts, "each function's cold start, in both wirings"),
    "activity": (full_speed, "an authenticated POST and its task, as fast as it goes"),
    "paced": (even_pace, "the same at an even pace, and how long its task waits"),
    "accounts": (sign_ins, "registering and logging in, and the status meanwhile"),
    "chat": (conversations, "a document until it is ready, and answers from it, cached and not"),
    "review": (reviews, "the day's queue of flashcards, and a review with its task"),
    "quizzes": (quizzes, "handing in a quiz with its task, and a page of results"),
    "progress": (progress, "a section completed, with its task, and progress read"),
    "courses": (courses, "a page of courses, and enrolling in one"),
    "community": (community, "a post written, with its task, and a page of posts"),
    "dashboards": (dashboards, "an admin's dashboard and a learner's, with 100,000 learners in the store"),
    "billed": (billed, "documents that requests bill"),
}


def main(arguments: list[str]) -> int:
    """Measure and report; 0 whatever the figures are, for a busy machine is no fault of the code."""
    said = "\n".join(f"  {name:10} {meaning}" for name, (_, meaning) in SECTIONS.items())
    parser = argparse.ArgumentParser(
        prog="bench", description=f"Sections:\n{said}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sections", nargs="*", metavar="SECTION", help="only these (all when none is named)")
    parser.add_argument("--quick", action="store_true", help="one short round of each: that it works, not how fast")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.sections) - SECTIONS.keys())
    if unknown:
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    sys.setswitchinterval(0.0005)  # so that threads of the client wait little for each other
    facts = machine()
    print("\n".join(f"{name + ':':9} {value}" for name, value in facts.items()), flush=True)
    tables = []
    with tempfile.TemporaryDirectory(prefix="scholium-bench-") as folder:
        bench = Bench(QUICK if options.quick else Effort(), Path(folder))
        for name in options.sections or SECTIONS:
            tables.append(_measured(bench, name))
            print(tables[-1].text(), flush=True)
    missed = [f"{table.section}: {row.name}" for table in tables for row in table.rows if not row.is_met]
    print(f"\nMissed: {'; '.join(missed)}" if missed else "\nEvery aim is met.")
    if options.json:
        report.write_json(options.json, facts, tables)
    return 0


def _measured(bench: Bench, name: str) -> Table:
    load, began = os.getloadavg()[0], time.monotonic()
    table = SECTIONS[name][0](bench)
    took = time.monotonic() - began
    table.notes.append(f"load average of the machine before: {load:.1f}; this section took {took:.0f} s")
    return table


def machine() -> dict[str, object]:
    """What the figures depend on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    version = ""
    if git := shutil.which("git"):
        asked = [git, "-C", str(ROOT), "describe", "--always", "--dirty"]
        version = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return {
        "machine": f"{platform.system()} {platform.machine()}, {cores} cores, which the load shares",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "version": version or "unknown",
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "load": round(os.getloadavg()[0], 1),
    }
