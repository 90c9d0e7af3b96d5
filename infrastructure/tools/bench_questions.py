"""`make bench-questions`: makes questions of every sample by rules, without a model, and counts what the checks drop.

`show` prints each question that is kept; `draw 30` prints that many, drawn by a chance that is the same in every run,
from the texts that no rule was tuned on: those are the ones to judge by hand.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from common.domain.assessment import checking, offline_questions
from common.domain.assessment.chance import place
from common.domain.assessment.checking import Checked
from common.domain.assessment.drafts import Draft
from common.domain.assessment.material import Material
from common.domain.documents import chunking, extraction
from common.domain.documents.models import Chunk, StoredDocument
from infrastructure.samples import HERE, KINDS, documents

AT = datetime(2026, 11, 21, tzinfo=UTC)
UNTUNED = HERE / "untuned"
SAMPLES_UNTUNED = frozenset({"honeybees.pdf", "printing-press.md", "sleep.txt"})
"""Samples that no rule about questions was tuned on."""


def main(arguments: list[str]) -> int:
    """Print the numbers, and the questions that are asked for."""
    drawn: list[tuple[Draft, Path]] = []
    for title, files in (("tuned on", tuned()), ("not tuned on", untuned())):
        totals: Counter[str] = Counter()
        for file, material, checked, took in made_of(files):
            print(_line(file.name, material, checked, took))
            totals.update(checked.dropped)
            totals["kept"] += len(checked.kept)
            drawn += [(draft, file) for draft, _ in checked.kept] if title == "not tuned on" else []
            if "show" in arguments:
                print(*(_question(draft) for draft, _ in checked.kept), sep="\n")
        print(f"{title}: kept {totals.pop('kept')}, dropped {dict(totals)}\n")
    if "draw" in arguments:
        count = int(arguments[arguments.index("draw") + 1])
        for draft, file in sorted(drawn, key=lambda one: place(one[0].prompt))[:count]:
            print(f"{file.name}: {_question(draft)}")
    return 0


def tuned() -> list[Path]:
    """The samples that the rules were tuned on."""
    return [file for file in documents("tuning") if file.name not in SAMPLES_UNTUNED]


def untuned() -> list[Path]:
    """The samples that no rule was tuned on."""
    return [*(HERE / name for name in sorted(SAMPLES_UNTUNED)), *sorted(UNTUNED.iterdir())]


def made_of(files: list[Path]) -> Iterator[tuple[Path, Material, Checked, float]]:
    """Each file with its material, the questions that rules make of it, and the seconds that took."""
    for file in files:
        chunks = chunks_of(file)
        started = perf_counter()
        material = Material(chunks)
        checked = checking.check(offline_questions.drafts(material), material)
        yield file, material, checked, perf_counter() - started


def chunks_of(file: Path) -> list[Chunk]:
    """The chunks of a file, as an upload of it would have them."""
    document = StoredDocument(
        document_id=file.stem,
        user_id="bench",
        scope="user:bench",
        filename=file.name,
        title=file.stem.replace("-", " ").capitalize(),
        content_type="application/octet-stream",
        size=file.stat().st_size,
        kind=KINDS[file.suffix],
        created_at=AT,
        updated_at=AT,
    )
    with file.open("rb") as opened:
        extracted = extraction.pages(opened, document.kind, 1)
    chunks: list[Chunk] = []
    for number, page in enumerate(extracted.pages, start=1):
        chunks += chunking.chunks_of(document, number, page.text, len(chunks))
    return chunks


def _line(name: str, material: Material, checked: Checked, took: float) -> str:
    count = f"{len(material.statements)} sentences, kept {len(checked.kept)}"
    return f"{name:28} {count}, dropped {checked.dropped or 0}, {1e3 * took:.0f} ms"


def _question(draft: Draft) -> str:
    wrong = f"; not: {', '.join(draft.wrong)}" if draft.wrong else ""
    return f"  {draft.kind}: {draft.prompt}\n      -> {draft.right[0]}{wrong}"
