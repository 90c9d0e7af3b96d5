"""Cards come in from files, and go out into them.

A file is read whole before anything is kept: one line that is wrong, and nothing is taken in. What is right is kept in
parts, and a chain of tasks takes in one each; a card is known by its guid: it is made once, and changed afterwards.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel

from common.domain.review import anki_text, cards, desks
from common.domain.review.anki_text import Fault
from common.domain.review.bodies import CardJobView, ExportedCards, NewCard, NewImport
from common.domain.review.jobs import CardJob, ImportedNote, ImportPart, part_id
from common.domain.review.messages import ImportCards
from common.domain.review.models import Card, card_id
from common.errors import BodyTooLarge, FieldError, InvalidContent, NotFound
from common.ports import Caller, Clock, Ids, Query, Queue, Store, StoreReader, read_page

NOTES_A_PART = 200
MOST_PART_BYTES = 400_000
MOST_IMPORT_BYTES = 3_000_000
"""Of all parts: they are one batch."""
KEPT = timedelta(days=30)
IN_ORDER = Query(Card, equal=("user_id",), order=("place",))


class BadFile(InvalidContent):
    """Some lines of the file cannot be taken in, so none is."""

    code, title = "bad_file", "Some lines cannot be taken in, so none was"


def begin(
    caller: Caller, wished: NewImport, store: Store, imports: Queue[ImportCards], clock: Clock, ids: Ids
) -> CardJobView:
    """Read a file and begin to take it in; BadFile with the faults by line, BodyTooLarge.

    Costs no read, a write for each 200 lines and two more.
    """
    notes, faults = anki_text.read(wished.text, wished.deck)
    if faults:
        raise BadFile(f"line {faults[0].line}: {faults[0].detail}", errors=[_error(fault) for fault in faults])
    now = clock.now()
    job = CardJob(
        job_id=ids.new(), user_id=caller.user_id, kind="import", total=len(notes), created_at=now, updated_at=now,
        expires_at=now + KEPT,
    )  # fmt: skip
    parts = [_part(job, number, some) for number, some in enumerate(_parted(notes))]
    if sum(len(part.model_dump_json()) for part in parts) > MOST_IMPORT_BYTES:
        raise BodyTooLarge("The file is too large: send it in pieces")
    for made in (job, *parts):
        store.create(made)
    imports.stage(ImportCards(job_id=job.job_id, user_id=caller.user_id))
    return CardJobView.of(job)


def _error(fault: Fault) -> FieldError:
    return {"pointer": "/text", "detail": f"line {fault.line}: {fault.detail}", "code": "line"}


def _parted(notes: Sequence[ImportedNote]) -> list[list[ImportedNote]]:
    parts: list[list[ImportedNote]] = []
    room = 0
    for note in notes:
        size = len(note.model_dump_json())
        if not parts or len(parts[-1]) == NOTES_A_PART or size > room:
            parts.append([])
            room = MOST_PART_BYTES
        parts[-1].append(note)
        room -= size
    return parts


def _part(job: CardJob, number: int, notes: list[ImportedNote]) -> ImportPart:
    return ImportPart(
        part_id=part_id(job.job_id, number), user_id=job.user_id, job_id=job.job_id, number=number, notes=tuple(notes),
        expires_at=job.expires_at,
    )  # fmt: skip


def take_in(message: ImportCards, store: Store, imports: Queue[ImportCards], clock: Clock) -> None:
    """Take in one part of an import, and stage the next.

    Costs three reads and three writes, and a read and at most one write for each of its cards.
    """
    job = store.get(CardJob, message.job_id)
    part = store.get(ImportPart, part_id(message.job_id, message.part))
    if job is None or part is None or job.status != "working":
        return
    known = {card.card_id: card for card in store.get_many(Card, [_id(part, note) for note in part.notes])}
    fresh = [note for note in part.notes if _id(part, note) not in known]
    desk, now = desks.desk_of(job.user_id, store), clock.now()
    if desk.cards + len(fresh) > desks.MOST_CARDS:
        _stop(job, part, store, clock)
        return
    for place, note in enumerate(fresh, start=desk.made + 1):
        store.put(cards.new_card(job.user_id, _guid(part, note), _wished(note), place=place, now=now))
    if fresh:
        desks.change(job.user_id, store, lambda latest: desks.with_new(latest, len(fresh)))
    changed = _change(part, known, store, now)
    done = job.done + len(part.notes)
    counted = {
        "done": done,
        "made": job.made + len(fresh),
        "changed": job.changed + changed,
        "unchanged": job.unchanged + len(known) - changed,
        "status": "done" if done == job.total else "working",
        "updated_at": now,
    }
    store.put(job.model_copy(update=counted))
    store.delete(ImportPart, part.part_id)
    if done < job.total:
        imports.stage(message.model_copy(update={"part": message.part + 1}))


def _change(part: ImportPart, known: Mapping[str, Card], store: Store, now: datetime) -> int:
    """Let known cards say what the file says, and stand where they stand; how many said something else."""
    changed = 0
    for note in part.notes:
        card = known.get(_id(part, note))
        wished = {name: getattr(note, name) for name in ("front", "back", "deck", "tags", "html")}
        if card is not None and any(getattr(card, name) != value for name, value in wished.items()):
            store.put(card.model_copy(update={**wished, "updated_at": now}))
            changed += 1
    return changed


def _stop(job: CardJob, part: ImportPart, store: Store, clock: Clock) -> None:
    """There is no room for the rest, whose parts expire; what is in stays in."""
    detail = f"There is room for {desks.MOST_CARDS} cards: nothing from line {part.notes[0].line} on was taken in."
    store.put(job.model_copy(update={"status": "failed", "detail": detail, "updated_at": clock.now()}))
    store.delete(ImportPart, part.part_id)


def _guid(part: ImportPart, note: ImportedNote) -> str:
    """The guid of a card; where the file has none, the line is as good while the step may be repeated."""
    return note.guid or f"{part.job_id}.{note.line}"


def _id(part: ImportPart, note: ImportedNote) -> str:
    return card_id(part.user_id, _guid(part, note))


def _wished(note: ImportedNote) -> NewCard:
    return NewCard(front=note.front, back=note.back, deck=note.deck, tags=note.tags, html=note.html)


def job(caller: Caller, job_id: str, store: StoreReader) -> CardJobView:
    """How far an import, or the cards of a document, have come; NotFound. Costs one read."""
    found = store.get(CardJob, job_id)
    if found is None or found.user_id != caller.user_id:
        raise NotFound("There is no such job")
    return CardJobView.of(found)


class _Line(BaseModel):
    text: str


def export(caller: Caller, store: StoreReader, *, page_size: int, page_token: str | None) -> ExportedCards:
    """A page of a file with all of the caller's cards, in the order of their making. Costs a read a card, and one."""
    page = read_page(
        store,
        IN_ORDER,
        {"user_id": caller.user_id},
        page_size=page_size,
        page_token=page_token,
        show=lambda card: _Line(text=anki_text.line(card)),
    )
    head = anki_text.head() if page_token is None else ""
    return ExportedCards(text=head + "".join(line.text for line in page.items), next_page_token=page.next_page_token)
