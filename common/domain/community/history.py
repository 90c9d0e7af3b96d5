"""What a text said before it was edited: for its author, and for moderators."""

from common.domain.community import boards, markdown
from common.domain.community.bodies import TextEditView
from common.domain.community.models import Comment, Post, TextEdit
from common.errors import Forbidden
from common.ports import Caller, Page, Query, StoreReader, read_page

VERSIONS = Query(TextEdit, equal=("text_id",), order=("-number",))


def versions(
    caller: Caller, post_id: str, comment_id: str | None, store: StoreReader, *, page_size: int, page_token: str | None
) -> Page[TextEditView]:
    """A page of the earlier versions of a post or a comment, the latest first; NotFound, Forbidden.

    Costs a read a version, two more, the rights on the board, and one for a comment.
    """
    post, allowed = boards.readable_post(caller, post_id, store)
    text: Post | Comment = post
    if comment_id is not None:
        text = boards.readable_comment(caller, post, comment_id, allowed, store)
    if not boards.sees_hidden(caller, text.user_id, allowed):
        raise Forbidden("Its author and moderators see what a text said before")

    def show(edit: TextEdit) -> TextEditView:
        return TextEditView.of(edit, markdown.to_html(edit.body))

    where = {"text_id": text.stored_id}
    return read_page(store, VERSIONS, where, page_size=page_size, page_token=page_token, show=show)
