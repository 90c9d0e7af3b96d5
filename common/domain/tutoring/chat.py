"""One turn of a conversation: a message comes, and an answer that can be proved goes.

The order: moderation; an open quiz (its questions get hints); small talk; the cache; the learner's material, by the
language model where there is one and by the offline tutor where there is none, it fails, or the budget is spent. What
comes of it is stored in one batch with the session, whether the client still listens or not.
"""

import html
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import BaseModel

from common import logs
from common.domain.language.terms import language_of
from common.domain.progress.messages import ActivityHappened
from common.domain.tutoring import answer_cache, conversations, extractive, follow_ups, hints, ledger, small_talk
from common.domain.tutoring.bodies import Asked, ChatAnswer, Sources, TokenUsage
from common.domain.tutoring.citations import whole_sentences
from common.domain.tutoring.hints import OpenQuestion
from common.domain.tutoring.model_tutor import ModelTutor, NothingStood, Objectionable, OverBudget
from common.domain.tutoring.models import ChatMessage, ChatSession, Fallback, HotMessage
from common.domain.tutoring.replies import Reply, Said, Speech
from common.domain.tutoring.retrieval import Retrieved, retrieve
from common.domain.tutoring.scopes import check_documents, scopes_of
from common.domain.tutoring.sentence_vectors import SentenceVectors
from common.domain.tutoring.small_talk_texts import CARED_FOR, HINT, NO_HINT, NOT_FOUND, NOTED, ONLY_QUOTES, REFUSED
from common.domain.tutoring.sources import nearest_pages
from common.domain.tutoring.tutors import TutorId
from common.ports import Budget, Caller, Client, Clock, Deployment, Embedder, Ids, Moderator, Queue, Store, TextModel
from common.ports.ai import ModelUnavailable, Usage
from common.ports.store import rfc3339

SPOKEN = ("en", "de", "es", "fr")
"""Languages in which the offline tutor has words of its own."""


@dataclass(frozen=True)
class Ports:
    """What a turn asks of the world."""

    store: Store
    model: TextModel
    embedder: Embedder
    moderator: Moderator
    budget: Budget
    deployment: Deployment
    activity: Queue[ActivityHappened]
    clock: Clock
    ids: Ids


Events = Generator[tuple[str, BaseModel], None, ChatAnswer]


def begin(
    caller: Caller, client: Client, asked: Asked, open_questions: Sequence[OpenQuestion], ports: Ports
) -> Callable[[], Events]:
    """Find the session and check the rights; the turn itself runs when its events are read.

    NotFound for a session, document or course that is not the caller's to use, SessionOver, FreshLoginNeeded,
    DocumentsNotReady.
    """
    now = ports.clock.now()
    found = conversations.find(caller, asked.session_id, ports.store, now)
    session = found or conversations.first(caller, ports.store, now)
    digest = conversations.check_client(session, caller, client, ports.deployment)
    scopes = scopes_of(caller, asked.course_id or session.course_id, ports.store)
    check_documents(asked.document_ids, scopes, ports.store)
    known = session.model_copy(update={"client": digest, "login_id": caller.session_id})
    return _Turn(caller, asked, known, scopes, tuple(open_questions), ports, now).events


