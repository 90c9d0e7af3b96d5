"""GET /v1/audit-log"""

from typing import Annotated

from pydantic import Field

from common.domain.accounts import audit
from common.domain.accounts.bodies import AuditView
from common.ports import Page, PageSize, PageToken, StoreReader
from common.triggers import http

Id = Annotated[str, Field(min_length=1, max_length=128)]


@http.get("/v1/audit-log", role="admin")
def audit_log(
    store: StoreReader,
    action: audit.Action | None = None,
    actor_id: Id | None = None,
    subject_id: Id | None = None,
    page_size: PageSize = 20,
    page_token: PageToken | None = None,
) -> Page[AuditView]:
    """Sensitive actions, newest first, of one kind, by one actor or on one subject."""
    return audit.entries(
        store, action=action, actor_id=actor_id, subject_id=subject_id, page_size=page_size, page_token=page_token
    )
