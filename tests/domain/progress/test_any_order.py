"""The same activities end in the same profile, however they are delivered."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from common import adapters, logs
from common.adapters.gcp.firestore import Firestore
from common.adapters.local.sqlite import Sqlite
from common.domain.progress.messages import ActivityHappened, TopicResult
from common.ports.database import Database
from common.settings import Settings
from tests.domain.progress.chaos import Chaos
from tests.triggers.processes import world_here
from tests.triggers.world import START

KINDS = ["quiz_submitted", "card_reviewed", "lesson_completed", "question_asked", "session_ended", "post_created"]


@st.composite
def activity(draw: st.DrawFn) -> ActivityHappened:
    """Of the last five weeks; crowded on few days, so that caps are met."""
    results = st.builds(lambda topic, of, right: TopicResult(topic=topic, of=of, correct=min(of, right)),
                        st.sampled_from(["loops", "lists", "types"]), st.integers(0, 9), st.integers(0, 9))  # fmt: skip
    hours = draw(st.one_of(st.integers(0, 30), st.integers(0, 24 * 35)))
    return ActivityHappened(
        user_id=draw(st.sampled_from(["ada", "ada", "bob"])),
        kind=draw(st.sampled_from(KINDS)),
        subject_id=f"subject-{draw(st.integers(0, 10**9))}",
        at=START - timedelta(hours=hours, minutes=draw(st.integers(0, 59))),
        course_id=draw(st.sampled_from([None, "logic"])),
        topics=tuple(draw(st.lists(results, max_size=2, unique_by=lambda one: one.topic))),
        score=draw(st.sampled_from([None, 0.0, 0.35, 1.0])),
        seconds=draw(st.sampled_from([0, 40, 1800, 86_400])),
    )


ACTIVITIES = st.lists(activity(), min_size=1, max_size=9, unique_by=lambda one: one.derived_id())
SEEDS = st.integers(0, 2**32)


@pytest.fixture(autouse=True)
def _each_process_has_its_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters, "world", world_here)
    monkeypatch.setattr(logs, "_write", lambda *_: None)


def same(happened: list[ActivityHappened], seed: int, settings: Settings, fresh: Callable[[], Database]) -> None:
    clean: dict[str, Any] = Chaos(None, settings, fresh()).run(happened)
    assert f"standings/{happened[0].user_id}" in clean
    assert Chaos(seed, settings, fresh()).run(happened) == clean


def test_any_delivery_ends_in_the_profile_of_one_clean_pass_on_sqlite(
    settings: Settings, database: Sqlite, tmp_path: Path
):
    def fresh() -> Database:
        connection = sqlite3.connect(tmp_path / "scholium.sqlite3", isolation_level=None)
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            connection.execute(f"DELETE FROM {table}")
        connection.close()
        return database

    @given(ACTIVITIES, SEEDS)
    @examples(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    def holds(happened: list[ActivityHappened], seed: int) -> None:
        same(happened, seed, settings, fresh)

    holds()


def test_any_delivery_ends_in_the_profile_of_one_clean_pass_on_firestore(settings: Settings, firestore_project: str):
    opened: list[Firestore] = []

    def fresh() -> Database:
        project = f"{firestore_project}-{secrets.token_hex(4)}"
        opened.append(Firestore(Settings(adapters="gcp", project=project, token_public_keys={"key": "unused"})))
        return opened[-1]

    @given(ACTIVITIES, SEEDS)
    @examples(max_examples=5, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    def holds(happened: list[ActivityHappened], seed: int) -> None:
        same(happened, seed, settings, fresh)

    holds()
    for database in opened:
        database.close()
