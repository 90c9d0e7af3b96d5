"""Cuts a page's text into passages, at the ends of sentences where it can."""

from semantic_text_splitter import TextSplitter

from common.domain.documents.models import Chunk, StoredDocument, chunk_id
from common.domain.language.terms import stems

LEAST, MOST = 800, 1_200
"""Characters of a chunk; the last of a page, and those before a much longer piece, may be shorter."""
_SPLITTER = TextSplitter((LEAST, MOST))


def chunks_of(document: StoredDocument, page: int, text: str, ordinal: int) -> list[Chunk]:
    """The chunks of a page, numbered from `ordinal`; together they hold all its text but blanks."""
    return [
        Chunk(
            chunk_id=chunk_id(document.document_id, ordinal + at),
            document_id=document.document_id,
            scope=document.scope,
            ordinal=ordinal + at,
            page=page,
            start=start,
            end=start + len(passage),
            text=passage,
            title=document.title,
            terms=stems(passage),
        )
        for at, (start, passage) in enumerate(_SPLITTER.chunk_indices(text))
    ]
