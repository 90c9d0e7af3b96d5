"""Who may erase whom, what a task in flight can still do, what an erasure bills, and what a restored backup brings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from common import adapters
from common.adapters.local.files import kept_folder
from common.domain.privacy import erasing
from common.domain.privacy.erasure_walk import PLACES
from infrastructure.tools import create_admin, replay_erasures
from tests.functions.local_api import LocalApi, local_api
from tests.functions.test_erasure import Watched, found_of, watch
from tests.functions.works import Works

GOOD = {"password": "the-engine-weaves"}


@pytest.fixture
def works(api: LocalApi) -> Works:
    return Works(api)


def join(api: LocalApi, name: str) -> tuple[str, str]:
    """Somebody new: their id, and their token."""
    user_id = str(api.register(name)["user_id"])
    return user_id, str(api.login(name)["access_token"])


def end(works: Works) -> None:
    """Both walks, and what comes behind them."""
    works.all()
    works.later(seconds=erasing.wait(adapters.world().deployment).total_seconds() + 60)
    works.all()


def test_only_its_owner_s_password_erases_an_account(api: LocalApi, works: Works) -> None:
    _, ada = join(api, "ada")
    assert api.call("DELETE", "/v1/me", {"password": "another-one"}, ada).json["code"] == "wrong_password"
    assert api.call("DELETE", "/v1/me", None, ada).status_code in (400, 415, 422)
    assert api.call("DELETE", "/v1/me", GOOD).status_code == 401
    assert api.call("GET", "/v1/me", token=ada).status_code == 200


def test_an_admin_erases_others_and_never_themselves(api: LocalApi, works: Works) -> None:
    made = create_admin.create(adapters.world(), "operator", "operator@example.org")
    assert made.password
    admin = str(api.login("operator", made.password)["access_token"])
    ada_id, ada = join(api, "ada")
    assert api.call("DELETE", f"/v1/users/{ada_id}", token=ada).status_code == 403
    assert api.call("DELETE", f"/v1/users/{made.user_id}", token=admin).json["code"] == "own_account"
    assert api.call("DELETE", "/v1/me", {"password": made.password}, admin).json["code"] == "own_account"
    assert api.call("DELETE", "/v1/users/nobody", token=admin).status_code == 404
    asked = api.call("DELETE", f"/v1/users/{ada_id}", token=admin)
    assert asked.status_code == 202
    assert api.call("DELETE", f"/v1/users/{ada_id}", token=admin).status_code == 404
    end(works)
    (entry,) = (one for one in api.read("audit_log") if one["action"] == "user.erased")
    assert (entry["actor_id"], entry["subject_id"]) == (made.user_id, "erased")
    told = api.call("GET", f"/v1/me/erasure/{asked.json['request_id']}").json
    assert (told["status"], told["receipt"]["asked_by"]) == ("done", "admin")
    assert found_of(api, ada_id) == []


def test_a_task_that_read_before_the_walk_commits_nothing_behind_it(api: LocalApi, works: Works) -> None:
    ada_id, ada = join(api, "ada")
    works.all()
    api.call("POST", "/v1/flashcards", {"front": "a", "back": "b"}, ada)
    card = api.read("cards")[0]["card_id"]
    api.call("POST", f"/v1/flashcards/{card}/reviews", {"rating": "good"}, ada)
    (happened,) = (one for one in works.due() if one["kind"] == "ActivityHappened")
    watched: Watched = watch()

    def leave_meanwhile(kind: str) -> None:
        if kind == "ActivityHappened":
            watched.before = lambda kind: None
            assert api.call("DELETE", "/v1/me", GOOD, ada).status_code == 202
            for message in works.due():
                if message["kind"] == "EraseLearner":
                    assert works.deliver(message) == 200

    watched.before = leave_meanwhile
    assert works.deliver(happened) == 200
    for collection in ("activities", "standings", "learner_weeks", "messages"):
        assert ada_id not in str(api.read(collection) if collection in api.stored() else [])
    end(works)
    assert found_of(api, ada_id) == []


def test_an_upload_that_ends_after_the_erasure_is_removed(api: LocalApi, works: Works) -> None:
    ada_id, ada = join(api, "ada")
    wished = {"filename": "late.md", "content_type": "text/markdown", "size": 4}
    upload = api.call("POST", "/v1/documents", wished, ada).json["upload"]
    api.call("DELETE", "/v1/me", GOOD, ada)
    works.all()
    path = upload["url"].removeprefix(adapters.world().settings.public_url)
    assert api.call("PUT", path, b"late", None, **{"Content-Type": "text/markdown"}).status_code == 200
    end(works)
    assert found_of(api, ada_id) == []


@pytest.mark.parametrize("cards", [3, 30])
def test_an_erasure_bills_what_the_learner_has(
    api: LocalApi, works: Works, cards: int, capsys: pytest.CaptureFixture[str]
) -> None:
    _, ada = join(api, "ada")
    wished = [{"front": f"{number}?", "back": "b"} for number in range(cards)]
    assert api.call("POST", "/v1/flashcards/bulk", {"cards": wished}, ada).status_code == 201
    works.all()
    api.call("DELETE", "/v1/me", GOOD, ada)
    capsys.readouterr()
    end(works)
    bills = [line for line in capsys.readouterr().out.splitlines() if '"function":"learner_erase"' in line]
    done = [json.loads(line) for line in bills if '"request.done"' in line]
    assert sum(one["deletes"] for one in done) <= cards + 10
    assert sum(one["reads"] for one in done) <= cards + 2 * len(PLACES) + 30
    assert sum(one["writes"] for one in done) <= 30


def test_who_was_erased_is_absent_before_the_first_request_after_a_restore(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with local_api(data) as api:
        works = Works(api)
        ada_id, ada = join(api, "ada")
        eve_id, _ = join(api, "eve")
        api.call("POST", "/v1/posts", {"title": "Canary", "body": "sings"}, ada)
        works.all()
        adapters.world().database.close()  # type: ignore[attr-defined]
        shutil.copytree(data, tmp_path / "backup")
        request_id = api.call("DELETE", "/v1/me", GOOD, ada).json["request_id"]
        end(works)
        assert found_of(api, ada_id) == []
        adapters.world().database.close()  # type: ignore[attr-defined]
    shutil.rmtree(data)
    shutil.copytree(tmp_path / "backup", data)
    with local_api(data) as api:
        assert ada_id in found_text(api), "the backup brings her back"
        assert replay_erasures.replay_all(adapters.world()) == 1
        assert [one["user_id"] for one in api.read("accounts")] == [eve_id]
        assert api.call("POST", "/v1/login", {"username": "ada", **GOOD}).status_code == 401
        assert "sings" not in found_text(api)
        works = Works(api)
        end(works)
        assert found_of(api, ada_id) == []
        told = api.call("GET", f"/v1/me/erasure/{request_id}").json
        assert (told["status"], told["receipt"]["asked_by"]) == ("done", "restore")
        assert replay_erasures.replay_all(adapters.world()) == 0
    assert not any(ada_id in path.name for path in kept_folder(data).rglob("*"))


def found_text(api: LocalApi) -> str:
    """All documents, as text."""
    return str([api.read(collection) for collection in api.stored() if "__" not in collection])
