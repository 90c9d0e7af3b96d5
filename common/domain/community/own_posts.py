"""All that somebody posted, for themselves: also what others do not see."""

from common.domain.community import filtering
from common.domain.community.bodies import OwnPostCard
from common.domain.community.models import Post, PostCard
from common.ports import Caller, Page, Query, StoreReader, read_page

OWN = Query(PostCard, equal=("user_id",), order=("-created_at",))


def own(caller: Caller, store: StoreReader, *, page_size: int, page_token: str | None) -> Page[OwnPostCard]:
    """A page of the caller's own posts on every board, the newest first, with those that others do not see.

    Also of a course that they left: they may read it no more, and still take back what they wrote. Costs two reads a
    post, and one more.
    """
    where = {"user_id": caller.user_id}
    page = read_page(store, OWN, where, page_size=page_size, page_token=page_token, show=lambda card: card)
    found = {post.post_id: post for post in store.get_many(Post, [card.post_id for card in page.items])}
    shown = tuple(
        OwnPostCard.made(card, post, filtering.notice(post.status))
        for card in page.items
        if (post := found.get(card.post_id)) is not None
    )
    return Page(items=shown, next_page_token=page.next_page_token)
