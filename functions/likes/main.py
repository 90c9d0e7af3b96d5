"""PUT, DELETE /v1/posts/{post_id}/like"""

from common.domain.community import likes as domain
from common.errors import NotFound
from common.ports import Caller, Clock, Store
from common.triggers import http

likes = http.resource("likes")


@likes.put("/v1/posts/{post_id}/like", role="learner", raises=(domain.TextClosed, NotFound))
def like(caller: Caller, post_id: str, store: Store, clock: Clock) -> None:
    """Like a post; again it stays liked."""
    domain.like(caller, post_id, store, clock)


@likes.delete("/v1/posts/{post_id}/like", role="learner", raises=(NotFound,))
def unlike(caller: Caller, post_id: str, store: Store) -> None:
    """Like a post no more."""
    domain.unlike(caller, post_id, store)
