"""Idempotency-Key: each line of what a claim promises."""

from typing import Any

import pytest
from flask import Response
from pydantic import BaseModel

from common.adapters.local.sqlite import Sqlite
from common.errors import Conflict
from common.ports import Caller, Document, Ids, Increment, Query, Store
from common.ports.database import At, Committed, DatabaseUnavailable, Write
from common.ports.records import ClaimRecord
from common.triggers import Created, claims, http
from common.triggers.claims import KEPT, LEASE_MARGIN
from tests.triggers.world import HandWorld, problem, send

CLAIMS = Query(ClaimRecord)


class Thing(Document, collection="things", key="thing_id"):
    thing_id: str
    uses: int = 0


class Wish(BaseModel):
    size: int = 1
    fail: bool = False


class Made(BaseModel):
    thing_id: str
    text: str = ""


class Refused(Conflict):
    code = "refused"


THINGS = Query(Thing)
things = http.resource("things", timeout=60)


@things.post("/v1/things", role="learner", raises=(Refused,))
def make(caller: Caller, wish: Wish, store: Store, ids: Ids) -> Created[Made]:
    made = Thing(thing_id=ids.new())
    store.create(made)
    if wish.fail:
        raise Refused
    return Created(Made(thing_id=made.thing_id, text="学" * wish.size))


@things.post("/v1/secrets", role="learner", secret_response=True)
def make_secret(wish: Wish, store: Store, ids: Ids) -> Created[Made]:
    made = Thing(thing_id=ids.new())
    store.create(made)
    return Created(Made(thing_id=made.thing_id))


@things.post("/v1/things/{thing_id}/uses", role="learner")
def use(thing_id: str, store: Store, steps: int = 1) -> None:
    store.update(Thing, thing_id, {"uses": Increment(steps)})


@things.get("/v1/things/{thing_id}", role="learner")
def look(thing_id: str, store: Store) -> Made:
    store.update(Thing, thing_id, {"uses": Increment(1)})
    return Made(thing_id=thing_id)


def post(
    path: str = "/v1/things", wish: object = None, *, key: str = "key", who: str = "ada", method: str = "POST"
) -> Response:
    body = {} if wish is None else wish
    return send(things, method, path, body, {"Idempotency-Key": key, "Authorization": f"Bearer {who}"})


def count(world: HandWorld, query: Query[Any] = THINGS) -> int:
    return world.database.count(query, {})


def claim(world: HandWorld) -> ClaimRecord | None:
    stored = world.database.query(CLAIMS, {}, 2, None)
    assert len(stored) < 2
    return world.stored(ClaimRecord, stored[0].document_id) if stored else None


def test_a_repeated_request_is_answered_as_the_first_and_done_once(world: HandWorld) -> None:
    first, second = post(), post()
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_data() == second.get_data()
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert count(world) == 1


def test_an_answer_without_a_body_is_repeated_too(world: HandWorld) -> None:
    thing_id = post().get_json()["thing_id"]
    answers = [post(f"/v1/things/{thing_id}/uses", key="other") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert answers[1].get_data() == b""
    stored = world.stored(Thing, thing_id)
    assert stored
    assert stored.uses == 1


def test_a_request_without_a_key_makes_no_claim(world: HandWorld) -> None:
    assert {send(things, "POST", "/v1/things", {}).status_code for _ in range(2)} == {201}
    assert count(world) == 2
    assert claim(world) is None


def test_the_key_of_another_caller_is_another_key(world: HandWorld) -> None:
    assert post(who="ada").get_json() != post(who="bob").get_json()
    assert count(world) == 2


def test_the_key_on_another_path_or_in_another_query_is_judged_apart(world: HandWorld) -> None:
    thing_id = post().get_json()["thing_id"]
    assert post(f"/v1/things/{thing_id}/uses").status_code == 204
    other = post(f"/v1/things/{thing_id}/uses?steps=5")
    assert (other.status_code, problem(other)) == (422, "idempotency_key_reused")
    stored = world.stored(Thing, thing_id)
    assert stored
    assert stored.uses == 1


def test_another_body_under_the_same_key_is_refused(world: HandWorld) -> None:
    post(wish={"size": 1})
    other = post(wish={"size": 2})
    assert (other.status_code, problem(other)) == (422, "idempotency_key_reused")
    assert count(world) == 1


def test_get_ignores_the_key(world: HandWorld) -> None:
    thing_id = post().get_json()["thing_id"]
    answers = [post(f"/v1/things/{thing_id}", key="other", method="GET") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Idempotency-Replayed" not in answers[1].headers
    assert count(world, CLAIMS) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "naïve", "two\nlines"])
