"""`make bench` runs and reports every row; never how fast."""

import functools
import json
import os
import subprocess
import sys

import pytest

from infrastructure.tools import discovery
from infrastructure.tools.bench import command, report
from infrastructure.tools.bench.report import Aim, Row, Spread, Table

ROWS = {
    "start": {"empty data folder", "existing data folder"},
    "activity": {f"{name}, {count} at once" for name in ("activity", "bare hello") for count in (1, 8, 32)} | {"chain"},
    "paced": {"POST", "task lag"},
    "accounts": {
        "status at rest", "eight register", "status while eight register",
        "register at 80/s", "login at 80/s", "both at 80/s", "status at 80/s",
    },
    "chat": {
        "upload to ready", "uncached", "first sentence, uncached", "cached, 1 at once", "cached, 8 at once",
        "cached, 32 at once",
    },
    "review": {f"{name}, {count} at once" for name in ("due queue", "review") for count in (1, 8, 32)},
    "quizzes": {f"{name}, {count} at once" for name in ("submit", "results") for count in (1, 8, 32)},
    "courses": {f"{name}, {count} at once" for name in ("course list", "enrollment") for count in (1, 8)} | {"places"},
    "community": {
        f"{name}, {count} at once"
        for name in ("post create", "posts, newest", "posts, most liked")
        for count in (1, 8, 32)
    } | {"posts"},
    "progress": {f"{name}, {count} at once" for name in ("write", "read") for count in (1, 8, 32)},
    "dashboards": {f"{name}, {count} at once" for name in ("admin", "learner") for count in (1, 8)} | {"count"},
    "billed": {"register", "login", "refresh", "GET /v1/me", "GET /v1/status", "task mail_send"},
}  # fmt: skip


def bench(*arguments, **environment):
    run = [sys.executable, "-m", "infrastructure.tools", "bench", *map(str, arguments)]
    variables = {**os.environ, **environment}
    return subprocess.run(run, cwd=discovery.ROOT, env=variables, capture_output=True, text=True, timeout=110)  # noqa: PLW1510


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """What a short run of a section said, and its figures: row -> what it holds. Each section runs once."""

    @functools.cache
    def run(section):
        file = tmp_path_factory.mktemp("bench") / "bench.json"
        said = bench(section, "--quick", "--json", file)
        assert said.returncode == 0, said.stderr
        (table,) = json.loads(file.read_text())["tables"]
        assert table["section"] == section
        return said.stdout, {row["name"]: row for row in table["rows"]}

    return run


@pytest.mark.parametrize("section", sorted(ROWS))
def test_a_section_reports_every_row(quick, section):
    said, figures = quick(section)
    assert set(figures) == ROWS[section]
    assert all(f"\n  {name} " in said for name in ROWS[section])


def test_what_the_chain_did_is_counted_each_once_and_nothing_fails(quick):
    rows = quick("activity")[1].items()
    judged = {(name, aim["text"]): aim["is_met"] for name, row in rows for aim in row["aims"]}
    assert judged["chain", "each once"]
    assert all(judged[f"activity, {count} at once", "none fails"] for count in (1, 8, 32))


def test_every_place_that_is_taken_is_counted_once(quick):
    (aim,) = quick("courses")[1]["places"]["aims"]
    assert aim == {"text": "each once", "is_met": True}


def test_every_post_that_was_written_has_its_card_and_none_fails(quick):
    rows = quick("community")[1]
    judged = {(name, aim["text"]): aim["is_met"] for name, row in rows.items() for aim in row["aims"]}
    assert judged["posts", "a card each"]
    assert all(judged[f"post create, {count} at once", "none fails"] for count in (1, 8, 32))


def test_cold_starts_are_rows_beside_a_bare_hello(quick):
    figures = quick("cold")[1]
    assert list(figures) == ["bare hello", *list(discovery.discover())[:3]]
    assert "no answer" not in str(figures)


def test_without_wrk_a_line_says_how_to_get_it_and_a_client_in_python_measures():
    said = bench("activity", "--quick", PATH=os.path.dirname(sys.executable)).stdout
    assert "sudo apt-get install wrk" in said
    assert "activity, 32 at once" in said


def test_a_section_that_does_not_exist_is_refused():
    said = bench("speed")
    assert said.returncode == 2
    assert "there are start, cold, activity" in said.stderr


def test_what_misses_its_aim_is_said_loudly():
    spread = Spread.of([3.0, 1.0, 2.0])
    assert (spread.median, spread.least, spread.most) == (2.0, 1.0, 3.0)
    table = Table("speed", "how fast", ("ms",), [Row("slow", (spread,), (Aim("<= 1 ms", is_met=False),))], ["a note"])
    assert "2 [1..3]  <= 1 ms MISSED" in table.text()
    assert "  - a note" in table.text()
    assert not table.rows[0].is_met


@pytest.mark.parametrize(("share", "value"), [(0.5, 10), (0.95, 19), (0.99, 20), (1.0, 20)])
def test_a_percentile_is_the_value_that_this_share_does_not_exceed(share, value):
    assert report.percentile(list(range(20, 0, -1)), share) == value


def test_every_section_has_a_test_of_its_rows():
    assert set(command.SECTIONS) == {*ROWS, "cold"}
