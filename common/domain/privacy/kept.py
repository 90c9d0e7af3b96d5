"""How long what is kept: each kind of record declares its period once, with its reason.

What learners made themselves (documents, cards, results, posts, progress) has no period: it is theirs until they
delete it or their account. What the database deletes by itself (each model's `expires`) is not here, but where a
deployment may wish for less.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from common.domain.accounts.models import AuditEntry
from common.domain.community.models import ModerationCase, TextReport
from common.domain.engagement.models import Nudge
from common.domain.progress.models import Activity
from common.domain.tutoring.ledger import AiCall
from common.domain.tutoring.models import IDLE, ChatMessage
from common.ports import Deployment, Query
from common.ports.queue import DUE
from common.ports.store import Scalar

LONGEST_DAYS = 36_500


class UnknownPeriod(ValueError):
    """SCHOLIUM_RETENTION_DAYS names a kind that there is not, or a period that its records do not allow."""


@dataclass(frozen=True)
class Find:
    """Records of one sort, the oldest first: a query by one time, and what else it filters by."""

    query: Query[Any]
    where: Mapping[str, Scalar] = field(default_factory=dict)

    def until(self, last: datetime) -> dict[str, Scalar]:
        """The filter for what is from `last` or before it."""
        if self.query.between is None:
            raise TypeError(f"{self.query.name} has no time")
        return {**self.where, self.query.between[0]: last}


@dataclass(frozen=True)
class Kind:
    """Records that are kept for `days` (0: for ever) when the deployment does not say otherwise."""

    name: str
    days: int
    least: int
    """Fewer days than this would delete what a rule still needs."""
    why: str
    finds: tuple[Find, ...]


MESSAGES_BY_AGE = Query(ChatMessage, between=("at", "<="), order=("at",))
CALLS_BY_AGE = Query(AiCall, between=("at", "<="), order=("at",))
ACTIVITIES_BY_AGE = Query(Activity, between=("at", "<="), order=("at",))
AUDIT_BY_AGE = Query(AuditEntry, between=("at", "<="), order=("at",))
CASES_BY_AGE = Query(ModerationCase, equal=("status",), between=("opened_at", "<="), order=("opened_at",))
REPORTS_BY_AGE = Query(TextReport, between=("reported_at", "<="), order=("reported_at",))
NUDGES_BY_AGE = Query(Nudge, between=("planned_at", "<="), order=("planned_at",))

_ALL = (
    Kind(
        "chat", 730, 31,
        "Conversations are archived after 30 days and looked up again before an examination, not years later.",
        (
            Find(MESSAGES_BY_AGE),
            Find(IDLE, {"status": "ended"}),
            Find(IDLE, {"status": "archived"}),
        ),
    ),
    Kind("ai_calls", 400, 1, "Costs are compared with the year before; then the calls go.", (Find(CALLS_BY_AGE),)),
    Kind(
        "activities", 1_095, 90,
        "The feed. Streaks, points and mastery are sums of their own and need it no more; but while an entry stands, "
        "the same fact never counts again. Messages wait 30 days at most, so 90 is safe; only a review that was taken "
        "back and is done again after its entry went counts as one of that later day.",
        (Find(ACTIVITIES_BY_AGE),),
    ),
    Kind("audit_log", 1_095, 30, "Limitation periods of three years are common.", (Find(AUDIT_BY_AGE),)),
    Kind(
        "moderation", 365, 30,
        "A decision may be questioned for a year. Open cases stay; the texts themselves are not touched.",
        (
            Find(CASES_BY_AGE, {"status": "kept"}),
            Find(CASES_BY_AGE, {"status": "removed"}),
            Find(REPORTS_BY_AGE),
        ),
    ),
    Kind(
        "nudges", 400, 30,
        "What helped is compared with the year before. A nudge is watched for three days, and counted elsewhere.",
        (Find(NUDGES_BY_AGE),),
    ),
    Kind(
        "dead_letters", 180, 7,
        "Messages that could not be worked on wait for somebody to look; they may say whom they are about.",
        (Find(DUE, {"status": "DEAD"}),),
    ),
)  # fmt: skip

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}


def periods(deployment: Deployment) -> dict[str, timedelta]:
    """How long each kind is kept, of those that are not kept for ever; UnknownPeriod.

    A name that is mistyped must not pass for a wish that was heard: then nothing is deleted, and an error is logged.
    """
    wished = {name: kind.days for name, kind in KINDS.items()} | dict(deployment.retention_days)
    for name, days in wished.items():
        if name not in KINDS:
            raise UnknownPeriod(f"{name!r} is none of {', '.join(KINDS)}")
        if days and not KINDS[name].least <= days <= LONGEST_DAYS:
            raise UnknownPeriod(f"{name}: {KINDS[name].least} to {LONGEST_DAYS} days, or 0 to keep it for ever")
    return {name: timedelta(days=days) for name, days in wished.items() if days}
