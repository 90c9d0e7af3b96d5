"""From a promised upload to a document that can be searched, and what may go wrong on the way."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from datetime import timedelta

import pytest

from common.domain.documents import page_steps, removal
from common.domain.documents.chunking import MOST
from common.domain.documents.models import StoredDocument
from common.domain.language.terms import stems
from common.ports.ai import Embeddings, Kind
from functions.document_ingest.main import document_ingest
from functions.documents.main import documents
from tests.domain.documents import made_files
from tests.domain.documents.shelf import Shelf, vector
from tests.triggers.world import HandClock, Tries, problem, send


def test_a_book_becomes_ready_with_every_page_chunk_and_vector(shelf: Shelf):
    document_id = shelf.upload(made_files.book(45))
    shown = shelf.shown(document_id)
    chunks = shelf.chunks()
    assert (shown["status"], shown["search"], shown["failure"]) == ("ready", "full", None)
    assert (shown["pages"], shown["pages_done"], shown["notes"]) == (45, 45, [])
    assert shown["chunks"] == shown["chunks_done"] == len(chunks) == len({chunk.chunk_id for chunk in chunks})
    assert [page.page for page in shelf.pages()] == list(range(1, 46))
    assert {chunk.embedding_model for chunk in chunks} == {"model-a"}
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    assert sorted(shelf.embedder.texts) == sorted(chunk.text for chunk in chunks)


def test_a_chunk_is_its_pages_text_between_its_offsets(shelf: Shelf):
    shelf.upload(made_files.book(3, 40))
    texts = {page.page: page.text for page in shelf.pages()}
    chunks = shelf.chunks()
    for chunk in chunks:
        assert texts[chunk.page][chunk.start : chunk.end] == chunk.text
        assert 0 < len(chunk.text) <= MOST
        assert chunk.vector == vector("model-a", chunk.text)
        assert chunk.terms == stems(chunk.text)
        assert (chunk.scope, chunk.title) == ("user:ada", "book")
    for page, text in texts.items():
        said = " ".join(chunk.text for chunk in chunks if chunk.page == page)
        assert said.split() == text.split()


def test_chunks_end_where_sentences_do(shelf: Shelf):
    shelf.upload(
        "\n\n".join(" ".join(made_files.sentence(1, n) for n in range(40)) for _ in range(3)).encode(), "a.txt"
    )
    assert all(chunk.text.endswith(".") for chunk in shelf.chunks())


@pytest.mark.parametrize("order", ["as they come", "backwards"])
def test_the_last_batch_makes_it_ready_whatever_the_order(shelf: Shelf, order: str):
    document_id = shelf.put(made_files.book(30))
    shelf.tell(f"documents/ada/{document_id}")
    while extracts := [one for one in shelf.messages() if one.kind == "ExtractPages" and one.status == "PENDING"]:
        assert shelf.deliver(extracts[0]) == 200
    batches = [one for one in shelf.messages() if one.kind == "EmbedChunks"]
    assert len(batches) > 2
    for message in batches if order == "as they come" else reversed(batches):
        shown = shelf.shown(document_id)
        assert (shown["status"], shown["search"]) == ("processing", "none")
        assert shown["chunks_done"] < shown["chunks"]
        assert shelf.deliver(message) == 200
    assert shelf.shown(document_id)["status"] == "ready"


def test_an_event_that_comes_twice_or_late_changes_nothing(shelf: Shelf):
    document_id = shelf.upload(made_files.book(3))
    before = (shelf.document(document_id), shelf.chunks(), len(shelf.messages()))
    assert shelf.tell(f"documents/ada/{document_id}").status_code == 200
    shelf.work()
    assert (shelf.document(document_id), shelf.chunks(), len(shelf.messages())) == before


def test_a_message_that_was_done_is_not_done_again(shelf: Shelf):
    document_id = shelf.upload(made_files.book(25))
    before = (shelf.document(document_id), shelf.chunks(), len(shelf.embedder.texts))
    for message in shelf.messages():
        assert shelf.deliver(message) == 200
    assert (shelf.document(document_id), shelf.chunks(), len(shelf.embedder.texts)) == before


def test_a_step_that_is_staged_anew_after_its_record_expired_doubles_nothing(shelf: Shelf):
    document_id = shelf.upload(made_files.book(25))
    before = (shelf.document(document_id), shelf.chunks())
    for message in shelf.messages():
        unit = shelf.unit()
        unit.put(message.model_copy(update={"status": "PENDING", "expires_at": None}))
        unit.commit(shelf.world.patience())
    shelf.work()
    assert (shelf.document(document_id), shelf.chunks()) == before


# Failures ------------------------------------------------------------------------------------------------------


def test_a_document_of_scans_has_no_text_and_says_why_page_by_page(shelf: Shelf):
    shown = shelf.shown(shelf.upload(made_files.scans(3)))
    assert (shown["status"], shown["failure"]["code"]) == ("failed", "no_text")
    assert shown["notes"] == [{"page": page, "code": "image_only"} for page in (1, 2, 3)]
    assert shelf.chunks() == []


def test_a_document_with_some_scans_is_ready_and_names_them(shelf: Shelf):
    shown = shelf.shown(shelf.upload(made_files.scans(3, with_text=[2])))
    assert (shown["status"], shown["notes"]) == (
        "ready",
        [{"page": 1, "code": "image_only"}, {"page": 3, "code": "image_only"}],
    )


def test_a_bad_file_fails_and_stops_no_other(shelf: Shelf):
    bad = shelf.upload(made_files.book(5)[:-2000])
    good = shelf.upload(made_files.book(2))
    assert shelf.shown(bad)["failure"]["code"] == "unreadable"
    assert shelf.shown(good)["status"] == "ready"
    assert {message.status for message in shelf.messages()} == {"DONE"}


def test_an_empty_file_fails_at_once(shelf: Shelf):
    assert shelf.shown(shelf.upload(b"", "empty.txt"))["failure"]["code"] == "empty"


def test_a_file_of_another_size_than_promised_fails(shelf: Shelf):
    document_id = shelf.promise(size=5).get_json()["document_id"]
    shelf.write(f"documents/ada/{document_id}", b"123456")
    shelf.tell(f"documents/ada/{document_id}")
    assert shelf.shown(document_id)["failure"]["code"] == "wrong_size"


def test_what_was_extracted_before_a_failure_goes(shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(page_steps, "MOST_CHUNKS", 50)
    document_id = shelf.upload(made_files.book(45))
    assert shelf.shown(document_id)["failure"]["code"] == "too_much_text"
    assert (shelf.chunks(), shelf.pages()) == ([], [])
    assert {message.status for message in shelf.messages()} == {"DONE"}


# Files that nobody awaits --------------------------------------------------------------------------------------


def test_a_file_that_no_document_awaits_is_removed(shelf: Shelf):
    for name in ("documents/ada/unknown", "documents/eve/unknown"):
        shelf.write(name, b"x")
        assert shelf.tell(name).status_code == 200
    assert shelf.world.files.bucket("uploads").list("", limit=9) == []


def test_a_file_under_anothers_name_starts_nothing(shelf: Shelf):
    document_id = shelf.put(made_files.book(1))
    shelf.write(f"documents/eve/{document_id}", made_files.book(1))
    shelf.tell(f"documents/eve/{document_id}")
    assert shelf.shown(document_id)["status"] == "uploaded"
    assert [one.name for one in shelf.world.files.bucket("uploads").list("", limit=9)] == [
        f"documents/ada/{document_id}"
    ]


def test_a_file_of_another_kind_in_the_bucket_is_left_alone(shelf: Shelf):
    shelf.write("speech/ada/1", b"x")
    assert shelf.tell("speech/ada/1").status_code == 200
    assert len(shelf.world.files.bucket("uploads").list("", limit=9)) == 1


def test_no_event_at_all_is_refused(shelf: Shelf):
    assert send(document_ingest, "POST", "/", {"name": "x"}).status_code == 400


# The sweep -----------------------------------------------------------------------------------------------------


def test_an_upload_whose_event_was_lost_is_found(shelf: Shelf):
    document_id = shelf.put(made_files.book(2))
    shelf.sweep()
    assert shelf.shown(document_id)["status"] == "uploaded"
    shelf.world.clock.advance(hours=2)
    shelf.sweep()
    assert shelf.shown(document_id)["status"] == "ready"


def test_an_upload_that_never_came_fails_and_may_still_come(shelf: Shelf):
    data = made_files.book(2)
    document_id = shelf.promise(size=len(data)).get_json()["document_id"]
    shelf.world.clock.advance(hours=2)
    shelf.sweep()
    assert shelf.shown(document_id)["failure"]["code"] == "never_uploaded"
    shelf.write(f"documents/ada/{document_id}", data)
    shelf.tell(f"documents/ada/{document_id}")
    shelf.work()
    assert shelf.shown(document_id)["status"] == "ready"


def test_what_came_to_a_halt_fails_in_the_end(shelf: Shelf):
    document_id = shelf.put(made_files.book(2))
    shelf.tell(f"documents/ada/{document_id}")  # and the task is lost, as is every repeat
    shelf.world.clock.advance(hours=7)
    for message in shelf.messages():
        unit = shelf.unit()
        unit.put(message.model_copy(update={"status": "DEAD"}))
        unit.commit(shelf.world.patience())
    shelf.sweep()
    assert shelf.shown(document_id)["failure"]["code"] == "stalled"


def test_a_sweep_of_many_goes_on_page_by_page(shelf: Shelf):
    made = [shelf.promise().get_json()["document_id"] for _ in range(120)]
    shelf.world.clock.advance(hours=2)
    shelf.sweep()
    assert {shelf.shown(document_id)["status"] for document_id in made} == {"failed"}


# The model of embeddings ---------------------------------------------------------------------------------------


def test_without_a_model_a_document_is_found_by_keywords(shelf: Shelf):
    shelf.embedder.is_down = True
    document_id = shelf.upload(made_files.book(10))
    shown = shelf.shown(document_id)
    assert (shown["status"], shown["search"], shown["chunks_done"]) == ("ready", "keyword", shown["chunks"])
    assert all(chunk.vector is None and chunk.terms for chunk in shelf.chunks())


@pytest.mark.parametrize("after", [timedelta(minutes=2), timedelta(hours=3)])
def test_a_model_that_comes_back_is_used(shelf: Shelf, after: timedelta):
    shelf.embedder.is_down = True
    document_id = shelf.upload(made_files.book(20))
    if after > timedelta(hours=1):
        for _ in range(3):
            shelf.world.clock.advance(minutes=11)
            shelf.work()
    shelf.embedder.is_down = False
    shelf.world.clock.time += after
    shelf.sweep()
    assert shelf.shown(document_id)["search"] == "full"
    assert {chunk.embedding_model for chunk in shelf.chunks()} == {"model-a"}


def test_a_model_that_never_comes_back_costs_less_and_less(shelf: Shelf):
    shelf.embedder.is_down = True
    document_id = shelf.upload(made_files.book(2))
    for _ in range(72):
        shelf.world.clock.advance(hours=1)
        shelf.sweep()
    document = shelf.document(document_id)
    assert document is not None and 3 < document.round < 12


@pytest.mark.parametrize("model", ["model-0", "model-b"])
def test_another_model_embeds_every_document_anew(shelf: Shelf, model: str):
    document_id = shelf.upload(made_files.book(20))
    shelf.embedder.model = model
    shelf.sweep()
    shown = shelf.shown(document_id)
    assert (shown["status"], shown["search"], shown["chunks_done"]) == ("ready", "full", shown["chunks"])
    assert {chunk.embedding_model for chunk in shelf.chunks()} == {model}
    assert all(chunk.vector == vector(model, chunk.text) for chunk in shelf.chunks())
    before = len(shelf.embedder.texts)
    shelf.sweep()
    assert len(shelf.embedder.texts) == before


def test_a_model_that_changes_in_the_middle_leaves_no_mixture(shelf: Shelf):
    document_id = shelf.put(made_files.book(30))
    shelf.tell(f"documents/ada/{document_id}")
    while message := next((one for one in shelf.messages() if one.status == "PENDING"), None):
        shelf.embedder.model = "model-b" if message.kind == "EmbedChunks" and shelf.embedder.texts else "model-a"
        shelf.deliver(message)
    assert shelf.shown(document_id)["search"] == "keyword"
    shelf.embedder.model = "model-b"
    shelf.world.clock.advance(hours=2)
    shelf.sweep()
    assert shelf.shown(document_id)["search"] == "full"
    assert {chunk.embedding_model for chunk in shelf.chunks()} == {"model-b"}


class ClockPatience(Tries):
    """Patience of ten seconds by the test's clock."""

    def __init__(self, clock: HandClock) -> None:
        super().__init__()
        self._clock, self._end = clock, clock.now() + timedelta(seconds=10)

    def wait(self) -> bool:
        return super().wait() and self._clock.now() < self._end


