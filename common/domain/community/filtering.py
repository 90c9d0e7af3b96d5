"""What the automatic filter says of a text before others see it, and the cases that moderators are asked to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from common import logs
from common.domain.community.boards import BoardRights
from common.domain.community.models import Comment, ModerationCase, Post, ReasonCount, ReportReason, TextStatus
from common.ports import Moderator, Store
from common.ports.ai import ModelUnavailable

HELD = (
    "Thank you for writing. This is not shown to others yet: a moderator will have a look at it first. "
    "You can still see it, edit it and delete it."
)
CARED_FOR = (
    "Thank you for writing. If you are not well, please talk to somebody you trust, or call your local emergency or "
    "crisis line: you need not be alone with it. This is not shown to others yet; a moderator will have a look at it."
)
REMOVED = "A moderator took this off the board. You can still see it and delete it."


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the filter says of a text."""

    categories: tuple[str, ...] = ()
    is_unjudged: bool = False

    @property
    def status(self) -> TextStatus:
        """Flagged texts are held; one that could not be judged is shown, and a moderator is asked."""
        return "held" if self.categories else "shown"


def judge(moderator: Moderator, *texts: str) -> Judgement:
    """Ask the filter about what somebody wrote; where it cannot answer, the text is unjudged."""
    try:
        verdict = moderator.check("\n".join(texts))
    except ModelUnavailable:
        return Judgement(is_unjudged=True)
    if not verdict.flagged:
        return Judgement()
    logs.info("community.flagged", categories=list(verdict.categories))
    return Judgement(categories=verdict.categories or ("other",))


def notice(status: TextStatus, categories: Sequence[str] = ()) -> str | None:
    """What its author is told of a text that others do not see; None where they do."""
    if status == "held":
        return CARED_FOR if any(one.startswith("self-harm") for one in categories) else HELD
    return REMOVED if status == "removed" else None


def ask_moderators(text: Post | Comment, there: BoardRights, judgement: Judgement, store: Store, now: datetime) -> None:
    """Stage a case where the filter flagged a text, or could not judge it. Costs a read and a write then."""
    if not judgement.categories and not judgement.is_unjudged:
        return
    found = {"categories": judgement.categories, "is_unjudged": judgement.is_unjudged, "status": "open"}
    initial = new_case(text, there, now)
    store.amend(ModerationCase, text.stored_id, lambda case: case.model_copy(update=found), initial=initial)


def add_reason(text: Post | Comment, there: BoardRights, reason: ReportReason, store: Store, now: datetime) -> None:
    """Stage one report more on the text's case, which is open again if it was decided. Costs a read and a write."""

    def more(case: ModerationCase) -> ModerationCase:
        counts = {one.reason: one.count for one in case.reasons}
        counts[reason] = counts.get(reason, 0) + 1
        reasons = tuple(ReasonCount(reason=one, count=count) for one, count in sorted(counts.items()))
        return case.model_copy(update={"reasons": reasons, "status": "open"})

    store.amend(ModerationCase, text.stored_id, more, initial=new_case(text, there, now))


def new_case(text: Post | Comment, there: BoardRights, now: datetime) -> ModerationCase:
    """The case of a text that nobody was asked about yet, in the queue of those who moderate `there`."""
    return ModerationCase(
        text_id=text.stored_id,
        post_id=text.post_id,
        is_comment=isinstance(text, Comment),
        board=there.board,
        queue=there.queue,
        user_id=text.user_id,
        opened_at=now,
    )
