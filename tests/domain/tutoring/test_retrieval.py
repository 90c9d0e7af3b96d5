"""What a question finds: within its scopes, by meaning and by words, with few queries."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from common.adapters import World
from common.adapters.local.sqlite import Sqlite
from common.domain.documents.models import Chunk, Status, StoredDocument
from common.domain.language.terms import stems
from common.domain.tutoring import retrieval
from common.domain.tutoring.retrieval import MOST_SCOPES, retrieve
from common.ports.ai import DIMENSION, Embeddings, Kind, ModelUnavailable, Usage
from common.settings import Settings
from common.triggers.unit_of_work import UnitOfWork

AT = datetime(2026, 3, 2, tzinfo=UTC)
MINE = "user:ada"
TWELVE_WORDS = (
    "Which glacier moved fastest between Norway Greenland Iceland Switzerland Antarctica Alaska Patagonia Himalaya?"
)


class Topics:
    """An embedder that knows topics: ice, sleep, and the rest."""

    model = "topics-1"

    def __init__(self) -> None:
        self.is_down = False

    def embed(self, texts: Sequence[str], kind: Kind) -> Embeddings:
        if self.is_down:
            raise ModelUnavailable("down")
        usage = Usage(model=self.model, input_tokens=1, latency_ms=0, cost_micros=0)
        return Embeddings(tuple(vector(text) for text in texts), usage)


def vector(text: str) -> tuple[float, ...]:
    said = text.casefold()
    axis = 0 if "glacier" in said or "frozen" in said else 1 if "sleep" in said or "dream" in said else 2
    return tuple(1.0 if at == axis else 0.0 for at in range(DIMENSION))


class Library:
    """Chunks of one page each, in a database of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.world = World(Settings(adapters="local", data=folder))

    def add(
        self, name: str, text: str, scope: str = MINE, *, model: str | None = "topics-1", status: Status = "ready",
        deleted: bool = False,
    ) -> None:  # fmt: skip
        unit = self.unit()
        unit.create(
            StoredDocument(
                document_id=name, user_id="ada", scope=scope, filename=name, title=name.title(), size=1, kind="text",
                content_type="text/plain", status=status, deleted=deleted, created_at=AT, updated_at=AT,
            )
        )  # fmt: skip
        unit.create(
            Chunk(
                chunk_id=f"{name}-0", document_id=name, scope=scope, ordinal=0, page=1, start=0, end=len(text),
                text=text, title=name, terms=stems(text), vector=vector(text) if model else None, embedding_model=model,
            )
        )  # fmt: skip
        unit.commit(self.world.patience())

    def unit(self) -> UnitOfWork:
        return UnitOfWork(self.world.database)


class Watched(UnitOfWork):
    """Counts queries and remembers which scopes they named."""

    def __init__(self, inner: UnitOfWork) -> None:
        super().__init__(inner._database)
        self.asked: list[str] = []

    def query(self, query: Any, where: Mapping[str, Any] | None = None, **options: Any) -> Any:
        self.asked.append((where or {})["scope"])
        return super().query(query, where, **options)

    def count(self, query: Any, where: Mapping[str, Any] | None = None) -> int:
        self.asked.append((where or {})["scope"])
        return super().count(query, where)

    def nearest(self, nearest: Any, vector: Any, where: Mapping[str, Any], *, limit: int) -> Any:
        self.asked.append(where["scope"])
        return super().nearest(nearest, vector, where, limit=limit)


def close(library: Library) -> None:
    assert isinstance(library.world.database, Sqlite)
    library.world.database.close()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path)
    made.add("ice", "A glacier moves slowly downhill.")
    made.add("sleep", "Sleep comes in cycles of about ninety minutes.")
    made.add("roads", "The Appian way led to Capua.")
    yield made
    close(made)


def names(library: Library, text: str, *, embedder: Topics | None = None, **options: Any) -> list[str]:
    found = retrieve(text, options.pop("scopes", [MINE]), library.unit(), embedder or Topics(), **options)
    return [one.document_id for one in found.passages]


def test_meaning_finds_what_no_word_does(library: Library):
    assert names(library, "What is frozen?")[0] == "ice"


