"""What code may not reach for: the environment, the clock, chance. Ruff keeps the rest (pyproject.toml)."""

import ast
from pathlib import Path

import pytest

from tests.house.tree import ROOT, dotted, files, parsed, place

ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.putenv", "os.unsetenv"}
CLOCK = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now", "datetime.date.today",
    "datetime.datetime.utcnow", "time.time", "time.time_ns", "time.localtime", "time.gmtime",
}  # fmt: skip
CHANCE = {
    "uuid.uuid1", "uuid.uuid4", "uuid4", "os.urandom", "secrets.token_hex", "secrets.token_bytes", "secrets.choice",
    "secrets.token_urlsafe", "secrets.randbelow", "secrets.randbits",
}  # fmt: skip
WITH_A_CLOCK = ("common/adapters/", "common/logs.py")


def found(tree: ast.Module, forbidden: set[str], modules: set[str] | None = None) -> list[int]:
    """Lines that name something forbidden, or anything of a forbidden module, however it was imported."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            name = dotted(node)
            if name in forbidden or name.split(".")[0] in (modules or ()):
                lines.append(node.lineno)
        elif isinstance(node, ast.ImportFrom):
            taken = {f"{node.module}.{alias.name}" for alias in node.names}
            lines += [node.lineno] * (node.module in (modules or ()) or bool(taken & forbidden))
    return lines


def offenders(paths: tuple[Path, ...], forbidden: set[str], modules: set[str] | None = None) -> list[str]:
    return [place(path, line) for path in paths for line in found(parsed(path), forbidden, modules)]


def outside(*allowed: str) -> tuple[Path, ...]:
    code = files("common/*.py", "functions/*.py")
    return tuple(path for path in code if not path.relative_to(ROOT).as_posix().startswith(allowed))


def test_only_settings_reads_the_environment():
    assert offenders(outside("common/settings.py"), ENVIRONMENT) == []


def test_time_comes_from_the_clock():
    assert offenders(outside(*WITH_A_CLOCK), CLOCK) == []


def test_chance_comes_from_ids():
    assert offenders(outside("common/adapters/"), CHANCE, modules={"random"}) == []


def test_no_test_sleeps():
    assert offenders(files("tests/**/test_*.py"), {"time.sleep"}) == []


@pytest.mark.parametrize(
    ("source", "forbidden"),
    [
        ("import os\nos.environ['A']", ENVIRONMENT),
        ("from os import getenv", ENVIRONMENT),
        ("from datetime import UTC, datetime\ndatetime.now(UTC)", CLOCK),
        ("from time import time", CLOCK),
        ("import uuid\nuuid.uuid4()", CHANCE),
    ],
)
def test_the_lint_sees_each_way_in(source: str, forbidden: set[str]):
    assert found(ast.parse(source), forbidden)


def test_the_lint_lets_harmless_code_pass():
    harmless = "import os, time, secrets\nos.path.join('a')\ntime.monotonic()\nsecrets.compare_digest('a', 'b')"
    assert not found(ast.parse(harmless), ENVIRONMENT | CLOCK | CHANCE, {"random"})
