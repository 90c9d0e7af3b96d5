"""One turn of a conversation: a message comes, and an answer that can be proved goes.

The order: moderation; an open quiz (its questions get hints); small talk; the cache; the learner's material, by the
language model where there is one and by the offline tutor where there is none, it fails, or the budget is spent. What
comes of it is stored in one batch with the session, whether the client still listens or not.
"""

import html
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

from pydantic import BaseModel

from common import logs
from common.domain.tutoring import answer_cache, conversations, extractive, follow_ups, hints, keeping, small_talk
from common.domain.tutoring.bodies import Asked, ChatAnswer, Sources
from common.domain.tutoring.citations import whole_sentences
from common.domain.tutoring.hints import OpenQuestion
from common.domain.tutoring.model_tutor import ModelTutor, NothingStood, Objectionable, OverBudget
from common.domain.tutoring.models import Fallback
from common.domain.tutoring.replies import Reply, Said, Speech
from common.domain.tutoring.retrieval import Retrieved, retrieve
from common.domain.tutoring.scopes import check_documents, scopes_of
from common.domain.tutoring.sentence_vectors import SentenceVectors
from common.domain.tutoring.small_talk_texts import CARED_FOR, HINT, NO_HINT, NOT_FOUND, NOTED, ONLY_QUOTES, REFUSED
from common.domain.tutoring.sources import nearest_pages
from common.domain.tutoring.turns import Ports, Turn, spoken_language
from common.domain.tutoring.tutors import TutorId
from common.ports import Caller, Client
from common.ports.ai import ModelUnavailable

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
    return _Speaker(Turn(caller, asked, known, scopes, tuple(open_questions), ports, now)).events


