"""The sample documents and their questions: each right place is right, and the offline tutor finds it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from common.adapters.local.offline_embedder import OfflineEmbedder
from common.adapters.local.secrets import EnvironmentSecrets
from common.adapters.local.sqlite import Sqlite
from common.settings import Settings
from infrastructure.samples import HERE, Set, documents, questions
from infrastructure.samples.make_files import AS_DOCX
from infrastructure.tools.bench_retrieval import fit, measures
from infrastructure.tools.bench_retrieval.library import Library, NoEmbedder, take_in
from infrastructure.tools.bench_retrieval.run import SCOPE, ask

KNOWN = {
    "q08": ("photosynthesis.pdf", 4),
    "q11": ("water-cycle.html", 1),
    "q19": ("roman-roads.docx", 3),
    "q37": ("first-aid.pdf", 3),
    "q62": ("school-handbook.pdf", 1),
    "q70": ("bicycle-repair.pdf", 2),
}
OFF_TOPIC = ("q97", "q101")


def close(library: Library) -> None:
    assert isinstance(library.world.database, Sqlite)
    library.world.database.close()


@pytest.fixture(scope="module")
def embedder() -> OfflineEmbedder:
    settings = Settings(adapters="local")
    return OfflineEmbedder(settings, EnvironmentSecrets(settings))


@pytest.fixture(scope="module")
def library(embedder: OfflineEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    files = [file for name in get_args(Set) for file in documents(name)]
    made = take_in(files, SCOPE, tmp_path_factory.mktemp("samples"), embedder)
    yield made
    close(made)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_there_are_enough_questions_of_each_kind():
    counted = Counter((one.set, one.document is not None) for one in questions())
    assert [len(documents(name)) for name in ("tuning", "hard", "held_out")] == [14, 4, 3]
    assert not set(documents("held_out")) & {*documents("tuning"), *documents("hard")}
    assert counted["tuning", True] >= 100 and counted["hard", True] >= 40 and counted["held_out", True] >= 30
    assert counted["tuning", False] >= 60 and counted["hard", False] >= 16 and counted["held_out", False] >= 12
    assert len({one.id for one in questions()}) == len(questions())


def test_the_right_page_of_each_question_holds_its_answer(library: Library):
    for one in questions():
        if one.document is None:
            continue
        assert one.pages, one.id
        pages = [flat(library.pages[one.document, page]) for page in one.pages]
        assert any(flat(one.at) in page for page in pages), one.id
        for group in one.words:
            assert any(word.casefold() in page.casefold() for word in group for page in pages), (one.id, group)


def test_known_questions_find_their_page_and_unanswerable_ones_nothing(library: Library, embedder: OfflineEmbedder):
    some = [one for one in questions() if one.id in KNOWN or one.id in OFF_TOPIC]
    outcomes = {one.asked.id: one for one in ask(some, library, embedder)}
    for name, place in KNOWN.items():
        first = outcomes[name].answer.sources[0]
        assert (first.document_id, first.page) == place, name
        assert outcomes[name].has_right_words, name
        assert outcomes[name].verbatim == len(outcomes[name].answer.sources)
    assert not any(outcomes[name].is_answered for name in OFF_TOPIC)


def test_words_alone_find_a_plain_question(library: Library):
    (outcome,) = ask([one for one in questions() if one.id == "q70"], library, NoEmbedder())
    assert outcome.cites_right_page


def test_the_benchmark_counts_what_it_says(library: Library):
    some = [one for one in questions() if one.id in {"q70", "q97", "q36", "q83"}]
    outcomes = ask(some, library, NoEmbedder())
    told = dict(measures.rows(outcomes))
    assert (told["questions that the documents answer"], told["unanswerable questions"]) == ("2", "2")
    assert told["quotes that are verbatim"].startswith("100 %")


def test_the_fit_separates_what_can_be_separated(library: Library):
    some = [one for one in questions() if one.id.startswith("t")]
    outcomes = ask(some, library, NoEmbedder())
    fitted = fit.calibration(outcomes)
    unknown_words, has_names = fitted.weights
    assert unknown_words < 0 < has_names and 0 < fitted.least < 1
    assert fitted.confidence((0.0, 1.0)) > fitted.confidence((1.0, 0.0))


def test_every_source_has_its_file_and_no_file_is_large():
    for source in (HERE / "sources").glob("*.md"):
        made = HERE / f"{source.stem}{'.docx' if source.stem in AS_DOCX else '.pdf'}"
        assert 1_000 < made.stat().st_size < 300_000


def test_the_files_are_made_of_their_sources(tmp_path: Path, library: Library):
    for source in (HERE / "sources").glob("*.md"):
        pages = [text for (name, _), text in library.pages.items() if Path(name).stem == source.stem]
        words = set(source.read_text(encoding="utf-8").replace("<!-- page -->", "").replace("|", " ").split())
        told = {word for page in pages for word in page.split()}
        assert not pages or words - told <= {"#", "##", "---", "---|---|---", "---|---"}


def test_a_question_is_judged_by_a_fit_that_never_saw_its_document(library: Library, embedder: OfflineEmbedder):
    """Other than in the fit on all, what is right of the document that was left out cannot have taught it."""
    some = [one for one in questions() if one.set == "tuning" and one.id.startswith("q")][::4]
    outcomes = ask(some, library, embedder)
    judged = fit.left_out(outcomes, [])
    assert [one.asked.id for one in judged] == [one.asked.id for one in outcomes]
    of_one = [
        replace(one, features=(-9.0, -9.0, -9.0, -9.0)) if one.asked.document == "first-aid.pdf" else one
        for one in outcomes
    ]
    spoilt = fit.left_out(of_one, [])
    assert not any(one.is_answered for one in spoilt if one.asked.document == "first-aid.pdf")
    assert sum(one.is_answered for one in judged if one.asked.document) > len(some) / 2
    answered = [one for one in judged if one.is_answered]
    assert all(one.verbatim == len(one.answer.sources) for one in answered)
