"""What a learner did stands in their feed once, and in nobody else's."""

from functions.activity.main import activity
from tests.domain.progress.classroom import Classroom


def test_the_same_fact_stands_in_the_feed_once(classroom: Classroom):
    done = classroom.happened(topics=({"topic": "loops", "correct": 1, "of": 2},), score=0.5, seconds=9)
    classroom.do(done)
    assert classroom.deliver(done) == 200
    shown = classroom.call(activity, "GET", "/v1/me/activity").get_json()["items"]
    assert [(one["kind"], one["subject_id"], one["score"], one["seconds"]) for one in shown] == [
        ("card_reviewed", "one", 0.5, 9)
    ]
    assert shown[0]["topics"] == [{"topic": "loops", "correct": 1, "of": 2}]


def test_a_fact_that_is_said_again_when_its_message_is_forgotten_does_not_count_again(classroom: Classroom):
    done = classroom.happened()
    classroom.do(done)
    classroom.world.clock.advance(days=3)
    classroom.do(done)
    assert len(classroom.call(activity, "GET", "/v1/me/activity").get_json()["items"]) == 1


def test_a_feed_is_its_learners_alone_latest_first_and_paged(classroom: Classroom):
    for number in range(5):
        classroom.do(classroom.happened(subject=f"card-{number}"))
        classroom.world.clock.advance(minutes=1)
    classroom.do(classroom.happened("eve", subject="hers"))
    seen, token = [], ""
    for _ in range(3):
        page = classroom.call(activity, "GET", f"/v1/me/activity?page_size=2{token}").get_json()
        seen += [one["subject_id"] for one in page["items"]]
        token = f"&page_token={page['next_page_token']}"
    assert seen == [f"card-{number}" for number in (4, 3, 2, 1, 0)]
    assert page["next_page_token"] is None