def test_a_key_that_is_none_is_refused_and_nothing_stored(key: str, world: HandWorld) -> None:
    refused = post(key=key)
    assert (refused.status_code, problem(refused)) == (400, "invalid_request")
    assert count(world) == count(world, CLAIMS) == 0


def test_bad_input_takes_no_claim(world: HandWorld) -> None:
    assert post(wish={"size": "much"}).status_code == 422
    assert claim(world) is None
    assert post().status_code == 201


def test_a_secret_is_neither_stored_nor_repeated(world: HandWorld) -> None:
    first, second = post("/v1/secrets"), post("/v1/secrets")
    assert first.status_code == 201
    assert (second.status_code, problem(second)) == (409, "replay_withheld")
    assert count(world) == 1
    stored = claim(world)
    assert stored
    assert stored.answer is None


@pytest.mark.parametrize(("size", "repeated"), [(85_000, True), (90_000, False)], ids=["255 kB", "270 kB"])
def test_answers_over_256_kb_are_not_kept(size: int, repeated: bool, world: HandWorld) -> None:
    assert post(wish={"size": size}).status_code == 201
    second = post(wish={"size": size})
    assert (second.status_code == 201) == repeated
    assert repeated or problem(second) == "replay_withheld"
    assert count(world) == 1


def test_a_refusal_stores_nothing_and_gives_the_key_back(world: HandWorld) -> None:
    assert problem(post(wish={"fail": True})) == "refused"
    assert claim(world) is None
    assert count(world) == 0
    assert post(wish={"fail": False}).status_code == 201


# Leases ------------------------------------------------------------------------------------------------------------


class Interrupted:
    """A database that lets something happen just before the handler's own commit."""

    def __init__(self, database: Sqlite, before: Any) -> None:
        self._database, self._before = database, before

    def commit(self, writes: list[Write], *, exact: bool = True) -> Committed:
        before = self._before
        if before and any(write.model is Thing for write in writes):
            self._before = None
            before()
        return self._database.commit(writes, exact=exact)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


def interrupt(world: HandWorld, before: Any) -> None:
    world.database = Interrupted(world.database, before)  # type: ignore[arg-type, assignment]


def test_a_live_lease_is_busy_and_says_when_to_come_again(world: HandWorld) -> None:
    second: list[Response] = []
    interrupt(world, lambda: second.append(post()))
    assert post().status_code == 201
    assert (second[0].status_code, problem(second[0])) == (409, "busy")
    assert 1 <= int(second[0].headers["Retry-After"]) <= 90
    assert count(world) == 1


def test_whoever_lost_the_lease_commits_nothing(world: HandWorld) -> None:
    second: list[Response] = []

    def meanwhile() -> None:
        world.clock.advance(seconds=60 + LEASE_MARGIN.total_seconds())
        second.append(post())

    interrupt(world, meanwhile)
    zombie = post()
    assert second[0].status_code == 201
    assert (zombie.status_code, problem(zombie)) == (409, "busy")
    assert count(world) == 1
    assert post().get_data() == second[0].get_data(), "the zombie's end took the answer away"


