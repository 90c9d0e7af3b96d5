"""Files in a folder: contents under `<data>/files/<bucket>/`, what is known of them in one SQLite index.

A content file is written whole under a name of its own and then entered in the index, in one transaction with its
object-finalized event. So an object is there with its event or not at all, whatever dies when; what a crash leaves
behind is a content file that no object owns, which `sweep` removes. Object names never become paths.
"""

import functools
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from common.adapters.local.file_index import FileIndex
from common.adapters.local.file_urls import FileUrls
from common.ports.files import FileInfo, FileMissing, SignedUpload, check_name, check_parts
from common.settings import Settings

A_COPY = 1024 * 1024
"""Bytes."""
ABANDONED = 24 * 3600.0
"""Seconds after which a content file that no object owns is no upload under way."""


APART = frozenset({"erasures"})
"""Buckets that a restored backup must not take back: when deployed no bucket is restored with the database."""


def kept_folder(data: Path) -> Path:
    """The folder of those buckets."""
    return data.with_name(f"{data.name}-kept")


class FolderFiles:
    """The buckets of one installation."""

    def __init__(self, settings: Settings, folder: Path | None = None) -> None:
        self.folder = folder or settings.data / "files"
        self._settings = settings
        self.index = FileIndex(self.folder / "index.sqlite3", power_safe=settings.durability == "power")
        self.urls = FileUrls(settings)
        self.power_safe = settings.durability == "power"

    def bucket(self, name: str) -> "FolderBucket":
        """The bucket of that name: a Files."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name):
            raise ValueError(f"{name!r} is no bucket's name")
        return FolderBucket(self._apart if name in APART else self, name)

    @functools.cached_property
    def _apart(self) -> "FolderFiles":
        """What stands beside the data folder, so that whoever puts back a copy of that does not put this back."""
        return FolderFiles(self._settings, kept_folder(self._settings.data))

    def sweep(self) -> int:
        """Remove content files that no object owns and that are a day old; how many."""
        owned = self.index.paths()
        removed = 0
        for path in self.folder.glob("*/*"):
            if path.relative_to(self.folder).as_posix() not in owned and time.time() - path.stat().st_mtime > ABANDONED:
                path.unlink(missing_ok=True)
                removed += 1
        return removed


class FolderBucket:
    """Files of one bucket."""

    def __init__(self, files: FolderFiles, name: str) -> None:
        self.name = name
        self._files = files

    def info(self, name: str) -> FileInfo | None:
        """What is known of an object, or None."""
        entry = self._files.index.get(self.name, check_name(name))
        return entry.info if entry else None

    def read(self, name: str, *, generation: int | None = None) -> bytes:
        """The whole object; FileMissing, also when it is no longer of `generation`."""
        info, stream = self.open_with_info(name)
        with stream:
            if generation is not None and info.generation != generation:
                raise FileMissing
            return stream.read()

    def open(self, name: str) -> BinaryIO:
        """A seekable stream of the object as it is now; FileMissing."""
        return self.open_with_info(name)[1]

    def open_with_info(self, name: str) -> tuple[FileInfo, BinaryIO]:
        """A stream with what is known of exactly the content that it reads; FileMissing."""
        while entry := self._files.index.get(self.name, check_name(name)):
            try:
                return entry.info, (self._files.folder / entry.path).open("rb")
            except FileNotFoundError:
                if self._files.index.get(self.name, name) == entry:
                    raise  # not replaced between the two looks: somebody removed the file by hand
        raise FileMissing

    def download_url(self, name: str, *, filename: str, expires_in: timedelta) -> str:
        """A signed URL that downloads the object as `filename` until it expires."""
        return self._files.urls.download(self.name, check_name(name), filename, expires_in)

    def upload_url(self, name: str, *, content_type: str, size: tuple[int, int], expires_in: timedelta) -> SignedUpload:
        """A signed URL that takes one new object, with `size` (least, most) in bytes fixed by its signature."""
        return self._files.urls.upload(self.name, check_name(name), content_type, size, expires_in)

    def write(self, name: str, data: bytes, *, content_type: str, generation: int = 0) -> FileInfo:
        """Write when the object is at `generation` (0: does not exist); FileExists otherwise."""
        with self.incoming(check_name(name)) as (path, file):
            file.write(data)
            return self.enter(name, path, file, content_type, generation)

    def compose(self, name: str, parts: Sequence[str], *, content_type: str) -> FileInfo:
        """Write a new object of what 1 to MOST_PARTS others hold, one behind the other; FileMissing, FileExists."""
        with self.incoming(check_name(name)) as (path, file):
            for part in check_parts(parts):
                with self.open(part) as stream:
                    shutil.copyfileobj(stream, file, A_COPY)
            return self.enter(name, path, file, content_type, 0)

    @contextmanager
    def incoming(self, name: str) -> Iterator[tuple[Path, BinaryIO]]:
        """A new content file to write to; it is removed again unless it was entered."""
        path = self._files.folder / self.name / f"{secrets.token_hex(8)}-{re.sub(r'[^A-Za-z0-9._-]', '_', name)[-80:]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as file:
                yield path, file
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def enter(self, name: str, path: Path, file: BinaryIO, content_type: str, generation: int) -> FileInfo:
        """Make a written content file the object, with its event; FileExists when it is not at `generation`."""
        size = file.tell()
        file.flush()
        if self._files.power_safe:
            os.fsync(file.fileno())
            _sync_folder(path.parent)
        relative = path.relative_to(self._files.folder).as_posix()
        info, replaced = self._files.index.put(
            self.name, name, path=relative, size=size, content_type=content_type, generation=generation
        )
        self._remove(replaced)
        return info

    def delete(self, name: str) -> bool:
        """Delete one object; False when there was none."""
        path = self._files.index.delete(self.name, check_name(name))
        self._remove(path)
        return path is not None

    def delete_prefix(self, prefix: str, *, limit: int = 100) -> int:
        """Delete at most `limit` objects whose names begin so; how many there were."""
        return sum(self.delete(found.name) for found in self.list(prefix, limit=limit))

    def list(self, prefix: str, *, limit: int, after: str | None = None) -> list[FileInfo]:
        """At most `limit` objects whose names begin so, by name, behind `after`."""
        return self._files.index.entries(self.name, prefix, limit, after)

    def _remove(self, relative: str | None) -> None:
        """Content that no object owns any more; an open reader keeps it until it is done."""
        if relative is not None:
            (self._files.folder / relative).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
