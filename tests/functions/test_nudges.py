"""Nudges over HTTP: a teacher asks, the learner reads, answers, wishes, and leaves by a link without a login."""

from __future__ import annotations

import base64
import hashlib
import re
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from common import adapters
from common.domain.accounts.models import Account
from common.domain.engagement import unsubscribing
from common.ports.database import Write
from common.triggers.unit_of_work import parse
from functions.nudge_mail.main import nudge_mail
from functions.nudge_send.main import nudge_send
from tests.functions.local_api import LocalApi, Reply
from tests.triggers.world import deliver

CONSUMERS = {"SendNudge": nudge_send, "MailNudge": nudge_mail}
SECTIONS = [{"title": "S", "modules": [{"title": "M", "topics": [{"title": "T", "topic_id": "t", "body": "lesson"}]}]}]
NO_QUIET = {"quiet_from": "00:00", "quiet_until": "00:00", "most_a_week": 7}


class School:
    """Toni teaches Mia; Eve learns elsewhere, and Otto teaches nobody."""

    def __init__(self, api: LocalApi, admin: str) -> None:
        self.api = api
        self.ids = {name: api.register(f"ndg-{name}")["user_id"] for name in ("toni", "otto", "mia", "eve")}
        for name in ("toni", "otto"):
            assert api.call("PATCH", f"/v1/users/{self.ids[name]}", {"role": "teacher"}, admin).status_code == 200
        self.tokens = {name: str(api.login(f"ndg-{name}")["access_token"]) for name in self.ids} | {"admin": admin}
        made = self.ask("toni", "POST", "/v1/courses/import", {"title": "Logic", "sections": SECTIONS})
        path = f"/v1/courses/{made.json['course']['course_id']}"
        assert self.ask("toni", "PUT", f"{path}/publication").status_code == 200
        assert self.ask("mia", "POST", f"{path}/enrollments").status_code == 201
        assert self.ask("mia", "PUT", "/v1/nudges/preferences", NO_QUIET).status_code == 200

    def ask(self, who: str | None, method: str, path: str, body: object = None) -> Reply:
        return self.api.call(method, path, body, self.tokens[who] if who else None)

    def nudge(self, who: str = "toni", learner: str = "mia", **more: str) -> Reply:
        return self.ask(who, "POST", "/v1/nudges", {"learner_id": self.ids[learner], **more})

    def work(self) -> None:
        for _ in range(5):
            for message in self.api.read("messages"):
                if message["kind"] in CONSUMERS and message["status"] == "PENDING":
                    assert deliver(CONSUMERS[message["kind"]], message["message_id"]) == 200

    def stored(self, nudge_id: str) -> dict[str, Any]:
        return next(one for one in self.api.read("nudges") if one["nudge_id"] == nudge_id)

    def prove_address(self, who: str) -> None:
        database = adapters.world().database
        (found,) = database.get_many(Account, [self.ids[who]])
        assert found is not None
        proved = parse(Account, found).model_copy(update={"email_verified": True})
        database.commit([Write("set", Account, proved.user_id, document=proved)])


@pytest.fixture(scope="module")
def school(shared_api: LocalApi, admin: str) -> School:
    return School(shared_api, admin)


def test_a_teacher_nudges_a_learner_who_reads_it_and_answers(school: School):
    made = school.nudge(reason="Do have a look at the second quiz.")
    assert made.status_code == 202, made.text
    school.work()
    listed = school.ask("mia", "GET", "/v1/nudges").json["items"]
    (seen,) = [one for one in listed if one["nudge_id"] == made.json["nudge_id"]]
    assert seen["text"] == "Your teacher in “Logic” writes to you:\n\nDo have a look at the second quiz."
    assert (seen["origin"], seen["channel"], seen["opened_at"]) == ("teacher", "in_app", None)
    path = f"/v1/nudges/{seen['nudge_id']}/response"
    opened = school.ask("mia", "POST", path, {"response": "opened"}).json
    assert opened["opened_at"] and opened["helpful"] is None
    assert school.ask("mia", "POST", path, {"response": "opened"}).json == opened, "the first time counts"
    for response, field in (("acted", "acted_at"), ("dismissed", "dismissed_at")):
        assert school.ask("mia", "POST", path, {"response": response}).json[field]
    assert school.ask("mia", "POST", path, {"response": "not_helpful"}).json["helpful"] is False
    assert school.ask("mia", "POST", path, {"response": "helpful"}).json["helpful"] is True
    assert school.ask("mia", "POST", path, {"response": "shredded"}).status_code == 422
    assert school.ask("eve", "POST", path, {"response": "opened"}).status_code == 404
    assert all(one["nudge_id"] != seen["nudge_id"] for one in school.ask("eve", "GET", "/v1/nudges").json["items"])


@pytest.mark.parametrize(
    ("who", "learner", "status"),
    [("toni", "eve", 404), ("otto", "mia", 404), ("toni", "otto", 404), ("mia", "mia", 403), ("admin", "eve", 202)],
)
def test_only_a_learner_s_own_teachers_and_admins_nudge_them(school: School, who: str, learner: str, status: int):
    before = len(school.api.read("nudges"))
    assert school.nudge(who, learner).status_code == status
    assert len(school.api.read("nudges")) == before + (status == 202)


def test_what_a_teacher_says_is_bounded_and_holds_no_control_characters(school: School):
    for reason in ("", "x" * 501, "ring\x07"):
        assert school.nudge(reason=reason).status_code == 422, reason
    assert school.nudge(learner="mia", surprise="yes").status_code == 422


