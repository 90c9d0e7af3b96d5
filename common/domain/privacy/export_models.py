"""What is stored and shown of exports."""

from datetime import datetime, timedelta
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from common.ports import Bucket, Document, Time

KEPT = timedelta(days=7)
"""How long an export can be fetched."""
STALLED = timedelta(hours=6)
"""After which a chain that has not ended never will: its learner may begin another one."""


class Exports(Bucket, name="exports"):
    """Exports, and what they are made of: each is below `exports/<user_id>/<export_id>/`.

    What is left behind, by whatever death, the bucket's own lifecycle deletes a day after KEPT (storage.tf).
    """


class LearnerExport(
    Document,
    collection="learner_exports",
    key="user_id",
    unindexed=("export_id", "status", "asked_at", "ready_at", "expires_at", "file", "size"),
):
    """The one export that a learner has or waits for."""

    user_id: str
    export_id: str
    status: Literal["working", "ready"] = "working"
    asked_at: Time
    ready_at: Time | None = None
    expires_at: Time | None = None
    file: str | None = None
    """The name of the archive in the bucket."""
    size: int | None = None
    """Bytes."""

    @property
    def folder(self) -> str:
        """How the names of all its objects begin."""
        return f"exports/{self.user_id}/{self.export_id}/"

    @property
    def filename(self) -> str:
        """What a download of it is called."""
        return f"scholium-export-{self.asked_at:%Y-%m-%d}.zip"

    def is_under_way(self, now: datetime) -> bool:
        """Whether it will come, as far as can be known."""
        return self.status == "working" and now < self.asked_at + STALLED

    def is_there(self, now: datetime) -> bool:
        """Whether it can be fetched."""
        return self.status == "ready" and self.expires_at is not None and now < self.expires_at


class LearnerExportView(BaseModel):
    """An export of everything that is known of a learner: one ZIP, with JSON for each subject, and their files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    export_id: str
    status: Literal["working", "ready", "failed"] = Field(description="failed: ask for another one")
    asked_at: Time
    ready_at: Time | None = None
    expires_at: Time | None = Field(default=None, description="until when it can be fetched")
    size: int | None = Field(default=None, ge=0, description="bytes")
    download_url: str | None = Field(
        default=None, description="signed; good for ten minutes, and then a new GET gives a new one"
    )

    @classmethod
    def of(cls, stored: LearnerExport, now: datetime, download_url: str | None = None) -> Self:
        """The view of an export."""
        failed = stored.status == "working" and not stored.is_under_way(now)
        return cls(
            export_id=stored.export_id,
            status="failed" if failed else stored.status,
            asked_at=stored.asked_at,
            ready_at=stored.ready_at,
            expires_at=stored.expires_at,
            size=stored.size,
            download_url=download_url,
        )
