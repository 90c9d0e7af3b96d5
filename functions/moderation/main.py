"""GET /v1/moderation · POST /v1/posts/{post_id}/reports · POST /v1/posts/{post_id}/decisions"""

from common.domain.community import moderation as domain
from common.domain.community.bodies import CaseView, ModerationDecision, NewReport, TextId
from common.domain.progress.messages import ActivityHappened
from common.errors import Forbidden, NotFound
from common.ports import Caller, Clock, Page, PageSize, PageToken, Queue, Store, StoreReader
from common.triggers import http

moderation = http.resource("moderation")


@moderation.get("/v1/moderation", role="teacher", raises=(Forbidden, NotFound))
def waiting(
    caller: Caller,
    store: StoreReader,
    course_id: TextId | None = None,
    group_id: TextId | None = None,
    page_size: PageSize = 20,
    page_token: PageToken | None = None,
) -> Page[CaseView]:
    """What waits for a moderator: on everybody's board for admins, in a course and its groups for its teacher too."""
    return domain.cases(
        caller, store, course_id=course_id, group_id=group_id, page_size=page_size, page_token=page_token
    )


@moderation.post(
    "/v1/posts/{post_id}/reports", role="learner", rate_limit="20/minute", raises=(domain.OwnText, NotFound)
)
def report(caller: Caller, post_id: str, wished: NewReport, store: Store, clock: Clock) -> None:
    """Ask moderators to look at a post, or at one of its comments."""
    domain.report(caller, post_id, wished, store, clock)


@moderation.post("/v1/posts/{post_id}/decisions", role="teacher", raises=(Forbidden, domain.NothingToDecide, NotFound))
def decide(
    caller: Caller,
    post_id: str,
    wished: ModerationDecision,
    store: Store,
    activity: Queue[ActivityHappened],
    clock: Clock,
) -> CaseView:
    """Let a post or a comment stand, or take it off."""
    return domain.decide(caller, post_id, wished, store, activity, clock)