def test_a_rare_word_finds_what_meaning_does_not(library: Library):
    for number in range(15):
        library.add(f"filler{number}", f"Nothing of interest in number {number}, as in the others.")
    assert "roads" in names(library, "Capua?")


def test_words_alone_serve_while_the_embedder_is_down(library: Library):
    embedder = Topics()
    embedder.is_down = True
    found = retrieve("How long are cycles of sleep?", [MINE], library.unit(), embedder)
    assert [one.document_id for one in found.passages] == ["sleep"]
    assert found.usage is None and found.question.vector is None


def test_vectors_of_another_model_are_never_compared_but_words_find_them(library: Library):
    library.add("old", "A glacier in an old embedding.", model="topics-0")
    library.add("bare", "A glacier without an embedding.", model=None)
    found = retrieve("Which glacier?", [MINE], library.unit(), Topics())
    similarities = {one.document_id: one.similarity for one in found.passages}
    assert (similarities["old"], similarities["bare"], similarities["ice"]) == (None, None, 1.0)


def test_another_scope_is_never_found(library: Library):
    library.add("secret", "A glacier that only Bob may read about, near Capua.", "user:bob")
    assert "secret" not in names(library, "Which glacier near Capua may Bob read about?")
    assert names(library, "Which glacier near Capua?", scopes=["user:bob"]) == ["secret"]
    assert names(library, "Which glacier?", scopes=[]) == []
    assert names(library, "Which glacier?", document_ids=["secret"]) == []


def test_a_question_can_be_confined_to_documents(library: Library):
    assert names(library, "Which glacier?", document_ids=["sleep"]) == ["sleep"]
    assert set(names(library, "Which glacier sleeps?", document_ids=["sleep", "roads"])) == {"sleep", "roads"}


@pytest.mark.parametrize("state", [{"status": "processing"}, {"status": "failed"}, {"deleted": True}])
def test_a_document_that_is_not_ready_or_is_deleted_brings_nothing(library: Library, state: dict[str, Any]):
    library.add("gone", "A glacier that is gone.", **state)
    assert "gone" not in names(library, "Which glacier?")


def test_a_passage_has_the_title_that_its_document_has_now(library: Library):
    unit = library.unit()
    unit.amend(StoredDocument, "ice", lambda one: one.model_copy(update={"title": "Renamed"}))
    unit.commit(library.world.patience())
    assert retrieve("Which glacier?", [MINE], library.unit(), Topics()).passages[0].title == "Renamed"


def test_forty_courses_and_twelve_words_ask_few_queries_and_leak_nothing(library: Library):
    library.add("course7", "The glacier in Greenland is fast.", "course:7")
    library.add("elsewhere", "The fastest glacier in Norway.", "course:99")
    scopes = [f"course:{number}" for number in range(40)]
    store = Watched(library.unit())
    found = retrieve(TWELVE_WORDS, scopes, store, Topics())
    assert [one.document_id for one in found.passages] == ["course7"]
    assert set(store.asked) == set(scopes)
    assert len(store.asked) <= 5 * len(scopes)


def test_the_queries_of_one_scope_are_bounded_whatever_the_question(library: Library):
    store = Watched(library.unit())
    retrieve(" ".join(f"glacier{number} glacier" for number in range(400)), [MINE], store, Topics())
    assert len(store.asked) <= retrieval.MOST_COUNTED + retrieval.MOST_LOOKED_UP + 2


def test_scopes_past_the_most_are_not_searched(library: Library):
    scopes = [f"course:{number}" for number in range(MOST_SCOPES)]
    assert names(library, "Which glacier?", scopes=[*scopes, MINE]) == []
    assert names(library, "Which glacier?", scopes=[MINE, *scopes])[0] == "ice"


def test_a_question_costs_the_same_reads_among_ten_documents_and_among_a_hundred(tmp_path: Path):
    costs = []
    for many in (10, 100):
        library = Library(tmp_path / str(many))
        for number in range(many):
            library.add(f"ice{number}", f"A glacier moves slowly downhill, says number {number}.")
        store = library.unit()
        retrieve("How fast does a glacier move downhill?", [MINE], store, Topics())
        costs.append(store.billed.reads)
        close(library)
    assert costs[1] - costs[0] <= 10
