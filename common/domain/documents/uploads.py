"""A document begins: a promise of a file, and the file's arrival."""

import re
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from common import logs
from common.domain.courses import rights
from common.domain.courses.models import Course
from common.domain.documents import processing
from common.domain.documents.bodies import NewDocument, Upload, UploadPromised
from common.domain.documents.files import Uploads
from common.domain.documents.messages import ExtractPages, RemovePieces
from common.domain.documents.models import Kind, StoredDocument
from common.errors import Forbidden, InvalidContent, NotFound
from common.ports import Caller, Clock, Files, FinalizedObject, Ids, Queue, Store, UploadSigner

PROMISED = timedelta(hours=1)
"""How long an upload may begin."""
LATE = timedelta(minutes=30)
"""How long after that its event may be awaited."""
FILE = re.compile(r"documents/([^/]+)/([^/]+)")
ENDINGS: dict[str, Kind] = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "pptx",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
}
TYPES: dict[str, Kind] = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "text/html": "html",
    "text/markdown": "markdown",
    "text/plain": "text",
}


def promise(
    caller: Caller, wished: NewDocument, store: Store, files: UploadSigner[Uploads], clock: Clock, ids: Ids
) -> UploadPromised:
    """A document that awaits its file, and the URL to send it to; InvalidContent for a type that is not read.

    Into a course go documents of those who manage it: NotFound or Forbidden to others.
    """
    scope = own_scope(caller) if wished.course_id is None else _course_scope(caller, wished.course_id, store)
    now = clock.now()
    document = StoredDocument(
        document_id=ids.new(),
        user_id=caller.user_id,
        scope=scope,
        course_id=wished.course_id,
        filename=wished.filename,
        title=wished.title or PurePosixPath(wished.filename).stem[:200],
        content_type=wished.content_type,
        size=wished.size,
        kind=_kind(wished),
        created_at=now,
        updated_at=now,
        check_at=now + PROMISED + LATE,
    )
    store.create(document)
    size = (wished.size, wished.size)
    signed = files.upload_url(document.file, content_type=wished.content_type, size=size, expires_in=PROMISED)
    upload = Upload(url=signed.url, method=signed.method, headers=dict(signed.headers), expires_at=signed.expires_at)
    return UploadPromised(document_id=document.document_id, status=document.status, upload=upload)


def own_scope(caller: Caller) -> str:
    """The scope of the caller's own documents."""
    return f"user:{caller.user_id}"


def _course_scope(caller: Caller, course_id: str, store: Store) -> str:
    allowed = rights.rights_in(caller, course_id, store)
    if not allowed.may_read:
        raise NotFound("There is no such course")
    if not allowed.may_manage:
        raise Forbidden("Its teacher adds documents to a course")
    course = store.get(Course, course_id)
    if course is not None:
        store.verify(course)  # a course that is deleted takes its documents along: none may come behind them
    return rights.scope_of(course_id)


def _kind(wished: NewDocument) -> Kind:
    ending = PurePosixPath(wished.filename).suffix.lower()
    media_type = wished.content_type.partition(";")[0].lower()
    kind = ENDINGS.get(ending) or TYPES.get(media_type)
    if kind is None:
        detail = f"Read are {', '.join(ENDINGS)}"
        raise InvalidContent(errors=[{"pointer": "/filename", "detail": detail, "code": "unsupported"}])
    return kind


def ingest(
    found: FinalizedObject,
    store: Store,
    files: Files[Uploads],
    extracts: Queue[ExtractPages],
    removals: Queue[RemovePieces],
    clock: Clock,
) -> None:
    """A file came: where a document awaits it, its processing begins; where none does, the file is removed."""
    named = FILE.fullmatch(found.name)
    if named is None:
        logs.warning("document.foreign_file")
        return
    owner, document_id = named.groups()
    document = store.get(StoredDocument, document_id)
    if document is None or document.deleted or document.owner != owner:
        files.delete(found.name)
        logs.info("document.unexpected_file_removed", document_id=document_id)
        return
    begin(document, found.generation, found.size, store, extracts, removals, clock.now())


def begin(
    document: StoredDocument,
    generation: int,
    size: int,
    store: Store,
    extracts: Queue[ExtractPages],
    removals: Queue[RemovePieces],
    now: datetime,
) -> None:
    """Start processing the file, unless that was done before."""
    awaited = document.status == "uploaded" or (document.failure and document.failure.code == "never_uploaded")
    if not awaited:
        return
    begun = document.model_copy(update={"generation": generation, "status": "processing", "failure": None})
    if size != document.size:
        processing.fail(begun, "wrong_size", f"The file has {size} bytes, not {document.size}.", store, removals, now)
    elif size == 0:
        processing.fail(begun, "empty", "The file is empty.", store, removals, now)
    else:
        store.put(processing.settled(begun, now))
        extracts.stage(
            ExtractPages(document_id=document.document_id, user_id=document.user_id, generation=generation, first=1)
        )
        logs.info("document.processing", document_id=document.document_id, kind=document.kind, bytes=size)
