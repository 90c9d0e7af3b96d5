"""Under which name somebody writes, and what they wrote before."""

from datetime import datetime

from common.domain.accounts.models import Account
from common.domain.community.models import Comment, Post, TextEdit, edit_id
from common.errors import Conflict, Forbidden, NotFound
from common.ports import Caller, Store, StoreReader

MOST_EDITS = 20
"""Of one text: its versions are deleted with it, in one batch."""


class TooManyEdits(Conflict):
    """A text is edited so many times and no more."""

    code, title = "too_many_edits", "This was edited too many times"


def name_of(caller: Caller, store: StoreReader) -> str:
    """The caller's name as others see it; NotFound when the account is gone. Costs one read."""
    account = store.get(Account, caller.user_id)
    if account is None:
        raise NotFound("There is no such account")
    return account.display_name


def must_be_theirs(caller: Caller, text: Post | Comment) -> None:
    """Forbidden where somebody else wrote it."""
    if text.user_id != caller.user_id:
        raise Forbidden("Its author changes a text")


def keep_version(text: Post | Comment, store: Store) -> None:
    """Stage what a text says now, before it says something else; TooManyEdits. Costs one write."""
    if text.edits >= MOST_EDITS:
        raise TooManyEdits
    store.create(
        TextEdit(
            edit_id=edit_id(text.stored_id, text.edits),
            text_id=text.stored_id,
            number=text.edits,
            user_id=text.user_id,
            title=text.title if isinstance(text, Post) else None,
            body=text.body,
            written_at=written_at(text),
        )
    )


def forget_versions(text: Post | Comment, store: Store) -> None:
    """Stage the deletion of all that a text said before. Costs a delete each, at most MOST_EDITS."""
    for number in range(text.edits):
        store.delete(TextEdit, edit_id(text.stored_id, number))


def written_at(text: Post | Comment) -> datetime:
    """When it came to say what it says."""
    return text.edited_at or text.created_at
