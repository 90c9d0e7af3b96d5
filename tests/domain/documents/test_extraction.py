"""Text by page of good files, and a reason for each bad one."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest

from common.domain.documents import extraction, extraction_process, recognition
from common.domain.documents.extracted import MOST_PAGE_CHARACTERS, PAGE_CHARACTERS, PAGES_A_STEP, Extracted
from common.domain.documents.models import Kind
from common.domain.documents.plain_text import in_pages, tidy
from tests.domain.documents import made_files


def extract(data: bytes, kind: Kind, first: int = 1, count: int = PAGES_A_STEP) -> Extracted:
    return extraction_process.extract(data, kind, first, count)


def texts(data: bytes, kind: Kind) -> list[str]:
    found = extract(data, kind)
    assert found.failure is None
    return [page.text for page in found.pages]


def code(data: bytes, kind: Kind) -> str:
    failure = extract(data, kind).failure
    assert failure and failure.detail
    return failure.code


def test_a_pdf_comes_page_by_page():
    assert texts(made_files.pdf([["Alpha one.", "Alpha two."], ["Beta."]]), "pdf") == [
        "Alpha one.\nAlpha two.",
        "Beta.",
    ]


def test_a_step_begins_at_any_page_and_says_how_many_there_are():
    found = extract(made_files.book(45, 2), "pdf", first=41)
    assert found.total == 45
    assert [page.text.split()[2] for page in found.pages] == ["41", "42", "43", "44", "45"]


def test_a_line_that_only_the_margin_ended_goes_on():
    said = texts(made_files.pdf([["The engine weaves algebraic", "patterns. It works", "Well, they say."]]), "pdf")
    assert said == ["The engine weaves algebraic patterns. It works\nWell, they say."]


def test_a_word_document_is_cut_at_its_page_breaks_and_keeps_its_tables():
    data = made_files.word([["Alpha.", "More."], ["Beta."]], [["Bronze", "1,200"], ["Silver", "90"]])
    assert texts(data, "docx") == ["Alpha.\n\nMore.", "Beta.\n\nBronze | 1,200\nSilver | 90"]


def test_the_breaks_of_the_last_layout_count_where_there_are_any():
    data = made_files.laid_out(made_files.word([["Alpha."], ["Beta."]]), before="Beta.")
    assert texts(data, "docx") == ["Alpha.", "Beta."]
    flowing = made_files.laid_out(made_files.word([["Alpha.", "Beta."]]), before="Beta.")
    assert texts(flowing, "docx") == ["Alpha.", "Beta."]


def test_a_slide_is_a_page_with_its_notes():
    data = made_files.presentation(
        [("Roads", "Rome built them.", "Mention the Via Appia."), ("Bridges", "Of stone.", "")]
    )
    assert texts(data, "pptx") == ["Roads\n\nRome built them.\n\nMention the Via Appia.", "Bridges\n\nOf stone."]


def test_html_is_what_its_reader_sees():
    source = (
        "<!doctype html><html><head><title>No</title><style>p{}</style></head><body><script>alert(1)</script>"
        "<h1>Roads</h1><p>Rome <b>built</b>\n them.<br>Well.</p><ul><li>one</li><li>two</li></ul>"
        "<table><tr><th>Metal</th><th>Tons</th></tr><tr><td>Tin</td><td>4</td></tr></table>"
        "<p hidden>secret</p>&lt;b&gt;"
    )
    said = texts(source.encode(), "html")[0]
    assert [line for line in said.split("\n") if line] == [
        "Roads", "Rome built them.", "Well.", "one", "two", "Metal | Tons", "Tin | 4", "<b>",
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_read_in_the_usual_encodings(encoding: str):
    assert texts("Überfluß kostet 5 €.".encode(encoding), "text") == ["Überfluß kostet 5 €."]


def test_text_is_stored_in_one_form_without_control_characters():
    assert tidy("e\u0301te\u0301\x00\x07\r\n\r\n\r\n\r\nfin \ud800 \n") == "été\n\nfin"
    assert texts(b"a\fb", "text") == ["a", "b"]


def test_a_long_text_is_cut_between_paragraphs_and_loses_nothing():
    paragraphs = [f"Paragraph {number} speaks of looms and engines. " * 9 for number in range(60)]
    pages = in_pages("\n\n".join(paragraphs))
    assert len(pages) > 2
    assert max(map(len, pages)) <= PAGE_CHARACTERS
    assert "\n\n".join(pages).split() == " ".join(paragraphs).split()
    assert all(page.startswith("Paragraph") and page.endswith("engines.") for page in pages)


def test_a_text_without_any_blank_is_cut_all_the_same():
    assert [len(page) for page in in_pages("x" * 25_000)] == [10_000, 10_000, 5_000]


BAD: dict[str, tuple[Callable[[], bytes], Kind, str]] = {
    "nothing": (lambda: b"", "pdf", "empty"),
    "a PDF with a password": (lambda: made_files.pdf([["Secret."]], password="opensesame"), "pdf", "encrypted"),
    "Word with a password": (made_files.locked_word, "docx", "encrypted"),
    "locked entries": (lambda: made_files.locked_zip(made_files.word([["Secret."]])), "docx", "encrypted"),
    "half a PDF": (lambda: made_files.book(5)[:-2000], "pdf", "unreadable"),
    "a PDF of rubbish": (lambda: b"%PDF-1.7\nrubbish\n%%EOF", "pdf", "unreadable"),
    "half a Word document": (lambda: made_files.word([["Cut."]])[:-500], "docx", "unreadable"),
    "broken XML": (
        lambda: made_files.with_entry(made_files.word([["x"]]), "word/document.xml", b"<broken"),
        "docx",
        "unreadable",
    ),
    "a PDF as Word": (lambda: made_files.book(1), "docx", "mislabelled"),
    "Word as a PDF": (lambda: made_files.word([["Word."]]), "pdf", "mislabelled"),
    "Word as slides": (lambda: made_files.word([["Word."]]), "pptx", "mislabelled"),
    "a picture as a PDF": (made_files.picture, "pdf", "mislabelled"),
    "a picture as a text": (made_files.picture, "text", "mislabelled"),
    "a text as a PDF": (lambda: b"Only a text.", "pdf", "mislabelled"),
    "bytes as a text": (lambda: bytes(range(256)) * 40, "text", "mislabelled"),
    "any archive as Word": (lambda: made_files.with_entry(b"", "readme.txt", b"hello"), "docx", "mislabelled"),
    "a bomb": (made_files.bomb, "docx", "decompression_bomb"),
    "a bomb that lies": (made_files.lying_bomb, "docx", "unreadable"),
    "501 pages": (lambda: made_files.pdf([[]] * 501), "pdf", "too_many_pages"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_has_a_reason(name: str):
    make, kind, reason = BAD[name]
    assert code(make(), kind) == reason


def test_a_page_of_endless_text_is_refused():
    lines = ["x" * 100] * (MOST_PAGE_CHARACTERS // 100 + 1)
    assert code(made_files.pdf([lines]), "pdf") == "too_much_text"


def test_fifty_megabytes_of_text_are_too_much():
    line = b"All work and no play makes a dull document.\n"
    assert code(line * (50_000_000 // len(line)), "text") == "too_much_text"


def test_pages_that_are_pictures_say_so():
    found = extract(made_files.scans(3, with_text=[2]), "pdf")
    assert [page.note for page in found.pages] == ["image_only", None, "image_only"]
    assert found.pages[1].text == made_files.sentence(2, 1)


def test_content_decides_among_texts_and_no_name_does():
    page = b"<!DOCTYPE html><html><body>x</body></html>"
    for kind in ("html", "markdown", "text"):
        recognition.check(page, kind)


# The process ---------------------------------------------------------------------------------------------------


def run(data: bytes, kind: Kind, first: int = 1) -> Extracted:
    return extraction.pages(io.BytesIO(data), kind, first)


def with_rogue(rogue: str, monkeypatch: pytest.MonkeyPatch) -> Extracted:
    """What comes of a parser that does as it likes, once the process is limited."""
    put_in = f"from common.domain.documents import extraction_process\n{rogue}\nextraction_process.extract = rogue\n"
    monkeypatch.setattr(extraction, "START", extraction.START.replace("main(*", f"{put_in}main(*"))
    return run(b"A text.", "text")


def failure_of(rogue: str, monkeypatch: pytest.MonkeyPatch) -> str:
    failure = with_rogue(rogue, monkeypatch).failure
    assert failure
    return failure.code


def test_the_process_answers_as_the_function_does():
    data = made_files.book(3, 3)
    assert run(data, "pdf") == extract(data, "pdf")


def test_the_process_holds_no_secret(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SCHOLIUM_SECRET_CANARY", "sings")
    rogue = (
        "import os\nfrom common.domain.documents.extracted import Extracted, Page\n"
        "def rogue(*_): return Extracted(total=1, pages=(Page(text=' '.join(os.environ)),))"
    )
    named = with_rogue(rogue, monkeypatch).pages[0].text.split()
    assert set(named) <= {"OMP_NUM_THREADS", "LC_CTYPE", "__CF_USER_TEXT_ENCODING"}


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS keeps no limit of address space")
def test_a_file_that_eats_memory_ends_its_process_alone(monkeypatch: pytest.MonkeyPatch):
    assert failure_of("def rogue(*_): return bytearray(4_000_000_000)", monkeypatch) == "too_costly"


def test_a_file_that_takes_for_ever_ends_its_process_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(extraction, "SECONDS", 4.0)
    assert failure_of("import time\ndef rogue(*_): time.sleep(600)", monkeypatch) == "too_slow"


def test_processor_time_is_bounded(monkeypatch: pytest.MonkeyPatch):
    busy = "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (3, 3))\ndef rogue(*_):\n    while True: pass"
    assert failure_of(busy, monkeypatch) == "too_costly"


def test_an_answer_without_end_is_cut(monkeypatch: pytest.MonkeyPatch):
    rogue = "class Endless:\n    def model_dump_json(self): return 'x' * 50_000_000\ndef rogue(*_): return Endless()"
    assert failure_of(rogue, monkeypatch) == "too_costly"


def test_what_a_library_prints_is_no_answer(monkeypatch: pytest.MonkeyPatch):
    rogue = (
        "from common.domain.documents.extracted import Extracted, Page\n"
        "def rogue(*_):\n    print('chatter', flush=True)\n    return Extracted(total=1, pages=(Page(text='said'),))"
    )
    assert [page.text for page in with_rogue(rogue, monkeypatch).pages] == ["said"]
