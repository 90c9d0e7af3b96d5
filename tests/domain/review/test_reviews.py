"""A card is answered: its log, its place in the days, and what it costs."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import fsrs
import pytest

from common.domain.review import review_log, schedule
from common.domain.review.bodies import CardAnswer
from common.domain.review.models import Card, Desk, Standing, Wishes
from functions.flashcard_reviews.main import flashcard_reviews
from functions.flashcard_settings.main import flashcard_settings
from tests.domain.review.study import Study, at
from tests.house.tree import ROOT
from tests.triggers.world import problem

RATINGS = ("again", "hard", "good", "easy")


def recomputed(study: Study, card_id: str) -> Standing:
    return review_log.standing_of(study.rows(card_id))


def test_a_new_card_is_learnt_in_minutes_and_then_in_days(study: Study):
    card_id = study.make()
    first = study.review(card_id, "good")
    assert (first["state"], first["interval_days"], first["reviews"]) == ("learning", None, 1)
    assert at(first["due_at"]) - study.world.clock.now() == timedelta(minutes=10)
    study.world.clock.advance(minutes=10)
    second = study.review(card_id, "good")
    assert (second["state"], second["interval_days"], second["due_on"]) == ("review", 2, "2026-03-04")
    assert second["due_at"] == "2026-03-04T04:00:00.000000Z"


def test_a_row_holds_the_choices_that_were_made(study: Study):
    study.wish(retention=0.85)
    card_id = study.make()
    told = study.review(card_id, "easy", duration_ms=4200)
    (row,) = study.rows(card_id)
    assert (row.number, row.rating, row.duration_ms, row.retention) == (1, "easy", 4200, 0.85)
    assert (row.parameters, row.reviewed_at) == (schedule.LATEST, study.world.clock.now())
    assert (row.due_at, row.interval_days, row.review_id) == (
        at(told["due_at"]),
        told["interval_days"],
        told["review_id"],
    )


def test_a_higher_retention_asks_sooner(study: Study):
    intervals = []
    for retention in (0.7, 0.9, 0.97):
        study.wish(retention=retention)
        intervals.append(study.review(study.make(), "easy")["interval_days"])
    assert intervals == sorted(intervals, reverse=True)
    assert len(set(intervals)) == 3


def test_a_thousand_reviews_through_the_log_are_what_the_library_says(study: Study):
    lots = random.Random(7)
    cards = study.make_many(12)
    library = fsrs.Scheduler(desired_retention=0.9, maximum_interval=schedule.MOST_DAYS, enable_fuzzing=False)
    theirs = {card_id: fsrs.Card(card_id=number, due=study.world.clock.now()) for number, card_id in enumerate(cards)}
    forgotten, was = Counter[str](), dict.fromkeys(cards, "new")
    for _ in range(1_020):
        study.world.clock.advance(minutes=lots.choice((3, 11, 700, 2000, 9000)))
        card_id, rating = lots.choice(cards), lots.choices(RATINGS, (2, 2, 6, 1))[0]
        told = study.review(card_id, rating)
        theirs[card_id], _ = library.review_card(
            theirs[card_id], fsrs.Rating(RATINGS.index(rating) + 1), study.world.clock.now()
        )
        forgotten[card_id] += told["state"] == "relearning" and was[card_id] == "review"
        was[card_id] = told["state"]
        assert (told["reviews"], told["lapses"]) == (len(study.rows(card_id)), forgotten[card_id])
        card, known = theirs[card_id], study.card(card_id).memory
        assert (known.stability, known.difficulty, known.step) == (card.stability, card.difficulty, card.step)
        assert known.state == card.state.name.lower() and known.reviewed_at == card.last_review
        in_days = card.state == fsrs.State.Review
        assert told["interval_days"] == ((card.due - study.world.clock.now()).days if in_days else None)
        assert in_days or at(told["due_at"]) == card.due
    assert sum(forgotten.values()) > 50
    for card_id in cards:
        assert recomputed(study, card_id) == study.card(card_id).standing


RECOMPUTE = """
import json, sys
from common.domain.review.models import ReviewRow
from common.domain.review.review_log import standing_of
for rows in json.load(sys.stdin):
    print(standing_of(ReviewRow.model_validate(row) for row in rows).model_dump_json())
