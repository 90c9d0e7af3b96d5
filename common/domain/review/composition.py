"""Cards of a document: a term in front, behind it the sentence that says what it is, and where that stands.

The guid derives from the document and the term: who asks twice has each card once, where its reviews have brought it.
"""

import hashlib

from common.domain.documents import library
from common.domain.documents.models import Chunk, StoredDocument, chunk_id
from common.domain.review import cards, desks
from common.domain.review.bodies import CardJobView, FromDocument, NewCard
from common.domain.review.definitions import Definition, definitions, key_of
from common.domain.review.jobs import CardJob
from common.domain.review.messages import ComposeCards
from common.domain.review.models import Card, CardSource, card_id
from common.domain.review.transfers import KEPT
from common.errors import Conflict
from common.ports import Caller, Clock, Ids, Queue, Store

CHUNKS_A_STEP = 60


class DocumentNotReady(Conflict):
    """The document's text is not there yet, or never will be."""

    code, title = "document_not_ready", "The document is not ready"


def begin(
    caller: Caller, wished: FromDocument, store: Store, composes: Queue[ComposeCards], clock: Clock, ids: Ids
) -> CardJobView:
    """Begin to make cards of a document that the caller may read; NotFound, DocumentNotReady.

    Costs a read (at most two more for a course's) and two writes.
    """
    document = library.readable(caller, wished.document_id, store)
    if document.status != "ready":
        raise DocumentNotReady
    now = clock.now()
    job = CardJob(
        job_id=ids.new(), user_id=caller.user_id, kind="document", document_id=document.document_id,
        deck=wished.deck or document.title, most=wished.most, total=document.chunks, created_at=now, updated_at=now,
        expires_at=now + KEPT,
    )  # fmt: skip
    store.create(job)
    composes.stage(ComposeCards(job_id=job.job_id, user_id=caller.user_id))
    return CardJobView.of(job)


def compose(message: ComposeCards, store: Store, composes: Queue[ComposeCards], clock: Clock) -> None:
    """Make cards of the next chunks, and stage the step behind them.

    Costs three reads, one for each chunk and each card, and a write for each new card and three more.
    """
    job = store.get(CardJob, message.job_id)
    if job is None or job.status != "working" or job.document_id is None or job.done != message.first:
        return
    document = store.get(StoredDocument, job.document_id)
    now = clock.now()
    if document is None or document.deleted or document.status != "ready":
        store.put(job.model_copy(update={"status": "failed", "detail": "The document is gone.", "updated_at": now}))
        return
    last = min(message.first + CHUNKS_A_STEP, document.chunks)
    chunks = store.get_many(Chunk, [chunk_id(job.document_id, one) for one in range(message.first, last)])
    found = {_id(job, one): one for one in definitions(chunks)}
    known = {card.card_id for card in store.get_many(Card, list(found))} if found else set()
    desk = desks.desk_of(job.user_id, store)
    room = min(job.most - job.made - job.unchanged, desks.MOST_CARDS - desk.cards)
    wished = {one: found[one] for one in list(found)[: max(0, room)]}
    fresh = [one for one in wished if one not in known]
    for place, one in enumerate(fresh, start=desk.made + 1):
        store.put(_card(job, document, wished[one], place, clock))
    if fresh:
        desks.change(job.user_id, store, lambda latest: desks.with_new(latest, len(fresh)))
    after = _counted(job, document, last, made=len(fresh), taken=len(wished), found=len(found))
    store.put(after.model_copy(update={"updated_at": now}))
    if after.status == "working":
        composes.stage(message.model_copy(update={"first": last}))


def _counted(job: CardJob, document: StoredDocument, last: int, *, made: int, taken: int, found: int) -> CardJob:
    """The job behind a step up to the chunk `last`, which took in `taken` of `found` terms; `made` of them were new."""
    is_over = last >= document.chunks or taken < found
    return job.model_copy(
        update={
            "done": last,
            "made": job.made + made,
            "unchanged": job.unchanged + taken - made,
            "status": "done" if is_over else "working",
            "detail": "The document explains more than was asked for, or than there is room for."
            if taken < found
            else None,
        }
    )


def _card(job: CardJob, document: StoredDocument, found: Definition, place: int, clock: Clock) -> Card:
    source = CardSource(
        document_id=document.document_id, title=document.title, page=found.page, start=found.start, end=found.end
    )
    front = found.term[0].upper() + found.term[1:] if found.term.islower() else found.term
    wished = NewCard(front=front, back=found.said, deck=job.deck)
    return cards.new_card(job.user_id, _guid(job, found), wished, place=place, now=clock.now(), source=source)


def _guid(job: CardJob, found: Definition) -> str:
    digest = hashlib.sha256(key_of(found.term).encode()).hexdigest()[:16]
    return f"document:{job.document_id}:{digest}"


def _id(job: CardJob, found: Definition) -> str:
    return card_id(job.user_id, _guid(job, found))
