"""The moment at which a nudge is decided: from here on it stands in the books, whether it will be sent or held back."""

from dataclasses import dataclass
from datetime import datetime

from common.domain.engagement import due, experiments, lapsing, returning, templates, timing
from common.domain.engagement.checks import Seen
from common.domain.engagement.experiment_models import Channel
from common.domain.engagement.messages import SendNudge
from common.domain.engagement.models import Nudge
from common.domain.progress import standings
from common.domain.progress.models import OpenNudge
from common.ports import Store


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an experiment wants for a learner; without one, all is as usual."""

    fields: dict[str, object]
    """Of the nudge."""
    template: str | None = None
    channel: Channel | None = None
    send_hour: int | None = None
    exposure_id: str | None = None


def decide(message: SendNudge, seen: Seen, store: Store, now: datetime) -> tuple[Nudge, int | None]:
    """The nudge of a lapse, recorded as planned, held out or dropped; and the hour in which it shall go out.

    An experiment counts a learner here, where all checks have passed and the arms still differ in nothing. Costs a
    read (the experiment), and two writes besides the nudge's own; in an experiment a read and two writes more.
    """
    wanted = _wanted(seen.user_id, store, now)
    known = due.habits_of(seen.standing) if seen.standing else None
    usual = "model" if seen.settings.text_by == "model" else "plain"
    nudge = Nudge.model_validate(
        {
            "nudge_id": message.nudge_id,
            "user_id": seen.user_id,
            "origin": "lapse",
            "status": "planned",
            "silent_since": message.silent_since,
            "channel": seen.channel(wanted.channel),
            "template": wanted.template or usual,
            "language": templates.language_of(seen.account.language if seen.account else None),
            "risk": round(lapsing.score(known, now), 3) if known else None,
            "planned_at": now,
            **wanted.fields,
        }
    )
    count(nudge, seen, store, now, wanted.exposure_id)
    return nudge, wanted.send_hour


def count(nudge: Nudge, seen: Seen, store: Store, now: datetime, exposure_id: str | None = None) -> None:
    """Let it count among the learner's last ones, and watch from now on whether they come back.

    Both documents are written as they were read, so whoever changed their wishes or acted meanwhile has been first.
    Costs two writes, and a read where the learner has done nothing yet.
    """
    recent = timing.with_one(seen.wishes.recent, now)
    store.put(seen.wishes.model_copy(update={"recent": recent}))
    standing = seen.standing or standings.standing_of(seen.user_id, store)
    if standing is not None:
        opened = OpenNudge(nudge_id=nudge.nudge_id, since=now, exposure_id=exposure_id)
        store.put(returning.opened(standing, opened))


def _wanted(user_id: str, store: Store, now: datetime) -> Wanted:
    running = experiments.running(store)
    if running is None:
        return Wanted({})
    treatment = experiments.treatment(running, user_id)
    exposure = experiments.expose(running, user_id, store, now)
    said: dict[str, object] = {
        "experiment_id": treatment.experiment_id, "arm": treatment.arm, "held_out": treatment.held_out,
    }  # fmt: skip
    if treatment.held_out:
        said["status"] = "held_out"
    elif not treatment.is_nudged:
        said |= {"status": "dropped", "dropped_because": "stopped"}
    return Wanted(
        said,
        treatment.template,
        treatment.channel,
        treatment.send_hour,
        exposure.exposure_id if exposure else None,
    )
