"""Makes an export: one ZIP, a piece a step, in memory that does not grow with what there is.

Each step writes the bytes that follow as an object, and has Cloud Storage put it behind what there was: a new object,
whose name the next step's message carries. So of two attempts at a step one wins, with its message, and what the other
wrote is named nowhere; and a step that is killed is taken again from what the one before it has left. The directory of
the archive grows beside it, and goes behind it at the end.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common import logs
from common.domain.privacy import export_sources
from common.domain.privacy.export_messages import ClearExport, ExportPlace, ExportStep, MailExport
from common.domain.privacy.export_models import KEPT, Exports, LearnerExport
from common.domain.privacy.export_sources import SOURCES
from common.domain.privacy.export_zip import ZipPiece, ZipPosition, end_of
from common.domain.privacy.registry import FILES
from common.errors import NotFound
from common.ports import Clock, Files, FilesReader, Ids, Queue, Store

DOCUMENTS = 200
"""Of one step, or files; and of one query A_PAGE, so that a step can stop at PIECE_BYTES."""
A_PAGE = 25
PIECE_BYTES = 16_000_000
"""Of documents or files that are in memory, at which a piece ends. The last page may add 25 documents of 900 kB, the
last file 50 MB, as uploads are limited."""
ZIP = "application/zip"
README = """This is what {site} knows of you, as of {date} (UTC).

Each file *.json is a list of records, as they are stored. Your own files are under files/.
{left_out}
"""


@dataclass(frozen=True)
class ExportQueues:
    """What follows from a step."""

    steps: Queue[ExportStep]
    mails: Queue[MailExport]
    clears: Queue[ClearExport]


Readers = Mapping[str, FilesReader[Any]]
"""Bucket -> what reads it, for each bucket of the registry that an export shows."""


def step(
    message: ExportStep,
    store: Store,
    files: Files[Exports],
    readers: Readers,
    queues: ExportQueues,
    site: str,
    clock: Clock,
    ids: Ids,
) -> None:
    """Write the next piece, or the end; nothing where the export is over, or its learner is gone.

    Costs a read, one for each document of the piece and each source that has none, and two writes.
    """
    export = store.get(LearnerExport, message.user_id)
    if export is None or export.export_id != message.export_id or export.status != "working":
        return
    for name in message.spent:
        files.delete(name)
    if message.place.phase == "end":
        _end(message, export, store, files, queues, clock.now(), ids)
        return
    piece = ZipPiece(message.position, export.asked_at)
    if message.number == 0:
        _readme(piece, site, export.asked_at)
    if message.place.phase == "documents":
        place = _documents(message, piece, store)
    else:
        place = _files(message, piece, store, readers)
    queues.steps.stage(_following(message, export, piece, place, files, ids))


def _readme(piece: ZipPiece, site: str, at: datetime) -> None:
    said = "\n".join(f"Left out: {collection}, for {why}." for collection, why in export_sources.not_shown())
    piece.store("README.txt", README.format(site=site, date=at.strftime("%Y-%m-%d %H:%M"), left_out=said).encode())


def _documents(message: ExportStep, piece: ZipPiece, store: Store) -> ExportPlace:
    """Write documents until the piece is full; where the next step goes on."""
    place, left, weight = message.place, DOCUMENTS, 0
    if not place.source:
        place = ExportPlace(source=export_sources.following("") or "")
    while left > 0 and weight < PIECE_BYTES:
        source = SOURCES[place.source]
        page = source.page(message.user_id, place, store, min(left, A_PAGE))
        left, weight = left - max(1, len(page.shown)), weight + page.weight
        for one in page.shown:
            piece.add(_separator(piece, source.path) + json.dumps(one, ensure_ascii=False, indent=1).encode())
        if page.behind is not None:
            place = page.behind
            continue
        if piece.is_open:
            piece.add(b"\n]\n")
            piece.end()
        following = export_sources.following(place.source)
        if following is None:
            return ExportPlace(phase="files")
        place = ExportPlace(source=following)
    return place


def _separator(piece: ZipPiece, path: str) -> bytes:
    if piece.is_open:
        return b",\n"
    piece.begin(path)
    return b"[\n"


def _files(message: ExportStep, piece: ZipPiece, store: Store, readers: Readers) -> ExportPlace:
    """Write files until the piece is full; where the next step goes on."""
    place, left = message.place, DOCUMENTS
    shown = [holding for holding in FILES if not holding.not_shown]
    for number, holding in list(enumerate(shown))[int(place.source or 0) :]:
        if place.source != str(number):
            place = ExportPlace(phase="files", source=str(number))
        reader, prefix = readers[holding.bucket.name], holding.names(message.user_id)
        while found := reader.list(prefix, limit=A_PAGE, after=place.after):
            for info in found:
                if piece.size >= PIECE_BYTES or not left:
                    return place
                left -= 1
                try:
                    content = reader.read(info.name, generation=info.generation)
                    piece.store(f"files/{holding.path(info.name, message.user_id, store)}", content)
                except NotFound:
                    logs.info("export.file_gone")  # deleted by its owner since it was listed
                place = place.model_copy(update={"after": info.name})
    return ExportPlace(phase="end")


def _following(
    message: ExportStep, export: LearnerExport, piece: ZipPiece, place: ExportPlace, files: Files[Exports], ids: Ids
) -> ExportStep:
    """Put the piece behind what there was: the step that goes on from there."""
    content, directory, position = piece.finish()
    spent: list[str] = []
    names = {
        kind: _behind(before, more, f"{export.folder}work/{kind}-{message.number:06d}-{ids.new()}", files, spent)
        for kind, before, more in (("content", message.content, content), ("directory", message.directory, directory))
    }
    return ExportStep(
        user_id=message.user_id,
        export_id=message.export_id,
        number=message.number + 1,
        place=place,
        position=position,
        content=names["content"],
        directory=names["directory"],
        spent=tuple(spent),
    )


def _behind(before: str | None, more: bytes, name: str, files: Files[Exports], spent: list[str]) -> str | None:
    """The object that holds what `before` does, and `more` behind it; names what is not needed after this step."""
    if not more:
        return before
    if before is None:
        files.write(name, more, content_type=ZIP)
        return name
    files.write(f"{name}-more", more, content_type=ZIP)
    files.compose(name, [before, f"{name}-more"], content_type=ZIP)
    spent += [before, f"{name}-more"]
    return name


def _end(
    message: ExportStep,
    export: LearnerExport,
    store: Store,
    files: Files[Exports],
    queues: ExportQueues,
    now: datetime,
    ids: Ids,
) -> None:
    """Put the archive together; from the commit on it can be fetched."""
    last = f"{export.folder}work/end-{ids.new()}"
    files.write(last, end_of(ZipPosition.model_validate(message.position)), content_type=ZIP)
    parts = [name for name in (message.content, message.directory, last) if name is not None]
    archive = files.compose(f"{export.folder}{ids.new()}.zip", parts, content_type=ZIP)
    expires_at = now + KEPT
    store.put(
        export.model_copy(
            update={
                "status": "ready",
                "ready_at": now,
                "expires_at": expires_at,
                "file": archive.name,
                "size": archive.size,
            }
        )
    )
    clear = ClearExport(user_id=export.user_id, export_id=export.export_id, because="ready")
    queues.clears.stage(clear)
    queues.clears.stage(clear.model_copy(update={"because": "over"}), at=expires_at)
    queues.mails.stage(MailExport(user_id=export.user_id, export_id=export.export_id))
    logs.info("export.ready", export_id=export.export_id, size=archive.size, steps=message.number)
