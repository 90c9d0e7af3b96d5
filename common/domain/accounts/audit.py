"""The record of sensitive actions: only ever added to, in the same commit as the action."""

from typing import Literal

from common.domain.accounts.bodies import AuditView
from common.domain.accounts.models import AuditEntry
from common.ports import Clock, Ids, Page, Query, Store, StoreReader, read_page

Action = Literal[
    "admin.created", "api_key.created", "api_key.deleted", "experiment.begun", "experiment.stopped",
    "nudges.settings_changed", "session.reuse_detected", "user.activated", "user.deactivated", "user.erased",
    "user.password_changed", "user.password_reset", "user.role_changed",
]  # fmt: skip
ENTRIES = Query(AuditEntry, optional=("action", "actor_id", "subject_id"), order=("-at",))
OPERATOR = "operator"
"""The actor of what was done by a command, on the deployment itself."""


def record(
    store: Store, ids: Ids, clock: Clock, actor_id: str, action: Action, subject_id: str, **details: str
) -> None:
    """Stage an entry. Details are short facts, never secrets or addresses."""
    entry_id = ids.new()
    store.create(
        AuditEntry(
            entry_id=entry_id, at=clock.now(), action=action, actor_id=actor_id, subject_id=subject_id, details=details
        )
    )


def entries(
    store: StoreReader,
    *,
    action: Action | None,
    actor_id: str | None,
    subject_id: str | None,
    page_size: int,
    page_token: str | None,
) -> Page[AuditView]:
    """A page of the log, newest first."""
    where = {"action": action, "actor_id": actor_id, "subject_id": subject_id}
    return read_page(store, ENTRIES, where, page_size=page_size, page_token=page_token, show=AuditView.of)
