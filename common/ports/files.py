"""Files in named buckets, moved by signed URLs so that no function carries their bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO, ClassVar, Protocol, TypeVar
from urllib.parse import quote

from common.errors import Conflict, NotFound

MOST_PARTS = 32
"""Objects that are composed at once: https://cloud.google.com/storage/docs/composite-objects."""


class Bucket:
    """A named bucket, declared as a class: `class Uploads(Bucket, name="uploads")`."""

    name: ClassVar[str]

    def __init_subclass__(cls, *, name: str, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.name = name


B_co = TypeVar("B_co", bound=Bucket, covariant=True)


class FileExists(Conflict):
    """The object exists, or is no longer of the generation that was expected."""

    code, title = "file_exists", "The file exists already, or was changed"


class FileMissing(NotFound):
    """There is no such object."""

    code, title = "file_missing", "There is no such file"


@dataclass(frozen=True)
class SignedUpload:
    """How a client uploads: send the bytes by `method` to `url` with exactly these `headers`, before `expires_at`."""

    url: str
    method: str
    headers: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True)
class FileInfo:
    """An object's name, size in bytes, generation, content type and time of creation."""

    name: str
    size: int
    generation: int
    content_type: str
    created_at: datetime


def check_name(name: str) -> str:
    """`name`, if it can name an object: 1 to 1,024 bytes of UTF-8 with no control characters; ValueError.

    Slashes are letters like others: a name is never a path.
    """
    if not 0 < len(name.encode()) <= 1024 or name in {".", ".."} or any(ord(c) < 32 or ord(c) == 127 for c in name):
        raise ValueError("an object's name is 1 to 1,024 bytes with no control characters")
    return name


def attachment(filename: str) -> str:
    """The Content-Disposition that saves a download as `filename`, whatever letters it has (RFC 6266)."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%/;' else "_" for c in filename) or "file"
    encoded = quote(filename.encode(errors="replace"), safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


def check_parts(parts: Sequence[str]) -> Sequence[str]:
    """`parts`, if so many can be composed; ValueError."""
    if not 0 < len(parts) <= MOST_PARTS:
        raise ValueError(f"{len(parts)} parts: 1 to {MOST_PARTS} objects are composed at once")
    return [check_name(part) for part in parts]


class FilesReader(Protocol[B_co]):
    """Reads objects of one bucket."""

    def info(self, name: str) -> FileInfo | None:
        """What is known of an object, or None."""

    def read(self, name: str, *, generation: int | None = None) -> bytes:
        """The whole object; FileMissing."""

    def open(self, name: str) -> BinaryIO:
        """A seekable stream of the object; FileMissing."""

    def list(self, prefix: str, *, limit: int, after: str | None = None) -> list[FileInfo]:
        """At most `limit` objects whose names begin so, by name, behind `after`."""


class Files(FilesReader[B_co], Protocol[B_co]):
    """Reads and writes objects of one bucket."""

    def write(self, name: str, data: bytes, *, content_type: str, generation: int = 0) -> FileInfo:
        """Write when the object is at `generation` (0: does not exist); FileExists otherwise."""

    def compose(self, name: str, parts: Sequence[str], *, content_type: str) -> FileInfo:
        """Write a new object of what 1 to MOST_PARTS others hold, one behind the other; FileMissing, FileExists.

        No bytes pass through the function, so an object of any size comes to be from pieces that fit its memory.
        """

    def delete(self, name: str) -> bool:
        """Delete one object; False when there was none."""

    def delete_prefix(self, prefix: str, *, limit: int = 100) -> int:
        """Delete at most `limit` objects whose names begin so; how many there were."""


class UploadSigner(Protocol[B_co]):
    """Lets a client send one object to one bucket, and may itself neither read nor change what is there."""

    def upload_url(self, name: str, *, content_type: str, size: tuple[int, int], expires_in: timedelta) -> SignedUpload:
        """A signed URL that takes one new object, with `size` (least, most) in bytes fixed by its signature."""


class DownloadSigner(Protocol[B_co]):
    """Lets a client fetch one object of one bucket."""

    def download_url(self, name: str, *, filename: str, expires_in: timedelta) -> str:
        """A signed URL that downloads the object as `filename` until it expires."""
