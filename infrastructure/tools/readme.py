"""Writes the table of functions into functions/README.md."""

from collections.abc import Mapping

from infrastructure.tools import discovery
from infrastructure.tools.discovery import FOLDER, Function
from infrastructure.tools.generate import settle

FILE = FOLDER / "README.md"
HEAD = """# Functions

One folder a deployed function: its `main.py` holds one declaration and its call into the domain. This table is written
from the declarations by `make generate`; `python -m infrastructure.tools explain NAME` prints what a function may do,
and why.

| function | started by | what it does | role |
|---|---|---|---|
"""


def main(arguments: list[str]) -> int:
    """Write the file, or with --check say whether it is stale."""
    return settle(FILE, text(discovery.discover()), arguments)


def text(functions: Mapping[str, Function]) -> str:
    """The file's content: a line for every route, task, schedule and event."""
    return HEAD + "".join(line for _, function in sorted(functions.items()) for line in _lines(function))


def _lines(function: Function) -> list[str]:
    declared = function.declaration
    lines = []
    for route in declared.routes:
        said = (route.handler.__doc__ or "").strip().partition("\n")[0]
        started = {
            "http": f"`{route.method} {route.path}`",
            "task": f"task `{route.message.__name__ if route.message else ''}`",
            "schedule": f"schedule `{declared.cron}`",
            "event": f"new object in `{declared.bucket.name if declared.bucket else ''}`",
        }[declared.trigger]
        role = route.role if declared.trigger == "http" else ""
        lines.append(f"| [{function.name}]({function.name}/main.py) | {started} | {said} | {role} |\n")
    return lines