@dataclass
class _Turn:
    caller: Caller
    asked: Asked
    session: ChatSession
    scopes: tuple[str, ...]
    open_questions: tuple[OpenQuestion, ...]
    ports: Ports
    began: datetime
    hinted: str | None = None
    """The open question that got a hint."""

    def __post_init__(self) -> None:
        self.heard = small_talk.hear(self.asked.message)
        self.tutor: TutorId = self.asked.tutor or self.session.tutor  # type: ignore[assignment]  # stored as text
        self.model_tutor = ModelTutor(self.ports.model, self.ports.moderator, self.ports.budget, self.ports.deployment)

    def events(self) -> Events:
        """The sentences, the sources, and the answer; all is staged when it returns."""
        speech = self._speech()
        reply = yield from (self._held_back(speech) if self.open_questions else _deltas(speech))
        if reply.sources:
            yield "sources", Sources(sources=reply.sources)
        return self._stage(reply)

    # What is answered ------------------------------------------------------------------------------------------

    def _speech(self) -> Speech:
        is_judged = True
        try:
            verdict = self.ports.moderator.check(self.asked.message)
            if verdict.flagged:
                logs.warning("chat.refused", categories=list(verdict.categories))
                return (yield from self._refuse(verdict.categories))
        except ModelUnavailable:
            is_judged = False
        question = hints.asked_for(self.asked.message, self.open_questions)
        if question is not None:
            return (yield from self._hint(question))
        if not self.heard.question:
            return (yield from self._small_talk(is_judged))
        return (yield from self._from_material(is_judged))

    def _refuse(self, categories: Sequence[str]) -> Speech:
        texts = CARED_FOR if any(one.startswith("self-harm") for one in categories) else REFUSED
        return (yield from _spoken(Reply("refused", texts[self._language()], "offline")))

    def _hint(self, question: OpenQuestion) -> Speech:
        hint = hints.next_hint(question, self.session.hints)
        self.hinted = question.question_id
        language = self._language()
        text = HINT[language].format(hint=hint) if hint else NO_HINT[language]
        return (yield from _spoken(Reply("hint", html.escape(text, quote=False), "offline")))

    def _small_talk(self, is_judged: bool) -> Speech:
        fallback: Fallback | None = None
        if self._has_model and is_judged:
            try:
                return (
                    yield from self.model_tutor.talk(
                        self.asked.message, self.session, tutor=self.tutor, language=self.asked.language
                    )
                )
            except Objectionable as error:
                self._record("refused", usage=error.usage)
                return (yield from self._refuse(()))
            except (ModelUnavailable, NothingStood):
                fallback = "unavailable"
            except OverBudget:
                fallback = "over_budget"
        elif self._has_model:
            fallback = "unjudged"
        language = self.asked.language or self.heard.language or self._language()
        name = self.heard.name or self.session.learner_name
        text = small_talk.reply(
            self.heard, self._spoken_language(language), name, self.session.hot, begins_with=self.session.title
        )
        return (yield from _spoken(_general(text, fallback)))

    def _from_material(self, is_judged: bool) -> Speech:
        question, leans = follow_ups.looked_for(self.heard.question, self.session.hot)
        answer_id = None if leans else self._answer_id(question)
        kept = answer_cache.find(answer_id, self.scopes, self.ports.store, self.began) if answer_id else None
        if kept is not None:
            return (
                yield from _spoken(
                    Reply(
                        kept.route, kept.answer, "cache", kept.confidence, kept.sources, kept.nearest,
                        answer_id=answer_id,
                    )
                )
            )  # fmt: skip
        store, embedder = self.ports.store, self.ports.embedder
        found = retrieve(question, self.scopes, store, embedder, document_ids=self.asked.document_ids)
        if found.usage:
            self._record("answered", usage=found.usage, purpose="embed")
        reply = yield from self._answered(question, leans, found, is_judged)
        if reply.route == "not_found" and (told := small_talk.remembered(self.heard.question, self.session.hot)):
            return _general(small_talk.told(told, self._language()), reply.fallback)
        if reply.route == "not_found" and small_talk.is_statement(self.heard.question):
            return _general(NOTED[self._language()], reply.fallback)
        if (
            reply.route == "not_found"
            and reply.served_by == "offline"
            and follow_ups.asks_for_more(self.heard.question)
        ):
            return _general(ONLY_QUOTES[self._language()], reply.fallback)
        is_wished = reply.fallback is None and reply.served_by == ("model" if self._has_model else "offline")
        return replace(reply, answer_id=answer_id if is_wished else None)

    def _answered(self, question: str, leans: bool, found: Retrieved, is_judged: bool) -> Speech:
        fallback: Fallback | None = None
        if self._has_model and not is_judged:
            fallback = "unjudged"
        elif self._has_model and found.passages:
            try:
                return (
                    yield from self.model_tutor.answer(
                        question if not leans else self.heard.question, found.passages, self.session,
                        tutor=self.tutor, language=self.asked.language, remembers=leans,
                    )
                )  # fmt: skip
            except NothingStood as error:
                text, pages = NOT_FOUND[self._language()], nearest_pages(found.passages)
                return Reply("not_found", text, "model", 0.0, nearest=pages, usage=error.usage, prompt=error.prompt)
            except Objectionable as error:
                self._record("refused", usage=error.usage)
                return (yield from self._refuse(()))
            except ModelUnavailable:
                fallback = "unavailable"
                self._record("unavailable")
            except OverBudget:
                fallback = "over_budget"
                self._record("over_budget")
        answer = extractive.answer(
            found.question, found.passages, SentenceVectors(self.ports.embedder), self._language()
        )
        reply = Reply(
            answer.route, answer.answer, "offline", answer.confidence, answer.sources, answer.nearest, fallback=fallback
        )
        return reply if reply.route == "not_found" else (yield from _spoken(reply))

    def _answer_id(self, question: str) -> str:
        prompt = self.model_tutor.prompt("answer", self.caller.user_id) if self._has_model else None
        depends_on: dict[str, object] = {
            "by": [prompt.cache_key, self.ports.model.model] if prompt else extractive.VERSION,
            "documents": sorted(set(self.asked.document_ids)),
            "language": self.asked.language or self._language(),
            "tutor": self.tutor if prompt else None,
            "level": self.session.level if prompt else None,
        }
        return answer_cache.answer_id(question, self.scopes, self.ports.store, depends_on)

    def _held_back(self, speech: Speech) -> Generator[tuple[str, BaseModel], None, Reply]:
        """With a quiz open, an answer is looked at whole before any of it is said."""
        reply = _whole(speech)
        quotes = [source.quote for source in reply.sources]
        question = hints.given_away([reply.answer, *quotes], self.open_questions)
        if question is not None and reply.route in ("grounded", "general"):
            reply = _whole(self._hint(question))
        return (yield from _deltas(_spoken(reply)))

    # What is kept ----------------------------------------------------------------------------------------------

    def _stage(self, reply: Reply) -> ChatAnswer:
        store, ids = self.ports.store, self.ports.ids
        ended = max(self.ports.clock.now(), self.began + timedelta(microseconds=1))
        prompt = reply.prompt
        where = {
            "session_id": self.session.session_id,
            "user_id": self.caller.user_id,
            "course_id": self.asked.course_id or self.session.course_id,
            "module_id": self.asked.module_id or self.session.module_id,
            "topic": self.asked.topic or self.session.topic,
        }
        question = ChatMessage(
            message_id=ids.new(), role="user", message_type="message", text=self.asked.message, at=self.began, **where
        )
        answer = ChatMessage(
            message_id=ids.new(),
            role="assistant",
            message_type="answer",
            text=reply.answer,
            at=ended,
            route=reply.route,
            served_by=reply.served_by,
            answer_id=reply.answer_id,
            fallback=reply.fallback,
            confidence=reply.confidence,
            sources=reply.sources,
            nearest=reply.nearest,
            latency_ms=int((ended - self.began).total_seconds() * 1000),
            prompt=f"{prompt.prompt_id} {prompt.version} {prompt.digest}" if prompt else None,
            **where,
            **_used(reply.usage),
        )
        store.create(question)
        store.create(answer)
        conversations.add_turn(self.session, store, self._change(question, answer))
        self._keep(reply, ended)
        self._count(reply)
        if reply.usage is not None:
            outcome: ledger.Outcome = "not_found" if reply.route == "not_found" else "answered"
            self._record(outcome, usage=reply.usage, reply=reply)
        logs.info("chat.answered", route=reply.route, served_by=reply.served_by, fallback=reply.fallback)
        usage = TokenUsage.model_validate(_used(reply.usage)) if reply.usage else None
        return ChatAnswer(
            answer=reply.answer,
            session_id=self.session.session_id,
            message_id=answer.message_id,
            route=reply.route,
            served_by=reply.served_by,
            fallback=reply.fallback,
            confidence=reply.confidence,
            sources=reply.sources,
            nearest=reply.nearest,
            usage=usage,
        )

    def _change(self, question: ChatMessage, answer: ChatMessage) -> Callable[[ChatSession], ChatSession]:
        """What the turn adds to its session: a pure function, applied anew when two turns come at once."""
        is_remembered = answer.route != "refused"
        hot = tuple(HotMessage(role=one.role, text=one.text) for one in (question, answer) if is_remembered)
        known = {
            "client": self.session.client,
            "login_id": self.session.login_id,
            **({"counted_hour": _hour(self.began)} if answer.route in ("grounded", "not_found", "hint") else {}),
            **({"learner_name": self.heard.name} if self.heard.name and is_remembered else {}),
        }

        def change(session: ChatSession) -> ChatSession:
            title = session.title or self.heard.question[: conversations.LONGEST_TITLE]
            given = dict(session.hints)
            if self.hinted is not None:
                given[self.hinted] = given.pop(self.hinted, 0) + 1
            counted = {
                "message_count": session.message_count + 2,
                "title": title,
                "hints": dict(list(given.items())[-conversations.MOST_HINTED :]),
            }
            return conversations.with_messages(session.model_copy(update={**known, **counted}), hot, answer.at)

        return change

    def _keep(self, reply: Reply, now: datetime) -> None:
        if reply.answer_id is None or reply.served_by == "cache" or reply.route not in ("grounded", "not_found"):
            return
        kept = answer_cache.made(
            reply.answer_id,
            scopes=self.scopes,
            route=reply.route,
            answer=reply.answer,
            confidence=reply.confidence,
            sources=reply.sources,
            nearest=reply.nearest,
            now=now,
        )
        if kept is not None:
            self.ports.store.amend(type(kept), kept.answer_id, lambda _: kept, initial=kept)

    def _count(self, reply: Reply) -> None:
        """Tell of the activity once an hour and session: what it is for needs no more, and each costs a task."""
        hour = _hour(self.began)
        if reply.route in ("grounded", "not_found", "hint") and self.session.counted_hour != hour:
            subject_id = f"{self.session.session_id}-{hour}"
            course_id = self.asked.course_id or self.session.course_id
            self.ports.activity.stage(
                ActivityHappened(
                    user_id=self.caller.user_id, kind="question_asked", subject_id=subject_id, at=self.began,
                    course_id=course_id,
                )
            )  # fmt: skip

    def _record(
        self,
        outcome: ledger.Outcome,
        *,
        usage: Usage | None = None,
        reply: Reply | None = None,
        purpose: str = "chat",
    ) -> None:
        ledger.record(
            self.ports.store,
            self.ports.ids,
            self.ports.clock,
            user_id=self.caller.user_id,
            purpose=purpose,
            served_by="model" if usage else "offline",
            outcome=outcome,
            usage=usage,
            prompt=reply.prompt if reply else None,
        )

    # Language --------------------------------------------------------------------------------------------------

    @property
    def _has_model(self) -> bool:
        return self.ports.model.model is not None

    def _language(self) -> str:
        """The language of the platform's own words: as asked for, this message's, an earlier one's, the learner's."""
        written = language_of(self.asked.message) or self.heard.language
        told = self.asked.language or written or follow_ups.language_before(self.session.hot) or self.session.language
        return self._spoken_language(told)

    @staticmethod
    def _spoken_language(told: str | None) -> str:
        code = (told or "en").partition("-")[0]
        return code if code in SPOKEN else "en"


def _hour(at: datetime) -> str:
    return rfc3339(at)[:13]


def _general(text: str, fallback: Fallback | None) -> Reply:
    return Reply("general", html.escape(text, quote=False), "offline", fallback=fallback)


def _spoken(reply: Reply) -> Speech:
    """A whole answer, sentence by sentence."""
    said = Said()
    for sentence in whole_sentences([reply.answer]):
        yield said.say(sentence)
    return replace(reply, answer=said.text)


def _deltas(speech: Speech) -> Generator[tuple[str, BaseModel], None, Reply]:
    """The sentences as events; what was said in none of them is said at the end."""
    spoken = False
    while True:
        try:
            delta = next(speech)
        except StopIteration as end:
            reply: Reply = end.value
            break
        spoken = True
        yield "delta", delta
    if not spoken:
        said = _spoken(reply)
        reply = yield from _deltas(said)
    return reply


def _whole(speech: Speech) -> Reply:
    while True:
        try:
            next(speech)
        except StopIteration as end:
            reply: Reply = end.value
            return reply


def _used(usage: Usage | None) -> dict[str, object]:
    if usage is None:
        return {}
    return {
        "model": usage.model,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cost_micros": usage.cost_micros,
    }
