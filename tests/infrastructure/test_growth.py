"""The table of what learners cost is counted by the functions' own counters, and adds up."""

from __future__ import annotations

from pathlib import Path

import pytest

from infrastructure.tools.bench import growth
from infrastructure.tools.bench.growth import FIXED, PRICES, USAGE, dollars
from infrastructure.tools.bench.run import QUICK, Bench


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[object, ...]]:
    table = growth.growth(Bench(QUICK, Path(tmp_path_factory.mktemp("growth"))))
    assert "1,000,000 learners: " in table.text()
    return {row.name: row.cells for row in table.rows}


def test_a_month_is_the_sum_of_what_is_done_in_it(rows: dict[str, tuple[object, ...]]) -> None:
    assert set(rows) == {*(name for name, _, _ in USAGE), "a learner's month"}
    for column, kind in enumerate(("requests", "tasks", "reads", "writes", "deletes"), start=1):
        said = sum(times * float(str(rows[name][column])) for name, _, times in USAGE)
        assert float(str(rows["a learner's month"][column])) == pytest.approx(said, abs=1)
        assert said > 0 or kind == "deletes"


def test_what_is_known_of_a_request_is_counted(rows: dict[str, tuple[object, ...]]) -> None:
    assert rows["log in"][1:5] == ("1", "0", "1", "2"), "as tests/functions assert of it"


def test_what_learners_cost_begins_with_what_stands_there_anyway_and_grows_with_their_number() -> None:
    month = dict.fromkeys(PRICES, 1_000.0)
    assert dollars(month, 0) == FIXED
    assert dollars(month, 2_000) - FIXED == pytest.approx(2 * (dollars(month, 1_000) - FIXED))


def test_an_answer_that_could_have_been_a_stream_is_counted_once_and_the_clocks_work_not_at_all() -> None:
    line = {"request_id": "r", "function": "chat", "reads": 3, "writes": 2, "deletes": 0}
    logged = [{**line, "message": "stream.done"}, {**line, "message": "request.done", "ms": 500}]
    task = {**line, "message": "request.done", "message_id": "m", "function": "mail_send", "ms": 500}
    clocked = {**line, "message": "request.done", "function": "outbox_flush"}
    counts = growth.counted([*logged, task, clocked, {"message": "mail.sent"}])
    assert counts == {"reads": 6, "writes": 4, "deletes": 0, "requests": 1, "tasks": 1, "seconds": 1}
