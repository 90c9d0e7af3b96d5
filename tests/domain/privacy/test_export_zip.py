"""Whatever is written in however many pieces is read as it was by Python's own reader, which checks every sum."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.domain.privacy import export_zip
from common.domain.privacy.export_zip import ZipPiece, ZipPosition, end_of

AT = datetime(2026, 3, 2, 9, 30, 20, tzinfo=UTC)
CONTENT = st.binary(max_size=3_000) | st.text(max_size=500).map(str.encode)


class Written:
    """An archive from pieces, as the steps of an export put them together."""

    def __init__(self) -> None:
        self.content, self.directory, self.position = b"", b"", ZipPosition()
        self.piece = ZipPiece(self.position, AT)

    def step(self) -> None:
        """The invocation ends, and another one goes on with what was handed to it."""
        content, directory, position = self.piece.finish()
        self.content += content
        self.directory += directory
        self.position = ZipPosition.model_validate_json(position.model_dump_json())
        self.piece = ZipPiece(self.position, AT)

    def whole(self) -> bytes:
        self.step()
        return self.content + self.directory + end_of(self.position)


def read(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        assert all(entry.date_time == AT.timetuple()[:6] for entry in opened.infolist())
        return {name: opened.read(name) for name in opened.namelist()}


@given(st.lists(st.tuples(st.booleans(), st.lists(CONTENT, max_size=5)), max_size=6), st.integers(1, 4))
@settings(max_examples=60)
def test_what_was_written_is_read(entries: list[tuple[bool, list[bytes]]], every: int):
    written, parts = Written(), 0
    for number, (is_stored, pieces) in enumerate(entries):
        if is_stored:
            written.piece.store(f"files/{number}", b"".join(pieces))
        else:
            written.piece.begin(f"über/{number}.json")
            for piece in pieces:
                written.piece.add(piece)
                parts += 1
                if parts % every == 0:
                    written.step()
            written.piece.end()
    expected = {
        f"files/{number}" if is_stored else f"über/{number}.json": b"".join(pieces)
        for number, (is_stored, pieces) in enumerate(entries)
    }
    assert read(written.whole()) == expected


def test_what_repeats_is_packed_in_each_piece():
    written = Written()
    written.piece.begin("a.json")
    for _ in range(20):
        written.piece.add(b'{"text": "the same again"},\n' * 200)
        written.step()
    written.piece.end()
    assert len(written.whole()) < 5_000


def test_an_archive_past_four_gigabytes_says_so_in_64_bits(monkeypatch: pytest.MonkeyPatch):
    """As if 1,000 bytes were four gigabytes."""
    monkeypatch.setattr(export_zip, "FULL_32", 1_000)
    written = Written()
    for number in range(3):
        written.piece.store(f"files/{number}", bytes([number]) * 900)
    content, directory, position = written.piece.finish()
    assert position.offset > 1_000
    end = end_of(position)
    assert end.startswith(b"PK\x06\x06")
    # A reader takes the 64 bits where the 32 are full: so that these are, what stood for four gigabytes is put right.
    far = (1_000).to_bytes(4, "little")
    assert directory.count(far) == 1
    patched = directory.replace(far, b"\xff" * 4) + end.replace(far, b"\xff" * 4)
    assert read(content + patched) == {f"files/{number}": bytes([number]) * 900 for number in range(3)}


def test_as_many_entries_as_16_bits_do_not_count():
    written = Written()
    for number in range(0x10000):
        written.piece.store(f"{number}", b"")
    with zipfile.ZipFile(io.BytesIO(written.whole())) as opened:
        assert len(opened.namelist()) == 0x10000


def test_nothing_ends_while_an_entry_is_open():
    piece = ZipPiece(ZipPosition(), AT)
    with pytest.raises(TypeError):
        piece.add(b"")
    piece.begin("a")
    with pytest.raises(TypeError):
        end_of(piece.finish()[2])