class _Speaker:
    """Answers one turn."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.tutor: TutorId = turn.asked.tutor or turn.session.tutor  # type: ignore[assignment]  # stored as text
        ports = turn.ports
        self.model_tutor = ModelTutor(ports.model, ports.moderator, ports.budget, ports.deployment)

    def events(self) -> Events:
        """The sentences, the sources, and the answer; all is staged when it returns."""
        speech = self._speech()
        reply = yield from (self._held_back(speech) if self.turn.open_questions else _deltas(speech))
        if reply.sources:
            yield "sources", Sources(sources=reply.sources)
        return keeping.keep(self.turn, reply)

    def _speech(self) -> Speech:
        is_judged = True
        try:
            verdict = self.turn.ports.moderator.check(self.turn.asked.message)
            if verdict.flagged:
                logs.warning("chat.refused", categories=list(verdict.categories))
                return (yield from self._refuse(verdict.categories))
        except ModelUnavailable:
            is_judged = False
        question = hints.asked_for(self.turn.asked.message, self.turn.open_questions)
        if question is not None:
            return (yield from self._hint(question))
        if not self.turn.heard.question:
            return (yield from self._small_talk(is_judged))
        return (yield from self._from_material(is_judged))

    def _refuse(self, categories: Sequence[str]) -> Speech:
        texts = CARED_FOR if any(one.startswith("self-harm") for one in categories) else REFUSED
        return (yield from _spoken(Reply("refused", texts[self.turn.language()], "offline")))

    def _hint(self, question: OpenQuestion) -> Speech:
        hint = hints.next_hint(question, self.turn.session.hints)
        self.turn.hinted = question.question_id
        language = self.turn.language()
        text = HINT[language].format(hint=hint) if hint else NO_HINT[language]
        return (yield from _spoken(Reply("hint", html.escape(text, quote=False), "offline")))

    def _small_talk(self, is_judged: bool) -> Speech:
        fallback: Fallback | None = None
        if self.turn.has_model and is_judged:
            try:
                return (
                    yield from self.model_tutor.talk(
                        self.turn.asked.message, self.turn.session, tutor=self.tutor, language=self.turn.asked.language
                    )
                )
            except Objectionable as error:
                self.turn.record("refused", usage=error.usage)
                return (yield from self._refuse(()))
            except (ModelUnavailable, NothingStood):
                fallback = "unavailable"
            except OverBudget:
                fallback = "over_budget"
        elif self.turn.has_model:
            fallback = "unjudged"
        language = self.turn.asked.language or self.turn.heard.language or self.turn.language()
        name = self.turn.heard.name or self.turn.session.learner_name
        text = small_talk.reply(
            self.turn.heard, spoken_language(language), name, self.turn.session.hot, begins_with=self.turn.session.title
        )
        return (yield from _spoken(_general(text, fallback)))

    def _from_material(self, is_judged: bool) -> Speech:
        turn, store, embedder = self.turn, self.turn.ports.store, self.turn.ports.embedder
        question, leans = follow_ups.looked_for(turn.heard.question, turn.session.hot)
        answer_id = None if leans else self._answer_id(question)
        kept = answer_cache.find(answer_id, turn.scopes, store, turn.began) if answer_id else None
        if kept is not None:
            place = (kept.sources, kept.nearest)
            reply = Reply(kept.route, kept.answer, "cache", kept.confidence, *place, answer_id=answer_id)
            return (yield from _spoken(reply))
        found = retrieve(question, turn.scopes, store, embedder, document_ids=turn.asked.document_ids)
        if found.usage:
            turn.record("answered", usage=found.usage, purpose="embed")
        reply = yield from self._answered(question, leans, found, is_judged)
        if reply.route == "not_found" and (text := self._instead(reply)):
            return _general(text, reply.fallback)
        is_wished = reply.fallback is None and reply.served_by == ("model" if turn.has_model else "offline")
        return replace(reply, answer_id=answer_id if is_wished else None)

    def _instead(self, reply: Reply) -> str | None:
        """What is said to a message that the material does not answer, and that was no question to it."""
        said, language = self.turn.heard.question, self.turn.language()
        if told := small_talk.remembered(said, self.turn.session.hot):
            return small_talk.told(told, language)
        if small_talk.is_statement(said):
            return NOTED[language]
        if reply.served_by == "offline" and follow_ups.asks_for_more(said):
            return ONLY_QUOTES[language]
        return None

    def _answered(self, question: str, leans: bool, found: Retrieved, is_judged: bool) -> Speech:
        fallback: Fallback | None = None
        if self.turn.has_model and not is_judged:
            fallback = "unjudged"
        elif self.turn.has_model and found.passages:
            try:
                return (
                    yield from self.model_tutor.answer(
                        question if not leans else self.turn.heard.question, found.passages, self.turn.session,
                        tutor=self.tutor, language=self.turn.asked.language, remembers=leans,
                    )
                )  # fmt: skip
            except NothingStood as error:
                text, pages = NOT_FOUND[self.turn.language()], nearest_pages(found.passages)
                return Reply("not_found", text, "model", 0.0, nearest=pages, usage=error.usage, prompt=error.prompt)
            except Objectionable as error:
                self.turn.record("refused", usage=error.usage)
                return (yield from self._refuse(()))
            except ModelUnavailable:
                fallback = "unavailable"
                self.turn.record("unavailable")
            except OverBudget:
                fallback = "over_budget"
                self.turn.record("over_budget")
        answer = extractive.answer(
            found.question, found.passages, SentenceVectors(self.turn.ports.embedder), self.turn.language()
        )
        reply = Reply(
            answer.route, answer.answer, "offline", answer.confidence, answer.sources, answer.nearest, fallback=fallback
        )
        return reply if reply.route == "not_found" else (yield from _spoken(reply))

    def _answer_id(self, question: str) -> str:
        prompt = self.model_tutor.prompt("answer", self.turn.caller.user_id) if self.turn.has_model else None
        depends_on: dict[str, object] = {
            "by": [prompt.cache_key, self.turn.ports.model.model] if prompt else extractive.VERSION,
            "documents": sorted(set(self.turn.asked.document_ids)),
            "language": self.turn.asked.language or self.turn.language(),
            "tutor": self.tutor if prompt else None,
            "level": self.turn.session.level if prompt else None,
        }
        return answer_cache.answer_id(question, self.turn.scopes, self.turn.ports.store, depends_on)

    def _held_back(self, speech: Speech) -> Generator[tuple[str, BaseModel], None, Reply]:
        """With a quiz open, an answer is looked at whole before any of it is said."""
        reply = _whole(speech)
        quotes = [source.quote for source in reply.sources]
        question = hints.given_away([reply.answer, *quotes], self.turn.open_questions)
        if question is not None and reply.route in ("grounded", "general"):
            reply = _whole(self._hint(question))
        return (yield from _deltas(_spoken(reply)))


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
