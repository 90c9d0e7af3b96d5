"""Sessions of chat: found, begun, ended, archived; and what a turn adds to them."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from common.domain.accounts.models import Account
from common.domain.courses import rights
from common.domain.tutoring.bodies import ChatSessionView, CurrentChatSession, MessageView, NewChatSession, session_view
from common.domain.tutoring.models import (
    CURRENT,
    LATEST,
    LONGEST_HOT,
    MESSAGES,
    MOST_HOT,
    MOST_HOT_BYTES,
    SESSIONS,
    ActiveSessions,
    ChatMessage,
    ChatSession,
    HotMessage,
    SessionStatus,
)
from common.domain.tutoring.scopes import scopes_of
from common.errors import Conflict, NotFound, Unauthenticated
from common.ports import Caller, Client, Clock, Deployment, Ids, Page, Store, StoreReader, read_page

IDLE_FOR = timedelta(days=30)
"""After so long without a message a session is archived: its history stays, and it takes no more messages."""
MOST_ACTIVE = 20
"""Sessions of one learner that are open at once."""
LONGEST_TITLE = 80
"""Characters."""
MOST_HINTED = 50
"""Open questions whose hints a session counts."""


class SessionOver(Conflict):
    """The session has ended, or was archived."""

    code, title = "session_over", "This session is over: begin another"


class TooManySessions(Conflict):
    """As many sessions are open as a learner may have."""

    code, title = "too_many_sessions", f"At most {MOST_ACTIVE} sessions may be open: end one first"


class FreshLoginNeeded(Unauthenticated):
    """The session goes on from another device or place, with the same login."""

    code, title = "fresh_login_needed", "This session was begun elsewhere: log in again to go on with it"


def find(caller: Caller, session_id: str | None, store: StoreReader, now: datetime) -> ChatSession | None:
    """The session that a message is for: the named one, or the current one, if there is any.

    NotFound where it is not the caller's, SessionOver when it has ended. The session of a course that the caller has
    left is no current one. Costs one read, and at most two more for the session of a course.
    """
    if session_id is None:
        found = store.query(CURRENT, {"user_id": caller.user_id, "status": "active"}, limit=1)
        goes_on = found and not is_idle(found[0], now) and _may_read(caller, found[0], store)
        return found[0] if goes_on else None
    session = _own(caller, session_id, store)
    if session.status != "active" or is_idle(session, now):
        raise SessionOver
    return session


def _may_read(caller: Caller, session: ChatSession, store: StoreReader) -> bool:
    return session.course_id is None or rights.rights_in(caller, session.course_id, store).may_read


def first(caller: Caller, store: StoreReader, now: datetime) -> ChatSession:
    """A session for a message that has none. Messages at once begin the same one. Costs two reads."""
    latest = store.query(LATEST, {"user_id": caller.user_id}, limit=1)
    said = f"{caller.user_id}\x1f{latest[0].session_id if latest else ''}"
    return _new(caller, hashlib.sha256(said.encode()).hexdigest()[:20], NewChatSession(), store, now)


def begin(caller: Caller, wished: NewChatSession, store: Store, clock: Clock, ids: Ids) -> ChatSessionView:
    """Begin a session; TooManySessions, NotFound for a course that the caller may not read."""
    now = clock.now()
    if wished.course_id is not None:
        scopes_of(caller, wished.course_id, store)
    session = _new(caller, ids.new(), wished, store, now)
    store.create(session)
    _open(session, store)
    if wished.topic:
        notice = f"Topic of this session: {wished.topic}"
        store.create(
            ChatMessage(
                message_id=ids.new(), session_id=session.session_id, user_id=caller.user_id, role="system",
                message_type="notice", text=notice, at=now, topic=wished.topic, course_id=wished.course_id,
                module_id=wished.module_id,
            )
        )  # fmt: skip
    return view(session)


def _new(caller: Caller, session_id: str, wished: NewChatSession, store: StoreReader, now: datetime) -> ChatSession:
    account = store.get(Account, caller.user_id)
    return ChatSession(
        session_id=session_id,
        user_id=caller.user_id,
        tutor=wished.tutor,
        language=wished.language or (account.language if account else None),
        level=account.level if account else None,
        course_id=wished.course_id,
        module_id=wished.module_id,
        topic=wished.topic,
        device_type=wished.device_type,
        login_id=caller.session_id,
        started_at=now,
        last_active_at=now,
    )


def _open(session: ChatSession, store: Store) -> None:
    """Count a session among those that are open."""

    def change(active: ActiveSessions) -> ActiveSessions:
        if session.session_id in active.session_ids:
            return active
        if len(active.session_ids) >= MOST_ACTIVE:
            raise TooManySessions
        return active.model_copy(update={"session_ids": (*active.session_ids, session.session_id)})

    store.amend(ActiveSessions, session.user_id, change, initial=ActiveSessions(user_id=session.user_id))


def close(session: ChatSession, status: SessionStatus, store: Store, now: datetime) -> None:
    """Stage the end of a session that was read; an archived one forgets what it carries, its history stays."""
    gone: dict[str, object] = {"status": status, "ended_at": now} | (
        {"hot": (), "hints": {}} if status == "archived" else {}
    )
    store.amend(ChatSession, session.session_id, lambda latest: latest.model_copy(update=gone))

    def change(active: ActiveSessions) -> ActiveSessions:
        left = tuple(one for one in active.session_ids if one != session.session_id)
        return active.model_copy(update={"session_ids": left})

    store.amend(ActiveSessions, session.user_id, change, initial=ActiveSessions(user_id=session.user_id))


def add_turn(session: ChatSession, store: Store, change: Callable[[ChatSession], ChatSession]) -> None:
    """Stage what a turn adds to its session; turns at once are added one after the other, and none is lost."""
    is_new = session.message_count == 0 and store.get(ChatSession, session.session_id) is None
    store.amend(ChatSession, session.session_id, change, initial=session if is_new else None)
    if is_new:
        _make_room(session, store)
        _open(session, store)


def _make_room(session: ChatSession, store: Store) -> None:
    """A message is never refused for the number of sessions: the one that was begun first ends."""
    active = store.get(ActiveSessions, session.user_id)
    if active is not None and len(active.session_ids) >= MOST_ACTIVE:
        oldest = store.get(ChatSession, active.session_ids[0])
        if oldest is not None:
            close(oldest, "ended", store, session.started_at)


def with_messages(session: ChatSession, messages: tuple[HotMessage, ...], now: datetime) -> ChatSession:
    """The session with the messages of a turn: the last MOST_HOT are carried, of at most MOST_HOT_BYTES."""
    short = [one.model_copy(update={"text": one.text[:LONGEST_HOT]}) for one in messages]
    ordered = [*session.hot, *short][-MOST_HOT:]
    while sum(len(one.text.encode()) for one in ordered) > MOST_HOT_BYTES:
        ordered.pop(0)
    return session.model_copy(update={"hot": tuple(ordered), "last_active_at": max(session.last_active_at, now)})


def check_client(session: ChatSession, caller: Caller, client: Client, deployment: Deployment) -> str | None:
    """The digest by which the session's client is known again; FreshLoginNeeded for another one by the same login."""
    seen = {"nothing": "", "agent": client.user_agent, "agent_and_address": f"{client.user_agent}\n{client.address}"}
    told = seen[deployment.chat_client]
    digest = hashlib.sha256(f"{session.session_id}\x1f{told}".encode()).hexdigest()[:32] if told else None
    is_other = session.client is not None and digest is not None and session.client != digest
    if is_other and caller.session_id == session.login_id:
        raise FreshLoginNeeded
    return digest


