"""The process in which a stranger's file is parsed: it holds no secret, and may take so much time and memory.

The file is its standard input, its answer (Extracted, as JSON) its standard output. It is started anew for each step.
"""

import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from common.domain.documents import recognition
from common.domain.documents.extracted import MOST_ANSWER_BYTES, Extracted, Unfit
from common.domain.documents.models import Failure, Kind

CPU_SECONDS = 45
MOST_MEMORY = 1_500_000_000
"""Bytes of address space; macOS does not keep this limit."""

Reader = Callable[[bytes, int, int], Extracted]


def limit() -> None:
    """Bound this process for good: it cannot raise its limits again."""
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MOST_ANSWER_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, MOST_MEMORY),
    ):
        with suppress(ValueError, OSError):  # a system that does not know a limit, or has set a lower one
            resource.setrlimit(what, (most, most))


def extract(data: bytes, kind: Kind, first: int, count: int) -> Extracted:
    """Some pages, or the failure."""
    try:
        recognition.check(data, kind)
        return _reader(kind)(data, first, count)
    except Unfit as unfit:
        return Extracted(failure=unfit.failure)
    except MemoryError:
        return Extracted(failure=Failure(code="too_costly", detail="Reading the file takes too much memory."))
    except RecursionError:
        return Extracted(failure=Failure(code="unreadable", detail="The file is nested too deeply."))


def _reader(kind: Kind) -> Reader:
    """The reader of a kind; only its own library is loaded."""
    if kind == "pdf":
        from common.domain.documents.read_pdf import pages  # noqa: PLC0415

        return pages
    if kind in ("docx", "pptx"):
        from common.domain.documents import read_office  # noqa: PLC0415

        return read_office.word_pages if kind == "docx" else read_office.slides
    from common.domain.documents import read_text  # noqa: PLC0415

    return read_text.html_pages if kind == "html" else read_text.text_pages


def main(kind: str, first: str, count: str) -> None:
    """Read the file from standard input, and answer."""
    limit()
    answer = os.dup(1)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)  # what a library prints is no answer
    with os.fdopen(0, "rb") as file:
        extracted = extract(file.read(), cast(Kind, kind), int(first), int(count))
    with os.fdopen(answer, "wb") as out:
        out.write(extracted.model_dump_json().encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
