"""What exports ask of their own tasks."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.domain.privacy.export_zip import ZipPosition
from common.ports import Message

Phase = Literal["documents", "files", "end"]


class ExportPlace(BaseModel):
    """How far an export has come: constant in size, however much there is to export."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phase: Phase = "documents"
    source: str = Field(default="", description="of the documents, or of the files; empty: the first")
    after: str | None = Field(default=None, description="the last document, or file, that is done")
    within: str | None = Field(default=None, description="of a document in parts: the last part that is done")


class ExportStep(Message, key=("export_id", "number")):
    """Write the next piece of an export, and stage the step behind it. The id derives from the export and the step."""

    user_id: str
    export_id: str
    number: int = Field(default=0, ge=0)
    place: ExportPlace = ExportPlace()
    position: ZipPosition = ZipPosition()
    content: str | None = Field(default=None, description="the object that holds the archive so far")
    directory: str | None = Field(default=None, description="the object that holds its directory so far")
    spent: tuple[str, ...] = Field(default=(), max_length=8, description="objects that nobody needs any more")


class MailExport(Message, key=("export_id",)):
    """Tell a learner by e-mail that their export is ready. The id derives from the export."""

    user_id: str
    export_id: str


class ClearExport(Message, key=("export_id", "because", "step")):
    """Delete objects of an export, and stage the next step. The id derives from the export, the reason and the step."""

    user_id: str
    export_id: str
    because: Literal["ready", "replaced", "over"] = Field(
        description="ready: only what it was made of goes; replaced by another, or over: all of it"
    )
    step: int = Field(default=0, ge=0)
