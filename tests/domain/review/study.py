"""What a learner does with cards, with a clock and a queue in the test's hands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Response

from common.domain.accounts.models import Account
from common.domain.review.models import Card, Desk, ReviewRow
from common.domain.review.review_log import LOG
from common.domain.review.transfers import IN_ORDER
from common.ports import Caller, Document, Query
from common.ports.database import Write
from common.ports.queue import MessageRecord
from common.triggers import invocation
from common.triggers.entry import Endpoint
from common.triggers.unit_of_work import Billed, parse
from functions.activity_record.main import activity_record
from functions.flashcard_compose.main import flashcard_compose
from functions.flashcard_files.main import flashcard_files
from functions.flashcard_forget.main import flashcard_forget
from functions.flashcard_import.main import flashcard_import
from functions.flashcard_reviews.main import flashcard_reviews
from functions.flashcard_settings.main import flashcard_settings
from functions.flashcard_sources.main import flashcard_sources
from functions.flashcards.main import flashcards
from tests.triggers.world import HandWorld, deliver, send

D = TypeVar("D", bound=Document)
CONSUMERS: dict[str, Endpoint] = {
    "ActivityHappened": activity_record,
    "ForgetReviews": flashcard_forget,
    "ImportCards": flashcard_import,
    "ComposeCards": flashcard_compose,
}
MESSAGES = Query(MessageRecord)
REVIEWING = ("/due", "/reviews", "/undo")
SETTINGS = ("/statistics", "/settings")
FILES = ("/imports", "/jobs", "/export")
SOURCES = ("/mistakes", "/generate")


class Study:
    """Learners and their cards over a real database."""

    def __init__(self, world: HandWorld) -> None:
        self.world = world

    def call(self, method: str, path: str, body: object = None, who: str = "ada", **headers: str) -> Response:
        function = flashcard_reviews if path.partition("?")[0].endswith(REVIEWING) else flashcards
        function = flashcard_settings if path.startswith(SETTINGS) else function
        function = flashcard_files if path.startswith(FILES) else function
        function = flashcard_sources if path.startswith(SOURCES) else function
        said = {"Authorization": f"Bearer {who}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return send(function, method, f"/v1/flashcards{path}", body, said)

    def ask(self, method: str, path: str, body: object = None, who: str = "ada") -> Any:
        """The body of an answer that is none of refusal."""
        answer = self.call(method, path, body, who)
        assert answer.status_code < 300, answer.get_data(as_text=True)
        return answer.get_json()

    def make(self, front: str = "What weaves?", who: str = "ada", **more: Any) -> str:
        return str(self.ask("POST", "", {"front": front, "back": "The engine.", **more}, who)["card_id"])

    def make_many(self, count: int, who: str = "ada") -> list[str]:
        made: list[str] = []
        while len(made) < count:
            cards = [
                {"front": f"Question {len(made) + n}", "back": "Answer"} for n in range(min(100, count - len(made)))
            ]
            made += [card["card_id"] for card in self.ask("POST", "/bulk", {"cards": cards}, who)["items"]]
        return made

    def review(self, card_id: str, rating: str = "good", who: str = "ada", **more: Any) -> Any:
        return self.ask("POST", f"/{card_id}/reviews", {"rating": rating, **more}, who)

    def due(self, query: str = "", who: str = "ada") -> Any:
        return self.ask("GET", f"/due{query}", who=who)

    def wish(self, **wishes: Any) -> Any:
        return self.ask("PUT", "/settings", wishes)

    def bring(self, text: str, who: str = "ada", **more: Any) -> Any:
        """Import a file, and all the work that follows; how that ended."""
        job_id = self.ask("POST", "/imports", {"text": text, **more}, who)["job_id"]
        self.work()
        return self.ask("GET", f"/jobs/{job_id}", who=who)

    def exported(self, who: str = "ada", page_size: int = 100) -> str:
        """The whole file of a learner's cards."""
        text, query = "", f"?page_size={page_size}"
        while query:
            page = self.ask("GET", f"/export{query}", who=who)
            text += page["text"]
            token = page["next_page_token"]
            query = f"?page_size={page_size}&page_token={token}" if token else ""
        return text

    def cards(self, who: str = "ada") -> list[Card]:
        """A learner's cards in the order of their making."""
        return self.all(IN_ORDER, user_id=who)

    def settle(self, card_id: str) -> datetime:
        """Bring a new card into state review; when it is due."""
        return at(self.review(card_id, "easy")["due_at"])

    def card(self, card_id: str) -> Card:
        found = self.world.stored(Card, card_id)
        assert found is not None
        return found

    def desk(self, who: str = "ada") -> Desk:
        return self.world.stored(Desk, who) or Desk(user_id=who)

    def rows(self, card_id: str) -> list[ReviewRow]:
        return self.all(LOG, log_id=self.card(card_id).log_id)

    def live_in(self, zone: str, who: str = "ada") -> None:
        """Give a learner an account with a time zone."""
        now = self.world.clock.now()
        account = Account(
            user_id=who, username=who, email=f"{who}@example.org", login_keys=(who,), password_hash="",
            display_name=who, time_zone=zone, created_at=now, updated_at=now,
        )  # fmt: skip
        self.put(account)

    def put(self, *documents: Document) -> None:
        """Write past every rule."""
        for begin in range(0, len(documents), 400):
            self.world.database.commit(
                [Write("set", type(one), one.stored_id, document=one) for one in documents[begin : begin + 400]]
            )

    def all(self, query: Query[D], **where: Any) -> list[D]:
        return [parse(query.model, one) for one in self.world.database.query(query, where, 1000, None)]

    def messages(self) -> list[MessageRecord]:
        return self.all(MESSAGES)

    def work(self) -> None:
        """Deliver what is due until nothing is."""
        for _ in range(500):
            due = [one for one in self.messages() if one.status == "PENDING" and one.due_at <= self.world.clock.now()]
            if not due:
                return
            for message in due:
                assert deliver(CONSUMERS[message.kind], message.message_id) == 200, message.kind
        raise AssertionError("there is always more to do")

    def billed(self, function: Endpoint, name: str, who: str = "ada", **inputs: Any) -> tuple[int, int, int]:
        """Reads, writes and deletes of one call of a handler, by its name."""
        route = next(one for one in function.declaration.routes if one.handler.__name__ == name)
        bill = Billed()
        invocation.run(self.world, route, {"caller": Caller(who, "learner"), **inputs}, bill)
        return bill.reads, bill.writes, bill.deletes

    def just_before_commit(self, happens: Callable[[], None]) -> None:
        """Let something happen once, between a handler's reads and its commit."""
        commit, waiting = self.world.database.commit, [happens]

        def interrupted(*arguments: Any, **options: Any) -> Any:
            if waiting:
                waiting.pop()()
            return commit(*arguments, **options)

        self.world.database.commit = interrupted  # type: ignore[method-assign]


def at(text: str) -> datetime:
    """The time that an answer says."""
    return datetime.fromisoformat(text).astimezone(UTC)