def test_two_who_take_over_at_once_are_one_after_the_other(world: HandWorld) -> None:
    others, first = list[Response](), [True]

    class TakenOver(Interrupted):
        def commit(self, writes: list[Write], *, exact: bool = True) -> Committed:
            if first and isinstance(writes[0].guard, At) and writes[0].action == "set":
                first.clear()
                others.append(post())
            return self._database.commit(writes, exact=exact)

    now = world.clock.now()
    record = claims.new_record(claims.claim_id("ada", "POST", "/v1/things", "key"), "ada", b"\n{}", now, 60)
    world.database.commit([Write("set", ClaimRecord, record.claim_id, document=record)])
    world.clock.advance(minutes=2)
    world.database = TakenOver(world.database, None)  # type: ignore[arg-type, assignment]
    late = post()
    assert others[0].status_code == 201
    assert (late.status_code, problem(late)) == (409, "busy")
    assert count(world) == 1


def test_whoever_outlives_a_lease_that_nobody_took_commits(world: HandWorld) -> None:
    interrupt(world, lambda: world.clock.advance(hours=1))
    assert post().status_code == 201
    assert post().headers["Idempotency-Replayed"] == "true"


def test_a_claim_past_its_time_is_none_though_it_is_still_stored(world: HandWorld) -> None:
    first = post()
    world.clock.advance(seconds=KEPT.total_seconds())
    second = post(wish={"size": 3})
    assert second.status_code == 201
    assert first.get_json() != second.get_json()


def fault(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize("error", [RuntimeError(), SystemExit(), KeyboardInterrupt(), GeneratorExit()], ids=repr)
def test_whatever_ends_a_handler_gives_the_key_back(error: BaseException, world: HandWorld) -> None:
    interrupt(world, lambda: fault(error))
    if isinstance(error, Exception):
        failed = post()
        assert (failed.status_code, problem(failed)) == (500, "internal_error")
    else:
        with pytest.raises(type(error)):
            post()
    assert claim(world) is None
    assert post().status_code == 201
    assert count(world) == 1


def test_an_end_between_the_commit_and_the_answer_loses_nothing(world: HandWorld) -> None:
    world.tasks.send = lambda *_, **__: fault(SystemExit())  # type: ignore[method-assign]
    database = world.database
    ends = [True]

    class EndsAfter(Interrupted):
        def commit(self, writes: list[Write], *, exact: bool = True) -> Committed:
            committed = database.commit(writes, exact=exact)
            if ends and any(write.model is Thing for write in writes):
                ends.clear()
                raise SystemExit
            return committed

    world.database = EndsAfter(database, None)  # type: ignore[arg-type, assignment]
    with pytest.raises(SystemExit):
        post()
    again = post()
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert count(world) == 1


def test_a_database_that_is_down_is_503_wherever_it_shows(world: HandWorld) -> None:
    for call in range(1, 4):  # the claim, the handler's commit, the release
        calls = [0]

        class Down(Interrupted):
            def commit(
                self, writes: list[Write], *, exact: bool = True, calls: list[int] = calls, call: int = call
            ) -> Committed:
                calls[0] += 1
                if calls[0] >= call:
                    raise DatabaseUnavailable
                return self._database.commit(writes, exact=exact)

        inner = world.database
        world.database = Down(inner, None)  # type: ignore[arg-type, assignment]
        answer = post(key=f"key-{call}")
        world.database = inner
        if call < 3:
            assert (answer.status_code, problem(answer)) == (503, "unavailable")
            assert int(answer.headers["Retry-After"]) > 0
    assert count(world) == 1


def test_an_answer_that_cannot_be_written_is_not_done_either(world: HandWorld) -> None:
    thing_id = "broken"
    world.ids.new = lambda: "\ud800"  # type: ignore[method-assign]
    answer = post(key=thing_id)
    assert answer.status_code == 500
    assert count(world) == 0