def test_a_slow_model_does_not_use_up_the_patience_of_the_commit(shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    document_id = shelf.put(made_files.book(30))
    shelf.tell(f"documents/ada/{document_id}")
    world, embed = shelf.world, shelf.embedder.embed

    def slow(texts: Sequence[str], kind: Kind) -> Embeddings:
        world.clock.advance(seconds=60)
        unit = shelf.unit()  # meanwhile another batch, or the owner, changes the document
        unit.amend(StoredDocument, document_id, lambda latest: latest.model_copy(update={"title": "Renamed"}))
        unit.commit(Tries())
        return embed(texts, kind)

    monkeypatch.setattr(shelf.embedder, "embed", slow)
    monkeypatch.setattr(world, "patience", lambda: ClockPatience(world.clock))
    shelf.work()
    assert (shelf.shown(document_id)["status"], shelf.shown(document_id)["title"]) == ("ready", "Renamed")


# Deleting ------------------------------------------------------------------------------------------------------


def test_a_deleted_document_leaves_nothing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(removal, "PIECES", 20)
    kept = shelf.upload(made_files.book(3))
    before = (len(shelf.chunks()), len(shelf.pages()))
    document_id = shelf.upload(made_files.book(45))
    assert shelf.call(documents, "DELETE", f"/v1/documents/{document_id}").status_code == 204
    assert shelf.shown(document_id) == 404
    shelf.work()
    assert shelf.document(document_id) is None
    assert (len(shelf.chunks()), len(shelf.pages())) == before
    assert [one.name for one in shelf.world.files.bucket("uploads").list("", limit=9)] == [f"documents/ada/{kept}"]
    assert shelf.shown(kept)["status"] == "ready"


def test_a_document_deleted_while_it_is_processed_does_not_come_back(shelf: Shelf):
    document_id = shelf.put(made_files.book(45))
    shelf.tell(f"documents/ada/{document_id}")
    first = next(one for one in shelf.messages() if one.kind == "ExtractPages")
    assert shelf.deliver(first) == 200
    shelf.call(documents, "DELETE", f"/v1/documents/{document_id}")
    shelf.work()
    assert (shelf.document(document_id), shelf.chunks(), shelf.pages()) == (None, [], [])


def test_a_file_that_comes_after_its_document_was_deleted_is_removed(shelf: Shelf):
    data = made_files.book(1)
    document_id = shelf.promise(size=len(data)).get_json()["document_id"]
    shelf.call(documents, "DELETE", f"/v1/documents/{document_id}")
    shelf.work()
    shelf.write(f"documents/ada/{document_id}", data)
    shelf.tell(f"documents/ada/{document_id}")
    assert shelf.world.files.bucket("uploads").list("", limit=9) == []


# What it costs -------------------------------------------------------------------------------------------------


def test_each_step_has_its_budget(shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    spent: list[tuple[str, int, int, int]] = []
    document_id = shelf.put(made_files.book(60))
    shelf.tell(f"documents/ada/{document_id}")
    task = importlib.import_module("common.triggers.task")

    class Counted(task.Delivery):  # type: ignore[name-defined,misc]
        def settle(self) -> int:
            status = super().settle()
            billed = self._billed
            spent.append((self._declaration.name, billed.reads, billed.writes, billed.deletes))
            return int(status)

    monkeypatch.setattr(task, "Delivery", Counted)
    shelf.work()
    extracts = [one for one in spent if one[0] == "document_extract"]
    embeds = [one for one in spent if one[0] == "document_embed"]
    assert len(extracts) == 3
    assert {one[1] for one in extracts} == {2}  # the message, the document
    assert max(one[2] for one in extracts) <= page_steps.CHUNKS_A_STEP + 20 + 20
    assert max(one[1] for one in embeds) == 2 + page_steps.BATCH  # and the chunks
    assert (
        max(one[2] for one in embeds) == 4 + page_steps.BATCH
    )  # the lease, the message done, the document, the ledger


def test_a_step_of_dense_pages_ends_before_its_batch_is_full(shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(page_steps, "CHUNKS_A_STEP", 50)
    dense = [" ".join(made_files.sentence(page, n) for n in range(110)) for page in range(40)]
    shown = shelf.shown(shelf.upload("\f".join(dense).encode(), "dense.txt"))
    assert (shown["status"], shown["pages"]) == ("ready", 40)
    assert len([one for one in shelf.messages() if one.kind == "ExtractPages"]) > 5


def test_what_is_stored_is_found_by_its_owner_alone(shelf: Shelf):
    document_id = shelf.upload(made_files.book(1))
    for method, body in (("GET", None), ("PATCH", {"title": "Mine now"}), ("DELETE", None)):
        answer = shelf.call(documents, method, f"/v1/documents/{document_id}", body, who="eve")
        assert (answer.status_code, problem(answer)) == (404, "not_found")
    assert shelf.call(documents, "GET", "/v1/documents", who="eve").get_json()["items"] == []
    assert isinstance(shelf.document(document_id), StoredDocument)
