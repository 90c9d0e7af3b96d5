"""Rates: a bucket in the instance, and an exact count in the database that no two instances overshoot."""

import threading
import time

import pytest

from common.adapters.local.sqlite import Sqlite
from common.errors import TooManyRequests
from common.ports import Query
from common.ports.records import RateBucket
from common.settings import Settings
from common.triggers import http, rate_limit
from common.triggers.rate_limit import Buckets, ExactRateLimit
from common.triggers.unit_of_work import Billed
from tests.triggers.world import HandClock, HandWorld, problem, send


@pytest.fixture(name="monotonic")
def _monotonic(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def taken(buckets: Buckets, key: str, times: int, factor: float = 1.0) -> int:
    count, waits = 0, list[int | None]()
    for _ in range(times):
        try:
            buckets.take(key, "30/minute", factor)
        except TooManyRequests as refused:
            waits.append(refused.retry_after)
        else:
            count += 1
    assert all(1 <= wait <= 60 for wait in waits if wait is not None)
    assert None not in waits
    return count


def test_a_bucket_holds_its_rate_and_refills_evenly(monotonic: list[float]) -> None:
    buckets = Buckets()
    assert taken(buckets, "ada", 50) == 30
    monotonic[0] += 2
    assert taken(buckets, "ada", 50) == 1
    monotonic[0] += 600
    assert taken(buckets, "ada", 50) == 30


def test_one_callers_bucket_is_not_anothers(monotonic: list[float]) -> None:
    buckets = Buckets()
    assert taken(buckets, "ada", 50) == taken(buckets, "bob", 50) == 30


def test_refusals_do_not_postpone_the_refill(monotonic: list[float]) -> None:
    buckets = Buckets()
    taken(buckets, "ada", 30)
    for _ in range(20):
        monotonic[0] += 0.2
        taken(buckets, "ada", 1)
    assert taken(buckets, "ada", 5) <= 1
    monotonic[0] += 2
    assert taken(buckets, "ada", 5) == 1


def test_the_factor_multiplies(monotonic: list[float]) -> None:
    assert taken(Buckets(), "ada", 100, factor=2.0) == 60


def test_the_least_recently_used_bucket_is_forgotten_first(
    monotonic: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit, "MOST_BUCKETS", 2)
    buckets = Buckets()
    for name in ("ada", "bob", "ada", "eve"):
        taken(buckets, name, 15)
    assert taken(buckets, "ada", 50) == 0
    assert taken(buckets, "bob", 50) == 30


def test_an_exact_limit_is_never_overshot(database: Sqlite) -> None:
    """Forty at once, from as many instances: thirty pass."""
    clock = HandClock()
    passed: list[int] = []

    def take(number: int) -> None:
        try:
            ExactRateLimit(database, clock, 1.0, Billed()).take("login", "ada", "30/minute")
        except TooManyRequests:
            pass
        else:
            passed.append(number)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 30


def test_an_exact_limit_begins_anew_with_each_window(database: Sqlite) -> None:
    clock, billed = HandClock(), Billed()
    limit = ExactRateLimit(database, clock, 1.0, billed)
    clock.advance(seconds=59)
    limit.take("login", "ada", "1/minute")
    with pytest.raises(TooManyRequests) as refused:
        limit.take("login", "ada", "1/minute")
    assert refused.value.retry_after == 1
    limit.take("login", "bob", "1/minute")
    limit.take("register", "ada", "1/minute")
    clock.advance(seconds=1)
    limit.take("login", "ada", "1/minute")
    assert (billed.reads, billed.writes) == (0, 5)


def test_a_counted_window_is_kept_no_longer_than_it_is_of_use(database: Sqlite) -> None:
    clock = HandClock()
    ExactRateLimit(database, clock, 1.0, Billed()).take("login", "ada", "1/minute")
    [stored] = database.query(Query(RateBucket), {}, 2, None)
    assert isinstance(stored.content, str)
    bucket = RateBucket.model_validate_json(stored.content)
    assert bucket.count == 1
    assert 0 < (bucket.expires_at - clock.now()).total_seconds() <= 2 * 3600


limited = http.resource("limited")


@limited.get("/v1/limited", role="learner", rate_limit="3/minute")
def small() -> None:
    """Three a minute."""


@limited.get("/v1/exact", role="learner", rate_limit="2/minute", exact_rate=True)
def exact() -> None:
    """Two a minute over all instances."""


@pytest.mark.parametrize(("path", "most"), [("/v1/limited", 3), ("/v1/exact", 2)])
def test_a_caller_over_the_rate_is_told_when_to_come_again(
    path: str, most: int, world: HandWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_buckets", Buckets())
    world.settings = Settings(adapters="local", data=world.settings.data)
    answers = [send(limited, "GET", path, headers={"Authorization": "Bearer ada"}) for _ in range(most + 1)]
    assert [answer.status_code for answer in answers] == [204] * most + [429]
    assert problem(answers[-1]) == "too_many_requests"
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert send(limited, "GET", path, headers={"Authorization": "Bearer bob"}).status_code == 204
