"""The school's office: who is nudged and how, what an experiment finds, and what the dashboards say.

It goes on where `tests/e2e/journey.py` has brought the school: learners have worked, and a course is taught.
"""

from __future__ import annotations

import re
import zipfile
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlsplit

from common.adapters.system import SystemClock
from common.domain.progress.models import Standing
from common.ports.database import Write
from tests.e2e.client import Client
from tests.e2e.journey import School, does
from tests.e2e.walk import PASSWORD

AWAKE = {"quiet_from": "00:00", "quiet_until": "00:00", "most_a_week": 7}
"""Nobody's clock holds up the test."""


def nudges(school: School) -> None:
    """Ada is nudged by her teacher, in the app; Bob, who stays away, by a mail that a model writes, and has enough."""
    teacher, ada, bob, platform = school.teacher, school.ada, school.bob, school.platform
    does(school.admin, "PUT", "/v1/nudges/settings", {"stopped": False, "text_by": "model"})
    does(ada, "PUT", "/v1/nudges/preferences", {**AWAKE, "channels": ["in_app"]})
    does(bob, "PUT", "/v1/nudges/preferences", {**AWAKE, "channels": ["email"]})
    simulated = does(teacher, "POST", "/v1/nudges/simulate", {"size": 50, "days": 7})
    assert simulated
    ada_id, bob_id = (does(who, "GET", "/v1/me")["user_id"] for who in (ada, bob))
    does(teacher, "POST", "/v1/nudges", {"learner_id": ada_id, "reason": "The quiz is on Friday."})
    platform.settle()
    (nudge,) = does(ada, "GET", "/v1/nudges")["items"]
    does(ada, "POST", f"/v1/nudges/{nudge['nudge_id']}/response", {"response": "helpful"})

    before = len(platform.mails("bob@school.example.org"))
    is_due = {"nudge_due_at": SystemClock().now()}  # in place of days without Bob
    platform.database.commit([Write("update", Standing, bob_id, fields=is_due)])
    platform.fire("nudge_plan")
    platform.settle()
    mail = platform.mails("bob@school.example.org", before + 1)[-1]
    found = re.search(r"/v1/unsubscribe/([^\s>]+)", mail)
    assert found, mail
    for method in ("GET", "POST"):
        does(platform.client, method, f"/v1/unsubscribe/{found[1]}")
    assert does(bob, "GET", "/v1/nudges/preferences")["opted_out"] is True


def experiments(school: School) -> None:
    """The head lets an experiment run; what its first day brought is counted four days later."""
    arms = [{"arm": "plain", "percent": 50, "template": "plain"}]
    wished = {"name": "Do nudges help?", "arms": arms, "holdout_percent": 50, "smallest_effect": 0.05}
    running = does(school.admin, "POST", "/v1/experiments", wished)
    school.platform.fire("experiment_judge", SystemClock().now() + timedelta(days=5))
    school.platform.settle()
    does(school.admin, "POST", f"/v1/experiments/{running['experiment_id']}/stop", {})


def looks_back(school: School, course_id: str) -> None:
    """Ada has her certificate, dashboards show the day, and the week is counted without a word about one person."""
    platform, ada = school.platform, school.ada
    issued = does(ada, "POST", f"/v1/courses/{course_id}/certificate")
    assert does(platform.client, "GET", f"/v1/certificates/{issued['certificate_id']}")["display_name"] == "Ada"
    platform.hasten("risk_refresh")
    platform.fire("stats_rollup")
    platform.fire("analytics_plan", SystemClock().now() + timedelta(days=7))  # this week is over then
    platform.settle()
    assert does(ada, "GET", "/v1/me/outlook")
    assert does(ada, "GET", "/v1/dashboard")
    assert does(school.teacher, "GET", f"/v1/dashboard/courses/{course_id}")
    assert does(school.admin, "GET", "/v1/dashboard/admin")
    assert does(school.admin, "GET", "/v1/analytics")["items"]


def gives_away_what_it_knows(school: School) -> None:
    """Ada has all that is known of her made into one file, is told by mail, and fetches it."""
    ada, platform = school.ada, school.platform
    mails = len(platform.mails("ada@school.example.org"))
    does(ada, "POST", "/v1/me/export")
    platform.settle()
    ready = does(ada, "GET", "/v1/me/export")
    assert ready["status"] == "ready", ready
    assert "-exports/exports/" in platform.mails("ada@school.example.org", mails + 1)[-1]
    url = urlsplit(ready["download_url"])
    fetched = Client(f"{url.scheme}://{url.netloc}").get(f"{url.path}?{url.query}")
    with zipfile.ZipFile(BytesIO(fetched.body)) as known:
        assert any(b"school-ada" in known.read(name) for name in known.namelist())


def forgets(school: School) -> None:
    """Bob leaves for good: at once for everybody, and after the second walk there is a receipt and nothing else."""
    bob, platform = school.bob, school.platform
    asked = does(bob, "DELETE", "/v1/me", {"password": PASSWORD})
    assert bob.get("/v1/me").status == 401
    platform.settle()
    platform.hasten("learner_erase")
    shown = does(platform.client, "GET", f"/v1/me/erasure/{asked['request_id']}")
    assert shown["status"] == "done" and shown["receipt"], shown
