"""`make bench-retrieval`: asks every question of the samples, with the offline embedder and by words alone."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Literal, get_args

from common.adapters.local.offline_embedder import OfflineEmbedder
from common.adapters.local.secrets import EnvironmentSecrets
from common.domain.tutoring import extractive
from common.domain.tutoring.retrieval import retrieve
from common.domain.tutoring.sentence_vectors import SentenceVectors
from common.ports.ai import Embedder
from common.settings import Settings
from infrastructure.samples import SampleQuestion, Set, documents, questions
from infrastructure.tools.bench_retrieval import fit
from infrastructure.tools.bench_retrieval.library import Library, NoEmbedder, take_in
from infrastructure.tools.bench_retrieval.measures import Outcome, rows

SCOPE = "user:bench"
Mode = Literal["MiniLM", "words alone"]


def main(arguments: list[str]) -> int:
    """Print the numbers.

    While tuning: `tuning` keeps to these questions, `wrong` prints which fail, `fit` what calibration they give.
    """
    asked, offline = questions(), _offline()
    with tempfile.TemporaryDirectory() as folder:
        for which in ("tuning",) if "tuning" in arguments else get_args(Set):
            library = take_in(documents(which), SCOPE, Path(folder) / which, offline)
            some = [one for one in asked if one.set == which]
            for mode in get_args(Mode):
                _measure(f"{mode}, {which}", some, library, offline if mode == "MiniLM" else NoEmbedder(), arguments)
    return 0


def _measure(
    title: str, some: Sequence[SampleQuestion], library: Library, embedder: Embedder, arguments: list[str]
) -> None:
    outcomes, alone = ask(some, library, embedder), ask(some, library, embedder, alone=True)
    _print(f"{title}, of all its documents", outcomes)
    _print(f"{title}, of one document", alone)
    if some[0].set == "tuning":
        _print(f"{title}, fitted without the document of each question", fit.left_out(outcomes, alone))
        if "fit" in arguments:
            print(f"  {fit.calibration([*outcomes, *alone])}\n")
        if "wrong" in arguments:
            _print_wrong(outcomes)


def _offline() -> OfflineEmbedder:
    settings = Settings(adapters="local")
    return OfflineEmbedder(settings, EnvironmentSecrets(settings))


def ask(some: Sequence[SampleQuestion], library: Library, embedder: Embedder, *, alone: bool = False) -> list[Outcome]:
    """Ask each question of all documents of the library, or `alone` of the one that it is about, if any."""
    if not alone:
        return [_ask(one, [], library, embedder) for one in some]
    about = [(one, one.document or one.near) for one in some]
    return [_ask(one, [document], library, embedder) for one, document in about if document]


def _ask(one: SampleQuestion, document_ids: Sequence[str], library: Library, embedder: Embedder) -> Outcome:
    started = perf_counter()
    found = retrieve(one.question, [SCOPE], library.unit(), embedder, document_ids=document_ids)
    vectors = SentenceVectors(embedder)
    answer = extractive.answer(found.question, found.passages, vectors)
    took = 1e3 * (perf_counter() - started)
    ranked = extractive.rank(found.question, found.passages, vectors)
    sure = extractive.quoted(ranked, 1.0, "en") if ranked else None
    verbatim = sum(
        library.pages[source.document_id, source.page][source.start : source.end] == source.quote
        for source in (sure.sources if sure else ())
    )
    pages = tuple(dict.fromkeys((scored.passage.document_id, scored.passage.page) for scored in ranked))
    features = extractive.features(found.question, ranked) if ranked else ()
    return Outcome(one, answer, pages, verbatim, took, features, sure)


def _print(title: str, outcomes: Sequence[Outcome]) -> None:
    print(title)
    for name, value in rows(outcomes):
        print(f"  {name:52} {value}")
    print()


def _print_wrong(outcomes: Sequence[Outcome]) -> None:
    for one in outcomes:
        right = one.cites_right_page and one.has_right_words if one.asked.document else not one.is_answered
        if not right:
            print(f"  {one.asked.id} {one.asked.question} | {one.answer.confidence} {one.answer.answer}")
    print()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
