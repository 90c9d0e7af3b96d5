"""What is too old is deleted, a page at a time, each kind in a chain of its own.

What was deleted is not found again, so each step begins at the front; whoever is killed in between has lost nothing.
"""

from datetime import datetime

from common import logs
from common.domain.privacy import kept
from common.domain.privacy.kept import Kind
from common.domain.privacy.messages import DeleteOld
from common.ports import Deployment, Document, Queue, Store

PAGE = 200
"""Deletes of one step."""


def begin(until: datetime, deployment: Deployment, deletions: Queue[DeleteOld]) -> None:
    """Stage the first step of each kind that has a period. Costs a write a kind."""
    for name in kept.periods(deployment):
        deletions.stage(DeleteOld(kind=name, until=until))


def delete_page(message: DeleteOld, deployment: Deployment, store: Store, deletions: Queue[DeleteOld]) -> None:
    """Delete a page of what is too old of a kind, and stage the next step where there may be more.

    Costs a read and a delete a record, and a read for each sort that has none; the periods are those of now.
    """
    period = kept.periods(deployment).get(message.kind)
    if period is None:  # the setting has changed since the night began
        return
    found = _found(kept.KINDS[message.kind], message.until - period, store)
    for document in found:
        store.delete(type(document), document.stored_id)
    if len(found) == PAGE:
        deletions.stage(message.model_copy(update={"step": message.step + 1}))
    if found:
        logs.info("retention.deleted", kind=message.kind, records=len(found))


def _found(kind: Kind, last: datetime, store: Store) -> list[Document]:
    found: list[Document] = []
    for find in kind.finds:
        left = PAGE - len(found)
        found += store.query(find.query, find.until(last), limit=left) if left else []
    return found
