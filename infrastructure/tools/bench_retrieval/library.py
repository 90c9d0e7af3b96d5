"""The sample documents in a database of their own, taken in as uploads are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from common.adapters import World
from common.domain.documents import chunking, extraction
from common.domain.documents.models import Chunk, StoredDocument
from common.ports.ai import Embedder, Embeddings, Kind, ModelUnavailable
from common.settings import Settings
from common.triggers.unit_of_work import UnitOfWork
from infrastructure.samples import KINDS

AT = datetime(2026, 11, 21, tzinfo=UTC)
TEXTS_A_CALL = 64


class NoEmbedder:
    """An embedder that is down."""

    model = "none"

    def embed(self, texts: Sequence[str], kind: Kind) -> Embeddings:
        """Raises ModelUnavailable."""
        raise ModelUnavailable("the benchmark goes without")


@dataclass(frozen=True)
class Library:
    """Taken-in documents: page texts by (file name, page)."""

    world: World
    pages: dict[tuple[str, int], str]

    def unit(self) -> UnitOfWork:
        """A store for one question."""
        return UnitOfWork(self.world.database)


def take_in(files: Sequence[Path], scope: str, data: Path, embedder: Embedder) -> Library:
    """Extract, chunk, embed and store the files; a document's id is its file's name."""
    world = World(Settings(adapters="local", data=data))
    pages: dict[tuple[str, int], str] = {}
    for file in files:
        document = _document(file, scope, embedder)
        with file.open("rb") as opened:
            extracted = extraction.pages(opened, document.kind, 1)
        if extracted.failure:
            raise RuntimeError(f"{file.name}: {extracted.failure.detail}")
        chunks: list[Chunk] = []
        for number, page in enumerate(extracted.pages, start=1):
            pages[file.name, number] = page.text
            chunks += chunking.chunks_of(document, number, page.text, len(chunks))
        unit = UnitOfWork(world.database)
        unit.create(document)
        for chunk in _embedded(chunks, embedder):
            unit.create(chunk)
        unit.commit(world.patience())
    return Library(world, pages)


def _document(file: Path, scope: str, embedder: Embedder) -> StoredDocument:
    return StoredDocument(
        document_id=file.name,
        user_id="bench",
        scope=scope,
        filename=file.name,
        title=file.stem.replace("-", " ").capitalize(),
        content_type="application/octet-stream",
        size=file.stat().st_size,
        kind=KINDS[file.suffix],
        status="ready",
        embedding_model=embedder.model,
        created_at=AT,
        updated_at=AT,
    )


def _embedded(chunks: list[Chunk], embedder: Embedder) -> list[Chunk]:
    made: list[Chunk] = []
    for start in range(0, len(chunks), TEXTS_A_CALL):
        some = chunks[start : start + TEXTS_A_CALL]
        vectors = embedder.embed([one.text for one in some], "passage").vectors
        made += [
            one.model_copy(update={"vector": vector, "embedding_model": embedder.model})
            for one, vector in zip(some, vectors, strict=True)
        ]
    return made