def test_nobody_learns_whether_a_learner_wants_nudges(school: School):
    school.ask("mia", "PUT", "/v1/nudges/preferences", {**NO_QUIET, "opted_out": True})
    made = school.nudge()
    school.work()
    school.ask("mia", "PUT", "/v1/nudges/preferences", NO_QUIET)
    assert (made.status_code, set(made.json)) == (202, {"nudge_id", "learner_id", "planned_at"})
    kept = school.stored(made.json["nudge_id"])
    assert (kept["status"], kept["dropped_because"]) == ("dropped", "opted_out")
    shown = [one["nudge_id"] for one in school.ask("mia", "GET", "/v1/nudges").json["items"]]
    assert made.json["nudge_id"] not in shown


def test_preferences_begin_with_something_and_are_replaced_as_a_whole(school: School):
    usual = {"channels": ["in_app", "email"], "quiet_from": "21:00", "quiet_until": "08:00", "most_a_week": 2}
    assert school.ask("eve", "GET", "/v1/nudges/preferences").json == {**usual, "opted_out": False}
    wished = {"channels": ["in_app"], "quiet_from": "18:30", "quiet_until": "09:15", "most_a_week": 1}
    assert school.ask("eve", "PUT", "/v1/nudges/preferences", wished).json == {**wished, "opted_out": False}
    assert school.ask("eve", "PUT", "/v1/nudges/preferences", {"opted_out": True}).json == {**usual, "opted_out": True}
    assert school.ask("eve", "GET", "/v1/nudges/preferences").json["opted_out"] is True
    faults = [{"quiet_from": "25:00"}, {"most_a_week": 0}, {"most_a_week": 8}, {"channels": ["email", "email"]},
              {"channels": ["pigeon"]}, {"sent": []}]  # fmt: skip
    for wrong in faults:
        assert school.ask("eve", "PUT", "/v1/nudges/preferences", wrong).status_code == 422, wrong


def test_the_link_in_an_e_mail_ends_them_without_a_login_and_looking_at_it_does_not(school: School):
    school.prove_address("mia")
    made = school.nudge(reason="Read chapter two.")
    school.work()
    assert school.stored(made.json["nudge_id"])["status"] == "sent"
    (file,) = [one for one in (school.api.data / "mail").glob("*.eml") if made.json["nudge_id"] in one.name]
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    link = str(mail["List-Unsubscribe"]).strip("<>")
    path = link[link.index("/v1/") :]
    assert link in mail.get_content() and "Read chapter two." in mail.get_content()

    page = school.ask(None, "GET", path)
    assert page.status_code == 200 and '<form method="post">' in page.text
    assert school.ask("mia", "GET", "/v1/nudges/preferences").json["opted_out"] is False
    one_click = {"Content_Type": "application/x-www-form-urlencoded"}
    for _ in range(2):
        done = school.api.call("POST", path, b"List-Unsubscribe=One-Click", **one_click)
        assert done.status_code == 200 and "no more reminders" in done.text
    assert school.ask("mia", "GET", "/v1/nudges/preferences").json["opted_out"] is True
    school.ask("mia", "PUT", "/v1/nudges/preferences", NO_QUIET)


@pytest.mark.parametrize("name", ["unsubscribe", "unsubscribed"])
def test_the_pages_allow_their_own_style_and_no_script(name: str):
    page = (Path(__file__).parents[2] / f"common/assets/{name}.html").read_text()
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in page
    assert "<script" not in page and all(f'lang="{language}"' in page for language in ("en", "de", "es", "fr"))


def test_a_forged_link_ends_nothing(school: School):
    good = unsubscribing.sign(school.ids["mia"], adapters.world().secrets.read("link-key")[0])
    assert unsubscribing.whose(good, adapters.world().secrets.read("link-key")) == school.ids["mia"]
    user_id, _, signature = good.rpartition("~")
    forged = [
        f"{school.ids['eve']}~{signature}",
        f"{user_id}~{signature[:-1]}",
        f"{user_id}~{signature[:-2]}{'A' if signature[-2] != 'A' else 'B'}{signature[-1]}",
        f"{user_id}~",
        f"~{signature}",
        user_id,
        unsubscribing.sign(user_id, "another-key-of-at-least-thirty-two-bytes"),
    ]
    for token in forged:
        answer = school.ask(None, "POST", f"/v1/unsubscribe/{token}")
        assert answer.status_code in (404, 422), token
    assert school.ask("mia", "GET", "/v1/nudges/preferences").json["opted_out"] is False


def test_the_kill_switch_is_an_admin_s_and_is_audited(school: School):
    for who, status in (("mia", 403), ("toni", 403), ("admin", 200)):
        assert school.ask(who, "GET", "/v1/nudges/settings").status_code == status
    stopped = school.ask("admin", "PUT", "/v1/nudges/settings", {"stopped": True})
    assert stopped.json["stopped"] is True
    made = school.nudge()
    school.work()
    assert school.stored(made.json["nudge_id"])["dropped_because"] == "stopped"
    assert school.ask("admin", "PUT", "/v1/nudges/settings", {"stopped": False}).json["stopped"] is False
    log = school.ask("admin", "GET", "/v1/audit-log?action=nudges.settings_changed").json["items"]
    assert [one["details"]["stopped"] for one in log[:2]] == ["false", "true"]
