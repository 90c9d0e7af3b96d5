"""What is asked today, in which order, and at what cost."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from common.domain.review import schedule
from common.domain.review.day_queue import due_ahead
from common.domain.review.models import BANDS, Card, Desk, band_of
from common.ports import Caller
from common.triggers.unit_of_work import UnitOfWork
from functions.flashcard_reviews.main import flashcard_reviews
from tests.domain.review.study import Study
from tests.domain.review.test_reviews import seeded


def asked(queue: dict[str, list[dict[str, str]]]) -> list[str]:
    return [item["card_id"] for item in queue["items"]]


def test_there_is_nothing_to_do_at_first(study: Study):
    queue = study.due()
    assert (queue["items"], queue["due_count"], queue["new_count"], queue["estimated_seconds"]) == ([], 0, 0, 0)


def test_minutes_come_before_days_and_days_before_new_cards(study: Study):
    days, minutes, new, later = study.make_many(4)
    study.settle(days)
    study.world.clock.advance(days=20)
    study.review(minutes, "good")
    study.world.clock.advance(minutes=10)
    study.review(later, "good")
    queue = study.due()
    assert asked(queue) == [minutes, days, new, later]
    assert (queue["due_count"], queue["overdue_count"], queue["new_count"]) == (3, 1, 1)
    assert asked(study.due("?limit=3")) == [minutes, days, new]


def test_a_card_of_days_is_due_from_the_beginning_of_its_day(study: Study):
    study.live_in("America/New_York")
    card_id = study.make()
    due_at = study.settle(card_id)
    assert due_at.hour == 8  # four in the morning there, in summer
    study.world.clock.time = due_at - timedelta(seconds=1)
    assert study.due()["items"] == []
    study.world.clock.advance(seconds=1)
    assert asked(study.due()) == [card_id]


def test_the_day_ends_at_the_hour_that_the_learner_wishes(study: Study):
    study.live_in("Asia/Tokyo")
    study.world.clock.time = study.world.clock.time.replace(hour=18, minute=30)  # half past three in the morning there
    assert study.review(study.make(), "easy")["due_on"] == "2026-03-10"
    study.wish(rollover_hour=0)
    told = study.review(study.make(), "easy")
    assert (told["due_on"], told["due_at"]) == ("2026-03-11", "2026-03-10T15:00:00.000000Z")


def test_new_cards_are_asked_in_the_order_of_their_making_and_so_many_a_day(study: Study):
    made = study.make_many(6)
    study.wish(new_per_day=4)
    assert asked(study.due()) == made[:4]
    for card_id in made[:3]:
        study.review(card_id, "easy")
    queue = study.due()
    assert (asked(queue), queue["new_count"]) == ([made[3]], 1)
    study.world.clock.advance(days=1)
    assert asked(study.due()) == made[3:]


def test_minutes_are_counted_at_the_learners_own_pace(study: Study):
    made = study.make_many(30)
    study.wish(new_per_day=500)
    queue = study.due("?limit=100&minutes=2")
    assert (len(queue["items"]), queue["estimated_seconds"]) == (12, 120)
    for card_id in made[:4]:
        study.world.clock.advance(seconds=60)
        study.review(card_id, "easy", duration_ms=30_000)
    queue = study.due("?limit=100&minutes=2")
    assert (len(queue["items"]), queue["estimated_seconds"]) == (4, 120)
    assert study.ask("GET", "/statistics")["seconds_a_review"] == 30


def test_with_a_backlog_the_most_overdue_of_their_stability_come_first(study: Study):
    lots = random.Random(5)
    today = StudyToday(study)
    cards = []
    for number in range(400):
        stability = lots.choice((1.0, 5.0, 20.0, 90.0, 300.0))
        interval = max(1, round(stability))
        cards.append(today.overdue(number, late=lots.randint(1, 200), stability=stability, interval=interval))
    study.put(*cards, today.desk(cards, reviews_per_day=50))
    queue = study.due("?limit=50")
    assert queue["is_backlog"] and queue["overdue_count"] == 400
    late = {card.card_id: (today.number - card.due_day) / max(card.memory.stability or 1, 1) for card in cards}
    assert (
        asked(queue) == sorted(late, key=lambda one: (-late[one], one))[:50]
        or [late[one] for one in asked(queue)] == sorted(late.values(), reverse=True)[:50]
    )


def test_a_backlog_is_done_so_many_a_day(study: Study):
    study.wish(reviews_per_day=10)
    today = StudyToday(study)
    cards = [today.overdue(number, late=5, stability=9.0, interval=9) for number in range(30)]
    study.put(*cards, today.desk(cards, reviews_per_day=10))
    for _ in range(10):
        study.review(asked(study.due("?limit=1"))[0], "good")
    queue = study.due()
    assert (queue["items"], queue["overdue_count"], queue["is_backlog"]) == ([], 20, True)
    study.world.clock.advance(days=1)
    assert len(study.due()["items"]) == 10


def test_a_holiday_asks_nothing_and_puts_off_what_is_later(study: Study):
    soon, far = study.make_many(2)
    study.settle(soon)
    study.settle(far)
    due_on = date.fromisoformat(study.ask("GET", f"/{soon}")["due_at"][:10])
    first = date(2026, 3, 5)
    study.wish(holidays=[{"first": "2026-03-05", "last": "2026-03-18"}])
    forecast = {day["day"]: day["cards"] for day in study.ask("GET", "/statistics")["forecast"]}
    assert forecast[str(due_on)] == 0 and forecast[str(due_on + timedelta(days=14))] == 1
    study.world.clock.advance(days=10)
    queue = study.due()
    assert (queue["items"], queue["holiday_until"], queue["overdue_count"]) == ([], "2026-03-18", 0)
    assert first < study.world.clock.now().date() < date(2026, 3, 18)
    study.world.clock.time = study.world.clock.time.replace(day=due_on.day) + timedelta(days=14)
    assert soon in asked(study.due())
    assert study.due()["overdue_count"] == 1  # the other one, of the day before


def test_who_plans_the_days_ahead_knows_what_is_due_on_each(study: Study):
    today = study.world.clock.now().date()
    study.put(
        Desk(user_id="ada", load={str(today.toordinal() + ahead): 2**at for at, ahead in enumerate((-9, 0, 1, 3))})
    )
    study.wish(holidays=[{"first": str(today + timedelta(days=1)), "last": str(today + timedelta(days=2))}])
    unit = UnitOfWork(study.world.database)
    ahead = due_ahead(Caller("ada", "learner"), unit, study.world.clock, 7)
    assert ahead == (1 + 2, 0, 0, 4, 0, 8, 0), "overdue and today's, a holiday, and two days later what was put off"


def test_a_holiday_that_is_over_moves_nothing_when_wishes_change(study: Study):
    card_id = study.make()
    study.settle(card_id)
    study.wish(holidays=[{"first": "2026-03-05", "last": "2026-03-18"}])
    study.world.clock.advance(days=20)
    before = study.ask("GET", "/statistics")
    wishes = study.ask("GET", "/settings")
    assert study.wish(**wishes)["holidays"] == []
    assert study.ask("GET", "/statistics") == before
    assert study.desk().days_off == 14


def test_a_holiday_that_is_ended_early_has_put_off_what_is_over_of_it(study: Study):
    card_id = study.make()
    due = study.settle(card_id)
    study.wish(holidays=[{"first": "2026-03-03", "last": "2026-03-31"}])
    study.world.clock.advance(days=3)
    study.wish(holidays=[])
    study.world.clock.time = due + timedelta(days=1)
    assert study.due()["items"] == []
    study.world.clock.advance(days=1)
    assert asked(study.due()) == [card_id]


def test_everything_is_seen_before_an_exam(study: Study):
    known, fresh = study.make_many(12), study.make_many(12)
    for card_id in known:
        study.settle(card_id)
        study.world.clock.advance(days=60)
        study.review(card_id, "easy")
    exam = study.world.clock.now().date() + timedelta(days=10)
    study.wish(exam_date=str(exam), new_per_day=0)
    begin, seen = study.world.clock.now(), set[str]()
    for day in range(10):
        study.world.clock.time = begin + timedelta(days=day)
        while items := asked(study.due("?limit=100")):
            for card_id in items:
                told = study.review(card_id, "easy")
                seen.add(card_id)
                assert day == 9 or told["due_on"] < str(exam)
    assert seen == {*known, *fresh}


def test_what_is_not_the_callers_is_not_asked(study: Study):
    study.make()
    assert study.due(who="eve")["items"] == []
    assert study.ask("GET", "/statistics", who="eve")["cards"] == 0


@pytest.mark.parametrize("query", ["?limit=0", "?limit=101", "?minutes=0", "?minutes=601", "?deck=x"])
def test_a_queue_that_nobody_can_work_through_is_refused(study: Study, query: str):
    assert study.call("GET", f"/due{query}").status_code == 400


@pytest.mark.parametrize(
    "wishes",
    [
        {"retention": 0.69},
        {"retention": 0.98},
        {"rollover_hour": 24},
        {"new_per_day": -1},
        {"exam_date": "soon"},
        {"holidays": [{"first": "2026-03-05", "last": "2026-03-04"}]},
        {"holidays": [{"first": "2026-03-05", "last": "2027-03-09"}]},
        {"holidays": [{"first": f"2026-0{n}-01", "last": "2026-05-05"} for n in (3, 4)]},
    ],
)
def test_wishes_have_bounds(study: Study, wishes: dict[str, object]):
    assert study.call("PUT", "/settings", wishes).status_code == 422


@pytest.mark.parametrize(
    ("size", "reviews_per_day", "reads"),
    [
        (10, 20_000, 4 + 3),  # the desk, the account, an empty answer of the cards of minutes
        (10_000, 20_000, 4 + 3),
        (10_000, 200, 8 + 4 + 3),  # eight cards of the one band that has any, and an empty answer of each other
    ],
)
def test_the_queue_costs_a_read_a_card_and_a_few_at_any_size(study: Study, size: int, reviews_per_day: int, reads: int):
    seeded(study, size, reviews_per_day)
    assert study.billed(flashcard_reviews, "due", limit=4, minutes=None) == (reads, 0, 0)


def test_a_page_that_is_not_full_costs_one_read_more(study: Study):
    seeded(study, 10, 20_000)
    assert study.billed(flashcard_reviews, "due", limit=100, minutes=None) == (6 + 4, 0, 0)


def test_a_backlog_costs_eight_reads_a_band_more_at_most(study: Study):
    today = StudyToday(study)
    cards = [
        today.overdue(number, late=1 + number % 300, stability=float(1 + number % 200), interval=1 + number % 200)
        for number in range(2_000)
    ]
    study.put(*cards, today.desk(cards))
    assert {card.band for card in cards} == set(range(len(BANDS) + 1))
    reads, _, _ = study.billed(flashcard_reviews, "due", limit=100, minutes=None)
    assert reads <= 100 + 3 + 8 * (len(BANDS) + 1)


class StudyToday:
    """Cards of ada that are overdue today."""

    def __init__(self, study: Study) -> None:
        self.now = study.world.clock.now()
        self.number = self.now.date().toordinal()

    def overdue(self, number: int, *, late: int, stability: float, interval: int) -> Card:
        reviewed_at = self.now - timedelta(days=late + interval)
        memory, _ = schedule.after(Card.model_fields["memory"].default, "easy", reviewed_at, 0.9)
        return Card(
            card_id=f"card-{number:05d}", user_id="ada", guid=f"g{number}", front="F", back="B", deck="Default",
            place=number, created_at=self.now, updated_at=self.now, pile="review", due_day=self.number - late,
            memory=memory.model_copy(update={"stability": stability}), band=band_of(interval), reviews=1, rows=1,
            due_at=self.now - timedelta(days=late),
        )  # fmt: skip

    def desk(self, cards: list[Card], **wishes: int) -> Desk:
        load: dict[str, int] = {}
        for card in cards:
            load[str(card.due_day)] = load.get(str(card.due_day), 0) + 1
        desk = Desk(user_id="ada", load=load, cards=len(cards), made=len(cards))
        return desk.model_copy(update={"wishes": desk.wishes.model_copy(update=wishes)})
