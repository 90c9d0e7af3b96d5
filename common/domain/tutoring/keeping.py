"""What is kept of a turn: two messages, what the session remembers, the answer for the next who asks, what it took."""

from collections.abc import Callable
from datetime import datetime, timedelta

from common import logs
from common.domain.progress.messages import ActivityHappened
from common.domain.tutoring import answer_cache, conversations, ledger
from common.domain.tutoring.bodies import ChatAnswer, TokenUsage
from common.domain.tutoring.models import CachedAnswer, ChatMessage, ChatSession, HotMessage
from common.domain.tutoring.replies import Reply
from common.domain.tutoring.turns import Turn
from common.errors import Conflict
from common.ports.ai import Usage
from common.ports.store import rfc3339

COUNTED = ("grounded", "not_found", "hint")
"""Routes of a question about the material: what counts as study."""


def keep(turn: Turn, reply: Reply) -> ChatAnswer:
    """Stage both messages, what the session remembers, the cached answer, the ledger and the activity; the answer."""
    store, ids = turn.ports.store, turn.ports.ids
    ended = max(turn.ports.clock.now(), turn.began + timedelta(microseconds=1))
    prompt = reply.prompt
    where = {
        "session_id": turn.session.session_id,
        "user_id": turn.caller.user_id,
        "course_id": turn.course_id,
        "module_id": turn.asked.module_id or turn.session.module_id,
        "topic": turn.asked.topic or turn.session.topic,
    }
    question = ChatMessage(
        message_id=ids.new(), role="user", message_type="message", text=turn.asked.message, at=turn.began, **where
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
        latency_ms=int((ended - turn.began).total_seconds() * 1000),
        prompt=f"{prompt.prompt_id} {prompt.version} {prompt.digest}" if prompt else None,
        **where,
        **_used(reply.usage),
    )
    store.create(question)
    store.create(answer)
    conversations.add_turn(turn.session, store, _change(turn, question, answer))
    _cache(turn, reply, ended)
    _count(turn, reply)
    if reply.usage is not None:
        outcome: ledger.Outcome = "not_found" if reply.route == "not_found" else "answered"
        turn.record(outcome, usage=reply.usage, prompt=reply.prompt)
    logs.info("chat.answered", route=reply.route, served_by=reply.served_by, fallback=reply.fallback)
    usage = TokenUsage.model_validate(_used(reply.usage)) if reply.usage else None
    return ChatAnswer(
        answer=reply.answer,
        session_id=turn.session.session_id,
        message_id=answer.message_id,
        route=reply.route,
        served_by=reply.served_by,
        fallback=reply.fallback,
        confidence=reply.confidence,
        sources=reply.sources,
        nearest=reply.nearest,
        usage=usage,
    )


def _change(turn: Turn, question: ChatMessage, answer: ChatMessage) -> Callable[[ChatSession], ChatSession]:
    """What the turn adds to its session: a pure function, applied anew when two turns come at once."""
    is_remembered = answer.route != "refused"
    hot = tuple(HotMessage(role=one.role, text=one.text) for one in (question, answer) if is_remembered)
    known = {
        "client": turn.session.client,
        "login_id": turn.session.login_id,
        **({"counted_hour": _hour(turn.began)} if answer.route in COUNTED else {}),
        **({"learner_name": turn.heard.name} if turn.heard.name and is_remembered else {}),
    }

    def change(session: ChatSession) -> ChatSession:
        title = session.title or turn.heard.question[: conversations.LONGEST_TITLE]
        given = dict(session.hints)
        if turn.hinted is not None:
            given[turn.hinted] = given.pop(turn.hinted, 0) + 1
        counted = {
            "message_count": session.message_count + 2,
            "title": title,
            "hints": dict(list(given.items())[-conversations.MOST_HINTED :]),
        }
        return conversations.with_messages(session.model_copy(update={**known, **counted}), hot, answer.at)

    return change


def _cache(turn: Turn, reply: Reply, now: datetime) -> None:
    if reply.answer_id is None or reply.served_by == "cache" or reply.route not in ("grounded", "not_found"):
        return
    kept = answer_cache.made(
        reply.answer_id,
        scopes=turn.scopes,
        route=reply.route,
        answer=reply.answer,
        confidence=reply.confidence,
        sources=reply.sources,
        nearest=reply.nearest,
        now=now,
    )
    if kept is not None:
        gone = Conflict(retry_after=1)  # an expired one was there, and has been cleared away meanwhile
        turn.ports.store.amend(CachedAnswer, kept.answer_id, lambda _: kept, gone, initial=kept)


def _count(turn: Turn, reply: Reply) -> None:
    """Tell of the activity once an hour and session: what it is for needs no more, and each costs a task."""
    hour = _hour(turn.began)
    if reply.route in COUNTED and turn.session.counted_hour != hour:
        subject_id = f"{turn.session.session_id}-{hour}"
        turn.ports.activity.stage(
            ActivityHappened(
                user_id=turn.caller.user_id, kind="question_asked", subject_id=subject_id, at=turn.began,
                course_id=turn.course_id,
            )
        )  # fmt: skip


def _hour(at: datetime) -> str:
    return rfc3339(at)[:13]


def _used(usage: Usage | None) -> dict[str, object]:
    if usage is None:
        return {}
    return {
        "model": usage.model,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cost_micros": usage.cost_micros,
    }