def is_idle(session: ChatSession, now: datetime) -> bool:
    """Whether nothing was said for IDLE_FOR."""
    return now - session.last_active_at >= IDLE_FOR


def view(session: ChatSession) -> ChatSessionView:
    """A session as its learner sees it."""
    return session_view(session, session.last_active_at + IDLE_FOR)


def current(caller: Caller, store: StoreReader, clock: Clock) -> CurrentChatSession:
    """The session that a message without one would go on with."""
    session = find(caller, None, store, clock.now())
    return CurrentChatSession(has_session=session is not None, session=view(session) if session else None)


def sessions(
    caller: Caller, store: StoreReader, *, status: SessionStatus | None, page_size: int, page_token: str | None
) -> Page[ChatSessionView]:
    """The caller's sessions, the last one used first."""
    where = {"user_id": caller.user_id, "status": status}
    return read_page(store, SESSIONS, where, page_size=page_size, page_token=page_token, show=view)


def messages(
    caller: Caller, session_id: str, store: StoreReader, *, page_size: int, page_token: str | None
) -> Page[MessageView]:
    """All messages of one of the caller's sessions, the first one first; NotFound."""
    _own(caller, session_id, store)
    where = {"user_id": caller.user_id, "session_id": session_id}
    return read_page(store, MESSAGES, where, page_size=page_size, page_token=page_token, show=MessageView.of)


def end(caller: Caller, session_id: str, store: Store, clock: Clock) -> ChatSessionView:
    """End a session, once; NotFound."""
    session = _own(caller, session_id, store)
    if session.status != "active":
        return view(session)
    now = clock.now()
    close(session, "ended", store, now)
    return view(session.model_copy(update={"status": "ended", "ended_at": now}))


def _own(caller: Caller, session_id: str, store: StoreReader) -> ChatSession:
    found = store.get(ChatSession, session_id)
    if found is None or found.user_id != caller.user_id:
        raise NotFound("There is no such session")
    return found