"""


def test_another_process_recomputes_the_same_from_the_log_alone(study: Study):
    lots = random.Random(11)
    study.wish(exam_date="2026-09-01", retention=0.88)
    cards = study.make_many(8)
    for number in range(160):
        study.world.clock.advance(hours=lots.choice((1, 7, 40, 100)))
        if number == 80:
            study.wish(retention=0.93, holidays=[{"first": "2026-12-20", "last": "2027-01-06"}])
        card_id = lots.choice(cards)
        study.review(card_id, lots.choice(RATINGS))
        if lots.random() < 0.1:
            study.ask("POST", f"/{card_id}/undo")
    logs = [[json.loads(row.model_dump_json()) for row in study.rows(card_id)] for card_id in cards]
    command = [sys.executable, "-c", RECOMPUTE]
    ran = subprocess.run(command, cwd=ROOT, input=json.dumps(logs), capture_output=True, text=True, check=True)
    told = [Standing.model_validate_json(line) for line in ran.stdout.splitlines()]
    assert told == [study.card(card_id).standing for card_id in cards]
    exact = [row for card_id in cards for row in study.rows(card_id) if row.interval_days]
    balanced = [
        row for row in exact if (row.due_at or row.reviewed_at) - row.reviewed_at > timedelta(row.interval_days or 0)
    ]
    assert balanced and len(balanced) < len(exact)


def test_a_day_that_is_full_is_left_to_others(study: Study):
    days = [study.review(card_id, "easy")["due_on"] for card_id in study.make_many(30)]
    assert len(set(days)) == len(schedule.window(8)) and max(days.count(day) for day in set(days)) == 6
    assert sum(study.desk().load.values()) == 30


def test_the_load_is_that_of_the_cards(study: Study):
    lots = random.Random(3)
    cards = study.make_many(10)
    for _ in range(120):
        study.world.clock.advance(hours=lots.choice((0.1, 20, 60)))
        card_id, doing = lots.choice(cards), lots.random()
        suspended = study.card(card_id).suspended
        if suspended or doing < 0.1:
            study.ask("PATCH", f"/{card_id}", {"suspended": not suspended})
        elif doing < 0.2 and study.card(card_id).before:
            study.ask("POST", f"/{card_id}/undo")
        elif doing < 0.23:
            assert study.call("DELETE", f"/{card_id}").status_code == 204
            cards.remove(card_id)
            cards.append(study.make())
        else:
            study.review(card_id, lots.choice(RATINGS))
    load: dict[str, int] = {}
    standing = [study.card(card_id) for card_id in cards]
    for card in standing:
        if card.is_counted:
            load[str(card.due_day)] = load.get(str(card.due_day), 0) + 1
    desk = study.desk()
    assert desk.load == load and desk.cards == len(cards)
    assert desk.new == sum(card.pile == "new" and not card.suspended for card in standing)


def test_two_reviews_of_one_card_at_once_are_both_in_its_log(study: Study):
    card_id = study.make()
    study.just_before_commit(lambda: study.review(card_id, "hard"))
    study.review(card_id, "good")
    assert [(row.number, row.rating) for row in study.rows(card_id)] == [(1, "hard"), (2, "good")]
    assert recomputed(study, card_id) == study.card(card_id).standing
    assert sum(study.desk().load.values()) == 1


def test_of_twenty_reviews_at_once_each_is_in_the_log_or_was_refused(study: Study):
    card_id = study.make()

    def answered(_: int) -> int:
        return study.call("POST", f"/{card_id}/reviews", {"rating": "good"}).status_code

    with ThreadPoolExecutor(20) as threads:
        codes = list(threads.map(answered, range(20)))
    rows = study.rows(card_id)
    assert set(codes) <= {201, 409, 503} and codes.count(201) == len(rows) >= 1
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert (study.card(card_id).reviews, study.card(card_id).standing) == (len(rows), recomputed(study, card_id))
    assert sum(study.desk().load.values()) == 1


def test_two_cards_of_one_learner_at_once_both_count(study: Study):
    one, other = study.make_many(2)
    study.just_before_commit(lambda: study.review(one, "easy"))
    study.review(other, "easy")
    assert sum(study.desk().load.values()) == 2 and study.desk().today.new == 2


def test_a_review_that_is_sent_twice_with_its_key_is_one(study: Study):
    card_id = study.make()
    sent = [
        study.call("POST", f"/{card_id}/reviews", {"rating": "good"}, **{"Idempotency_Key": "tap-1"}) for _ in range(2)
    ]
    assert [one.status_code for one in sent] == [201, 201] and sent[0].get_json() == sent[1].get_json()
    assert len(study.rows(card_id)) == 1


def test_a_review_of_a_card_that_was_shown_before_another_is_refused(study: Study):
    card_id = study.make()
    study.review(card_id, "good", after_reviews=0)
    answer = study.call("POST", f"/{card_id}/reviews", {"rating": "good", "after_reviews": 0})
    assert (answer.status_code, problem(answer)) == (409, "reviewed_meanwhile")
    assert len(study.rows(card_id)) == 1


def test_what_is_taken_back_leaves_the_card_and_the_day_as_they_were(study: Study):
    card_id = study.make()
    study.settle(card_id)
    study.world.clock.advance(days=9)
    before, desk = study.card(card_id), study.desk()
    study.review(card_id, "again", duration_ms=3000)
    shown = study.ask("POST", f"/{card_id}/undo")
    assert study.card(card_id).standing == before.standing == recomputed(study, card_id)
    assert (shown["state"], shown["reviews"]) == ("review", 1)
    after = study.desk()
    assert (after.load, after.new, after.seconds, after.timed) == (desk.load, desk.new, desk.seconds, desk.timed)
    assert after.months["2026-03"].asked == 0 and after.today.reviews == 0
    assert [row.kind for row in study.rows(card_id)] == ["review", "review", "undo"]
    answer = study.call("POST", f"/{card_id}/undo")
    assert (answer.status_code, problem(answer)) == (409, "nothing_to_undo")


def test_a_review_that_is_undone_and_done_again_is_one_activity(study: Study):
    card_id = study.make()
    first = study.review(card_id, "good")
    study.ask("POST", f"/{card_id}/undo")
    again = study.review(card_id, "easy")
    assert first["review_id"] == again["review_id"]
    said = [json.loads(one.payload) for one in study.messages() if one.kind == "ActivityHappened"]
    assert [(one["kind"], one["subject_id"]) for one in said] == [("card_reviewed", first["review_id"])]


def test_seconds_are_never_more_than_have_passed(study: Study):
    one, other = study.make_many(2)
    study.review(one, "good", duration_ms=3_600_000)
    study.world.clock.advance(seconds=5)
    study.review(other, "good", duration_ms=3_600_000)
    study.world.clock.advance(seconds=7)
    study.review(other, "good")
    assert [study.rows(one)[0].seconds, *(row.seconds for row in study.rows(other))] == [60, 5, 7]


def test_a_suspended_card_is_not_reviewed(study: Study):
    card_id = study.make()
    study.review(card_id, "good")
    study.ask("PATCH", f"/{card_id}", {"suspended": True})
    for path, body in (("reviews", {"rating": "good"}), ("undo", None)):
        answer = study.call("POST", f"/{card_id}/{path}", body)
        assert (answer.status_code, problem(answer)) == (409, "card_suspended")


@pytest.mark.parametrize("path", ["reviews", "undo"])
def test_anothers_card_is_not_there(study: Study, path: str):
    card_id = study.make()
    body = {"rating": "good"} if path == "reviews" else None
    for one in (card_id, "nobodys"):
        assert study.call("POST", f"/{one}/{path}", body, "eve").status_code == 404
    assert study.rows(card_id) == []


@pytest.mark.parametrize(
    "body",
    [{}, {"rating": "perfect"}, {"rating": "good", "duration_ms": -1}, {"rating": "good", "reviewed_at": "2020-01-01"}],
)
def test_an_answer_that_is_none_is_refused(study: Study, body: object):
    assert study.call("POST", f"/{study.make()}/reviews", body).status_code == 422


@pytest.mark.parametrize("size", [10, 10_000])
def test_a_review_costs_the_same_at_any_size(study: Study, size: int):
    card_id = seeded(study, size)[3].card_id
    assert study.billed(flashcard_reviews, "review", card_id=card_id, answer=CardAnswer(rating="good")) == (3, 4, 0)
    assert study.billed(flashcard_reviews, "undo", card_id=card_id) == (3, 3, 0)
    assert study.billed(flashcard_settings, "statistics") == (2, 0, 0)


def seeded(study: Study, size: int, reviews_per_day: int = 20_000, who: str = "ada") -> list[Card]:
    """So many cards that were once reviewed, due one after another from ten days ago on, and their desk."""
    now = study.world.clock.now()
    today = now.date().toordinal()
    memory, _ = schedule.after(Standing().memory, "easy", now - timedelta(days=20), 0.9)
    made, load = [], dict[str, int]()
    for number in range(size):
        due_day = today - 10 + number * 20 // size
        load[str(due_day)] = load.get(str(due_day), 0) + 1
        made.append(
            Card(
                card_id=f"card-{number:05d}",
                user_id=who,
                guid=f"g{number}",
                front="F",
                back="B",
                deck="Default",
                place=number,
                created_at=now,
                updated_at=now,
                memory=memory,
                pile="review",
                due_day=due_day,
                due_at=now + timedelta(days=due_day - today),
                band=2,
                reviews=1,
                rows=1,
            )
        )
    wishes = Wishes(reviews_per_day=reviews_per_day)
    study.put(*made, Desk(user_id=who, load=load, cards=size, made=size, wishes=wishes))
    return made
