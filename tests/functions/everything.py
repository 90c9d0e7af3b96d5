"""A learner who uses every function that learners have, with a canary in whatever they may write."""

from __future__ import annotations

from typing import Any

from common import adapters
from infrastructure.tools import create_admin, discovery, seed
from tests.functions.local_api import LocalApi, Reply
from tests.functions.works import Works

CANARY = "canaryQx7vLp"
PASSWORD = "the-engine-weaves"
SECTIONS = [
    {
        "title": "S",
        "modules": [{"title": "M", "module_id": "m", "topics": [{"title": "T", "topic_id": "t", "body": "x"}]}],
    }
]
TEXT = (
    f"# The {CANARY} engine\n\nThe {CANARY} engine was built in 1842 by the workshop of Clement. It has 400 wheels. "
    "Its mill adds numbers of forty digits. The store holds one thousand numbers. Punched cards tell it what to do. "
    "A printer writes the results on paper. Steam drives the wheels of the mill. The barrel holds the small steps. "
) * 3


def found_in(answer: Any, name: str) -> str:
    """The first value of that name in an answer, however deep."""
    inside = answer if isinstance(answer, dict) else {}
    if name in inside:
        return str(inside[name])
    return next((found for one in inside.values() if (found := found_in(one, name))), "")


class Everything:
    """Ada does everything; Eve and Toni are there to see that nothing of theirs goes."""

    def __init__(self, api: LocalApi) -> None:
        self.api, self.works = api, Works(api)
        self.used: set[tuple[str, str]] = set()
        self._routes = [
            (route.method, route.path.split("/"))
            for function in discovery.discover().values()
            for route in function.declaration.routes
            if route.path
        ]
        made = create_admin.create(adapters.world(), "operator", "operator@example.org")
        assert made.password
        self.admin = str(api.login("operator", made.password)["access_token"])
        seed.load_questions(adapters.world())
        self.ids = {name: api.register(name)["user_id"] for name in ("eve", "toni")}
        assert api.call("PATCH", f"/v1/users/{self.ids['toni']}", {"role": "teacher"}, self.admin).status_code == 200
        self.tokens = {name: str(api.login(name)["access_token"]) for name in self.ids}
        course = self.as_("toni", "POST", "/v1/courses/import", {"title": "Engines", "sections": SECTIONS}).json
        self.course = course["course"]["course_id"]
        self.number = "ENG-1"
        self.as_("toni", "PATCH", f"/v1/courses/{self.course}", {"course_number": self.number})
        self.as_("toni", "PUT", f"/v1/courses/{self.course}/publication")
        self.as_("eve", "POST", f"/v1/courses/{self.course}/enrollments")
        self.upload("toni", TEXT.replace(CANARY, "analytical"), "engines.md", course_id=self.course)
        self.works.all()
        post = self.as_("eve", "POST", "/v1/posts", {"title": "Mine", "body": "It is Eve's"})
        self.post_of_eve = found_in(post.json, "post_id")

    def as_(self, who: str, method: str, path: str, body: object = None, **headers: str) -> Reply:
        """One request of somebody, which succeeds."""
        answer = self.api.call(method, path, body, self.tokens[who], **headers)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer

    def ada(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """One request of the learner, which succeeds and is remembered; the JSON of the answer."""
        answer = self.as_("ada", method, path, body, **headers)
        self.used.add((method, self._template(method, path)))
        return answer.json

    def _template(self, method: str, path: str) -> str:
        asked = path.partition("?")[0].split("/")
        fitting = [
            parts
            for one, parts in self._routes
            if one == method
            and len(parts) == len(asked)
            and all(part == said or part.startswith("{") for part, said in zip(parts, asked, strict=True))
        ]
        return "/".join(min(fitting, key=lambda parts: sum(part.startswith("{") for part in parts)))

    def live(self) -> None:
        """All of it."""
        self._join()
        self._read_and_ask()
        self._take_quizzes()
        self._learn_cards()
        self._progress()
        self._talk()
        self._look()

    def _join(self) -> None:
        form = {
            "username": f"ada{CANARY}", "email": f"ada.{CANARY}@example.org", "password": PASSWORD,
            "display_name": f"Ada {CANARY}", "learning_style": CANARY, "country": "DE", "time_zone": "Europe/Berlin",
        }  # fmt: skip
        made = self.api.call("POST", "/v1/users", form, Idempotency_Key="register-ada")
        assert made.status_code == 201, made.text
        self.ids["ada"] = made.json["user_id"]
        tokens = self.api.login(f"ada{CANARY}")
        again = self.api.call("POST", "/v1/login/refresh", {"refresh_token": tokens["refresh_token"]})
        self.tokens["ada"] = again.json["access_token"]
        self.refresh_token = again.json["refresh_token"]
        self.works.all()
        self.ada("POST", "/v1/me/verification")
        assert self.api.call("POST", "/v1/users/password-reset", {"email": form["email"]}).status_code == 202
        self.ada("GET", "/v1/me")
        self.ada("PATCH", "/v1/me", {"learning_style": f"by {CANARY}"}, Idempotency_Key="patch-ada")
        self.ada("POST", "/v1/me/password", {"password": PASSWORD, "new_password": f"{PASSWORD}-again"})
        self.ada("GET", "/v1/courses")
        self.ada("GET", f"/v1/course-numbers/{self.number}")
        self.ada("POST", f"/v1/courses/{self.course}/enrollments")
        self.ada("GET", f"/v1/courses/{self.course}")
        self.ada("GET", f"/v1/courses/{self.course}/topics/t")
        self.ada("GET", "/v1/me/enrollments")

    def upload(self, who: str, text: str, filename: str = f"{CANARY}.md", **more: str) -> str:
        """A document of somebody with this text, whose processing has begun."""
        data = text.encode()
        wished = {"filename": filename, "content_type": "text/markdown", "size": len(data), **more}
        made = (self.ada if who == "ada" else lambda *a: self.as_(who, *a).json)("POST", "/v1/documents", wished)
        path = made["upload"]["url"].removeprefix(adapters.world().settings.public_url)
        sent = self.api.call("PUT", path, data, None, **{"Content-Type": "text/markdown"})
        assert sent.status_code == 200, sent.text
        return str(made["document_id"])

    def _read_and_ask(self) -> None:
        self.document = self.upload("ada", TEXT, title=f"About {CANARY}")
        gone = self.upload("ada", TEXT)
        self.works.all()
        one = f"/v1/documents/{self.document}"
        assert self.ada("GET", one)["status"] == "ready"
        self.ada("GET", "/v1/documents")
        self.ada("GET", f"{one}/pages/1")
        self.ada("PATCH", one, {"title": f"{CANARY} anew"})
        self.ada("GET", f"/v1/documents/search?q={CANARY}+engine")
        self.ada("DELETE", f"/v1/documents/{gone}")
        self.ada("GET", "/v1/chat/tutors")
        session = found_in(self.ada("POST", "/v1/chat/sessions", {"topic": CANARY, "tutor": "science"}), "session_id")
        asked = {"message": f"How many wheels has the {CANARY} engine?", "session_id": session}
        self.ada("POST", "/v1/chat", asked)
        self.ada("POST", "/v1/chat", {"message": f"Hello, my name is {CANARY}", "session_id": session})
        self.ada("GET", "/v1/chat/sessions")
        self.ada("GET", "/v1/chat/sessions/current")
        self.ada("GET", f"/v1/chat/sessions/{session}/messages")
        self.ada("POST", f"/v1/chat/sessions/{session}/end")

    def _take_quizzes(self) -> None:
        self.ada("GET", "/v1/quizzes/categories")
        quiz = self.ada("POST", "/v1/quizzes", {"category": "Biology", "question_count": 5})
        self.ada("POST", "/v1/quizzes", {"document_id": self.document, "question_count": 3})
        self.ada("POST", "/v1/quizzes", {"topic": f"{CANARY} engine", "question_count": 3})
        of_course = self.ada("POST", "/v1/quizzes", {"course_id": self.course, "question_count": 2})
        self.works.all()
        shown = self.ada("GET", f"/v1/quizzes/{of_course['quiz_id']}")
        assert shown["status"] == "ready", shown
        self.ada("POST", f"/v1/quizzes/{of_course['quiz_id']}/submissions", {"answers": {}})
        shown = self.ada("GET", f"/v1/quizzes/{quiz['quiz_id']}")
        answers = {
            one["question_id"]: [one["options"][0]["option_id"]] if one.get("options") else CANARY
            for one in shown["questions"]
        }
        sent = self.ada("POST", f"/v1/quizzes/{quiz['quiz_id']}/submissions", {"answers": answers})
        self.submission = sent["submission_id"]
        self.ada("GET", "/v1/quizzes/results")
        self.ada("GET", f"/v1/quizzes/results/{self.submission}")
        self.ada("GET", "/v1/mastery")

    def _learn_cards(self) -> None:
        card = self.ada(
            "POST", "/v1/flashcards", {"front": f"{CANARY}?", "back": CANARY, "deck": CANARY, "tags": [CANARY]}
        )
        gone = self.ada("POST", "/v1/flashcards", {"front": "x", "back": CANARY})
        self.ada("POST", "/v1/flashcards/bulk", {"cards": [{"front": f"{n} {CANARY}", "back": "b"} for n in range(3)]})
        self.ada("GET", "/v1/flashcards")
        one = f"/v1/flashcards/{card['card_id']}"
        self.ada("GET", one)
        self.ada("PATCH", one, {"back": f"{CANARY} too"})
        self.ada("GET", "/v1/flashcards/due")
        self.ada("POST", f"{one}/reviews", {"rating": "easy"})
        self.ada("POST", f"{one}/undo")
        self.ada("POST", f"{one}/reviews", {"rating": "good"})
        self.ada("POST", f"/v1/flashcards/{gone['card_id']}/reviews", {"rating": "good"})
        self.ada("DELETE", f"/v1/flashcards/{gone['card_id']}")
        settings = self.ada("GET", "/v1/flashcards/settings")
        self.ada("PUT", "/v1/flashcards/settings", settings | {"new_per_day": 30})
        self.ada("GET", "/v1/flashcards/statistics")
        self.ada("GET", "/v1/flashcards/export")
        job = self.ada("POST", "/v1/flashcards/imports", {"text": f"What?\t{CANARY}\n", "deck": CANARY})
        self.ada("GET", f"/v1/flashcards/jobs/{job['job_id']}")
        self.ada("POST", "/v1/flashcards/generate", {"document_id": self.document, "deck": CANARY})
        self.ada("POST", "/v1/flashcards/mistakes", {"submission_id": self.submission})
        self.works.all()

    def _progress(self) -> None:
        self.ada("POST", "/v1/lessons/t/completions", {"course_id": self.course, "time_spent_seconds": 60})
        self.ada("POST", f"/v1/courses/{self.course}/certificate")
        self.ada("GET", "/v1/certificates")
        wish = {"title": "Cards", "sections": [{"section_id": "one", "title": "One"}]}
        self.as_("toni", "PUT", "/v1/concepts/cards", wish)
        self.ada("GET", "/v1/concepts")
        self.ada("GET", "/v1/concepts/cards")
        path = "/v1/progress/cards"
        self.ada("PUT", path, {"completed_sections": ["one"], "time_spent_seconds": 5})
        self.ada("GET", path)
        self.ada("GET", "/v1/progress")
        learning = self.ada("POST", "/v1/learning-sessions", {"topic": CANARY, "tutor": CANARY})
        self.ada("POST", f"/v1/learning-sessions/{learning['session_id']}/end", {"engagement": 4})
        self.ada("GET", "/v1/learning-sessions")
        self.ada("PUT", "/v1/study-plan", {"topics": [CANARY], "minutes_per_day": 30})
        self.ada("GET", "/v1/study-plan")
        self.works.all()

    def _talk(self) -> None:
        post = {"title": f"My {CANARY}", "body": CANARY, "tags": [CANARY.lower()]}
        self.post = found_in(self.ada("POST", "/v1/posts", post), "post_id")
        gone = found_in(self.ada("POST", "/v1/posts", {"title": f"A {CANARY}", "body": CANARY}), "post_id")
        one = f"/v1/posts/{self.post}"
        self.ada("PATCH", one, {"body": f"{CANARY} again"})
        self.ada("GET", one)
        self.ada("GET", "/v1/posts")
        self.ada("GET", "/v1/me/posts")
        self.ada("GET", f"{one}/edits")
        self.ada("DELETE", f"/v1/posts/{gone}")
        of_eve = f"/v1/posts/{self.post_of_eve}"
        self.ada("PUT", f"{of_eve}/like")
        self.ada("DELETE", f"{of_eve}/like")
        self.ada("PUT", f"{of_eve}/like")
        self.ada("POST", f"{of_eve}/reports", {"reason": "spam"})
        comments = f"{of_eve}/comments"
        mine = found_in(self.ada("POST", comments, {"body": f"So says {CANARY}"}), "comment_id")
        self.as_("eve", "POST", comments, {"body": "I answer", "parent_id": mine})
        self.as_("eve", "POST", f"{one}/reports", {"reason": "spam"})
        dropped = found_in(self.ada("POST", comments, {"body": CANARY}), "comment_id")
        self.ada("PATCH", f"{comments}/{mine}", {"body": f"No, {CANARY}"})
        self.ada("GET", comments)
        self.ada("DELETE", f"{comments}/{dropped}")
        groups = f"/v1/courses/{self.course}/study-groups"
        group = self.ada("POST", groups, {"name": f"Group {CANARY}", "description": CANARY, "places": 5})
        left = self.ada("POST", groups, {"name": f"Left {CANARY}", "description": CANARY, "places": 5})
        self.group = f"/v1/study-groups/{found_in(group, 'group_id')}"
        self.as_("eve", "PUT", f"{self.group}/members/me")
        self.as_("eve", "PUT", f"/v1/study-groups/{found_in(left, 'group_id')}/members/me")
        self.ada("DELETE", f"/v1/study-groups/{found_in(left, 'group_id')}/members/me")
        self.ada("PUT", f"{self.group}/members/me")
        self.ada("GET", groups)
        self.ada("GET", "/v1/me/study-groups")
        self.ada("GET", self.group)
        self.ada("PUT", "/v1/nudges/preferences", {"quiet_from": "00:00", "quiet_until": "00:00", "most_a_week": 7})
        self.ada("GET", "/v1/nudges/preferences")
        self.as_("toni", "POST", "/v1/nudges", {"learner_id": self.ids["ada"]})
        self.works.all()
        nudge = self.ada("GET", "/v1/nudges")["items"][0]["nudge_id"]
        self.ada("POST", f"/v1/nudges/{nudge}/response", {"response": "opened"})

    def _look(self) -> None:
        self.works.later(minutes=3)
        self.works.all()
        for path in ("/v1/leaderboard", "/v1/badges", "/v1/me/activity", "/v1/me/outlook", "/v1/dashboard"):
            self.ada("GET", path)
        self.ada("POST", "/v1/me/export")
        self.works.all()
        assert self.ada("GET", "/v1/me/export")["status"] == "ready"
        tick = {"X_CloudScheduler_ScheduleTime": f"{self.works.clock.now():%Y-%m-%dT%H:%M:%SZ}"}
        assert self.works.call("stats_rollup", b"{}", **tick).status_code in (200, 204)
        self.ada("PUT", "/v1/leaderboard/listing", {"is_listed": False})
        self.ada("PUT", "/v1/leaderboard/listing", {"is_listed": True})
        self.works.later(minutes=3)
        self.works.all()
