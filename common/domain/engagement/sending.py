"""Sends a nudge, if it is still right to: judged anew at the moment at which it would go out, and recorded before.

Every check is made against documents that the commit then rests on, the learner's wishes and their standing. Whoever
opts out or is recorded as back before the commit has won: the handler begins anew, and drops the nudge. What is shown
in the app is sent by that very commit. An e-mail is handed on as a message of its own (mailing.py); a text that a
model shall write is written first (writing.py), and comes back here to be judged again.
"""

from dataclasses import dataclass
from datetime import datetime

from common import logs
from common.domain.engagement import checks, deciding, templates, timing
from common.domain.engagement.checks import Seen
from common.domain.engagement.messages import MailNudge, SendNudge, WriteNudge
from common.domain.engagement.models import Dropped, Nudge
from common.ports import Clock, Queue, Store


@dataclass(frozen=True)
class Queues:
    """Where a nudge may go from here."""

    sends: Queue[SendNudge]
    writes: Queue[WriteNudge]
    mails: Queue[MailNudge]


def send(message: SendNudge, store: Store, queues: Queues, clock: Clock) -> None:
    """Send the nudge, put it off, hold it back, or drop it.

    Costs five reads (the nudge, whether nudges are stopped, account, standing, wishes) and at most two writes, and for
    what is decided here a read and two writes more; in an experiment see deciding.
    """
    now = clock.now()
    nudge = store.get(Nudge, message.nudge_id)
    if nudge is not None and nudge.status != "planned":
        return
    seen = checks.look(message.user_id, store)
    refused = _refusal(message, nudge, seen)
    if refused is not None:
        _drop(nudge, refused, store)
        return
    is_decided = nudge is not None and nudge.channel is not None
    wishes = seen.wishes.model_copy(update={"recent": ()}) if is_decided else seen.wishes
    at = timing.next_time(now, seen.zone, wishes)
    if at > now:
        _put_off(message, at, queues)
        return
    hour: int | None = None
    if nudge is None:
        nudge, hour = deciding.decide(message, seen, store, now)
    elif is_decided:
        _rest_on(seen, store)
        nudge = nudge.model_copy(update={"channel": seen.channel(nudge.channel)})
    else:
        deciding.count(nudge, seen, store, now)
        nudge = nudge.model_copy(update={"channel": seen.channel(), "planned_at": now})
    at = timing.next_time(now, seen.zone, wishes.model_copy(update={"recent": ()}), hour)
    if nudge.status == "planned" and at > now:
        _put_off(message, at, queues)
    elif nudge.status == "planned":
        nudge = _delivered(nudge, message, seen, queues, now)
    store.put(nudge)


def _refusal(message: SendNudge, nudge: Nudge | None, seen: Seen) -> Dropped | None:
    is_told_anyway = nudge is not None and nudge.reason is not None
    since = checks.since(nudge) if nudge else message.silent_since
    return checks.against(seen, since, is_told_anyway=is_told_anyway)


def _drop(nudge: Nudge | None, because: Dropped, store: Store) -> None:
    logs.info("nudge.dropped", because=because)
    if nudge is not None:
        store.put(nudge.model_copy(update={"status": "dropped", "dropped_because": because}))


def _put_off(message: SendNudge, at: datetime, queues: Queues) -> None:
    """A week for the cap, and a day each for an hour and the night: far less than the 30 days that a queue holds."""
    queues.sends.stage(message.model_copy(update={"step": message.step + 1}), at=at)


def _rest_on(seen: Seen, store: Store) -> None:
    """Nothing is committed if the learner has changed their wishes, or come back, since they were read."""
    if seen.has_wishes:
        store.verify(seen.wishes)
    if seen.standing is not None:
        store.verify(seen.standing)


def _delivered(nudge: Nudge, message: SendNudge, seen: Seen, queues: Queues, now: datetime) -> Nudge:
    """The nudge on its way: to who writes it, to who mails it, or to the learner."""
    again = {"nudge_id": nudge.nudge_id, "user_id": nudge.user_id, "step": message.step + 1}
    if nudge.template == "model" and nudge.text is None:
        queues.writes.stage(WriteNudge.model_validate(again))
        return nudge.model_copy(update={"status": "writing"})
    said = _with_text(nudge, seen) if nudge.text is None else nudge
    if said.channel == "email":
        queues.mails.stage(MailNudge.model_validate(again))
        return said.model_copy(update={"status": "sending"})
    logs.info("nudge.sent", channel=said.channel, origin=said.origin)
    return said.model_copy(update={"status": "sent", "reached": True, "sent_at": now})


def _with_text(nudge: Nudge, seen: Seen) -> Nudge:
    """The nudge in the words of its template; the model's stand in it already."""
    language = templates.language_of(seen.account.language if seen.account else None)
    if nudge.origin == "teacher":
        template = templates.for_teacher(nudge.course_title, nudge.reason)
    else:
        template = templates.TEMPLATES.get(nudge.template or "", templates.PLAIN)
    words = templates.written(template, language, course=nudge.course_title or "", reason=nudge.reason or "")
    update = {"subject": words.subject, "text": words.text, "template": template.stored_as, "language": language}
    return nudge.model_copy(update=update)
