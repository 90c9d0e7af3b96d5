"""A ZIP archive that is written piece by piece, each by another invocation.

A ZIP is a row of entries, then a directory of them, then an end record (PKWARE's APPNOTE.TXT 6.3.10, whose sections
are named below). Nothing in an entry depends on what comes after it: so each step writes the bytes that follow, and
hands on no more than where it stopped. An entry may go on in the next step: its stream is flushed fully, so that the
next compressor begins with no memory of it (zlib's Z_FULL_FLUSH), and its sum and sizes stand behind it.
"""

import struct
import zlib
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

STORED, DEFLATED = 0, 8
UTF8, SIZES_BEHIND = 0x0800, 0x0008
PLAIN, WITH_64 = 20, 45
"""Versions of the format that a reader must know (4.4.3)."""
READABLE = 0o100644 << 16
UNIX = 3 << 8
FULL_16, FULL_32 = 0xFFFF, 0xFFFFFFFF
"""Stand where a number is too large, and is said in 64 bits elsewhere (4.4.1.4)."""


class OpenEntry(BaseModel):
    """An entry that is being written: where it begins in the archive, and what its content has come to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = Field(max_length=1_000)
    offset: int
    crc: int = 0
    size: int = 0
    packed: int = 0


class ZipPosition(BaseModel):
    """All that the next step must know of an archive that is being written. Bytes, and a number of entries."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offset: int = 0
    entries: int = 0
    directory: int = 0
    open: OpenEntry | None = None


class ZipPiece:
    """The bytes of one step: `content` continues the archive, `directory` its directory, which goes behind it."""

    def __init__(self, position: ZipPosition, at: datetime) -> None:
        """`at` is the time that all entries bear, in UTC; the format knows even seconds from 1980."""
        self._position, self._open = position, position.open
        self._written: list[bytes] = []
        self._listed: list[bytes] = []
        self._entries = position.entries
        self._packer = _packer()
        self._when = struct.pack(
            "<HH",
            at.hour << 11 | at.minute << 5 | at.second // 2,
            (at.year - 1980) << 9 | at.month << 5 | at.day,
        )
        self.size = 0
        """Bytes of this piece so far."""

    @property
    def is_open(self) -> bool:
        """Whether an entry is being written."""
        return self._open is not None

    def begin(self, path: str) -> None:
        """Begin an entry whose content comes by `add`."""
        self._open, self._packer = OpenEntry(path=path, offset=self._offset), _packer()
        self._write(self._local_header(self._open, DEFLATED, UTF8 | SIZES_BEHIND))

    def add(self, content: bytes) -> None:
        """More of the open entry's content."""
        self._pack(content, self._packer.compress(content))

    def end(self) -> None:
        """End the open entry: its sum and sizes (4.3.9)."""
        self._pack(b"", self._packer.flush(zlib.Z_FINISH))
        entry = self._entry
        self._write(struct.pack("<4sLLL", b"PK\x07\x08", entry.crc, entry.packed, entry.size))
        self._list(entry, DEFLATED, UTF8 | SIZES_BEHIND)
        self._open = None

    def store(self, path: str, content: bytes) -> None:
        """A whole entry, as it is: most files that learners upload are packed already."""
        sum_of = zlib.crc32(content)
        entry = OpenEntry(path=path, offset=self._offset, crc=sum_of, size=len(content), packed=len(content))
        self._write(self._local_header(entry, STORED, UTF8))
        self._write(content)
        self._list(entry, STORED, UTF8)

    def finish(self) -> tuple[bytes, bytes, ZipPosition]:
        """The bytes of the archive and of the directory, and where the next step goes on."""
        if self._open is not None:
            self._pack(b"", self._packer.flush(zlib.Z_FULL_FLUSH))
        listed = b"".join(self._listed)
        position = ZipPosition(
            offset=self._offset,
            entries=self._entries,
            directory=self._position.directory + len(listed),
            open=self._open,
        )
        return b"".join(self._written), listed, position

    @property
    def _offset(self) -> int:
        return self._position.offset + self.size

    @property
    def _entry(self) -> OpenEntry:
        if self._open is None:
            raise TypeError("no entry is open")
        return self._open

    def _write(self, written: bytes) -> None:
        self._written.append(written)
        self.size += len(written)

    def _pack(self, content: bytes, packed: bytes) -> None:
        entry = self._entry
        self._open = entry.model_copy(
            update={
                "crc": zlib.crc32(content, entry.crc),
                "size": entry.size + len(content),
                "packed": entry.packed + len(packed),
            }
        )
        self._write(packed)

    def _local_header(self, entry: OpenEntry, method: int, flags: int) -> bytes:
        """What stands before an entry (4.3.7)."""
        path = entry.path.encode()
        head = struct.pack("<4sHHH", b"PK\x03\x04", PLAIN, flags, method) + self._when
        return head + struct.pack("<LLLHH", entry.crc, entry.packed, entry.size, len(path), 0) + path

    def _list(self, entry: OpenEntry, method: int, flags: int) -> None:
        """The entry's line in the directory (4.3.12), with 4.5.3 for what begins past 4 GB."""
        path = entry.path.encode()
        is_far = entry.offset >= FULL_32
        extra = struct.pack("<HHQ", 1, 8, entry.offset) if is_far else b""
        head = struct.pack("<4sHHHH", b"PK\x01\x02", UNIX | WITH_64, WITH_64 if is_far else PLAIN, flags, method)
        sizes = struct.pack("<LLLHH", entry.crc, entry.packed, entry.size, len(path), len(extra))
        rest = struct.pack("<HHHLL", 0, 0, 0, READABLE, FULL_32 if is_far else entry.offset)
        self._listed.append(head + self._when + sizes + rest + path + extra)
        self._entries += 1


def end_of(position: ZipPosition) -> bytes:
    """What stands behind the directory (4.3.14 to 4.3.16)."""
    if position.open is not None:
        raise TypeError("an entry is open")
    count, size, offset = position.entries, position.directory, position.offset
    large = b""
    if count >= FULL_16 or size >= FULL_32 or offset >= FULL_32:
        record = struct.pack(
            "<4sQHHLLQQQQ", b"PK\x06\x06", 44, UNIX | WITH_64, WITH_64, 0, 0, count, count, size, offset
        )
        large = record + struct.pack("<4sLQL", b"PK\x06\x07", 0, offset + size, 1)
    counts = struct.pack("<HH", min(count, FULL_16), min(count, FULL_16))
    places = struct.pack("<LLH", min(size, FULL_32), min(offset, FULL_32), 0)
    return large + struct.pack("<4sHH", b"PK\x05\x06", 0, 0) + counts + places


def _packer() -> "zlib._Compress":
    return zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
