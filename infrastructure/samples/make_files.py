"""Writes the sample PDFs and the DOCX from their sources: `python -m infrastructure.samples.make_files`.

A source is Markdown with headings, paragraphs and tables; `<!-- page -->` begins a page. The files are committed,
since only developers have reportlab; the same source gives the same bytes.
"""

import re
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import docx
from docx.enum.text import WD_BREAK
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

HERE = Path(__file__).parent
AS_DOCX = frozenset({"roman-roads"})
WRITTEN_AT = datetime(2026, 11, 21, tzinfo=UTC)
_GRID = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold")])


def pages(source: str) -> list[list[str]]:
    """The blocks of each page: headings, paragraphs, tables."""
    return [re.split(r"\n\s*\n", page.strip()) for page in source.split("<!-- page -->")]


def rows(block: str) -> list[list[str]]:
    """The cells of a table, without the line below its head."""
    lines = [line.strip().strip("|") for line in block.splitlines()]
    return [[cell.strip() for cell in line.split("|")] for line in lines if not re.fullmatch(r"[-|]+", line)]


def write_pdf(source: str, path: Path) -> None:
    """One PDF, a page of the source a page."""
    styles, story = getSampleStyleSheet(), list[Flowable]()
    for number, page in enumerate(pages(source)):
        story += [PageBreak()] if number else []
        for block in page:
            if block.startswith("|"):
                story += [Table(rows(block), style=_GRID, hAlign="LEFT"), Spacer(1, 12)]
            else:
                level, text = _heading(block)
                story.append(Paragraph(text, styles[f"Heading{level}" if level else "BodyText"]))
    title = _heading(pages(source)[0][0])[1]
    SimpleDocTemplate(str(path), pagesize=A4, title=title, author="Scholium", invariant=1).build(story)


def write_docx(source: str, path: Path) -> None:
    """One DOCX, with a page break between the pages of the source."""
    document = docx.Document()
    for number, page in enumerate(pages(source)):
        if number:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        for block in page:
            level, text = _heading(block)
            if level:
                document.add_heading(text, level)
            else:
                document.add_paragraph(text)
    document.core_properties.title = _heading(pages(source)[0][0])[1]
    document.core_properties.created = document.core_properties.modified = WRITTEN_AT
    document.save(str(path))
    _fix_times(path)


def _heading(block: str) -> tuple[int, str]:
    marks, _, text = block.partition(" ")
    return (len(marks), text) if set(marks) == {"#"} else (0, block)


def _fix_times(path: Path) -> None:
    """A zip's entries carry the time of writing: all get the same, so that the file changes only with its source."""
    with zipfile.ZipFile(path) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name, WRITTEN_AT.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)


def main() -> int:
    """Write them all."""
    for source in sorted((HERE / "sources").glob("*.md")):
        text = source.read_text(encoding="utf-8")
        if source.stem in AS_DOCX:
            write_docx(text, HERE / f"{source.stem}.docx")
        else:
            write_pdf(text, HERE / f"{source.stem}.pdf")
    return 0


if __name__ == "__main__":
    sys.exit(main())
