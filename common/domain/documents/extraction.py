"""Text of a file, page by page, extracted in a new process that may not take more than its share."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from common import logs
from common.domain.documents.extracted import MOST_ANSWER_BYTES, MOST_BYTES, PAGES_A_STEP, Extracted
from common.domain.documents.models import Failure, FailureCode, Kind

SECONDS = 60.0
ROOT = Path(__file__).resolve().parents[3]
START = """
import sys
sys.path[:] = sys.argv[4:]
from common.domain.documents.extraction_process import main
main(*sys.argv[1:4])
"""
"""-I keeps the environment and the current folder out; so the places of modules are handed over."""


def pages(file: BinaryIO, kind: Kind, first: int) -> Extracted:
    """At most PAGES_A_STEP pages from `first` (from 1), or the failure. Takes a minute at most."""
    with tempfile.TemporaryFile() as copy, tempfile.TemporaryFile() as answer:
        shutil.copyfileobj(file, copy)
        if copy.tell() > MOST_BYTES:
            return _failed("wrong_size", f"The file is larger than {MOST_BYTES:,} bytes.")
        copy.seek(0)
        code = _run(copy, answer, [kind, str(first), str(PAGES_A_STEP)])
        if code is None:
            return _failed("too_slow", "Reading the file takes too long.")
        answer.seek(0)
        said = answer.read(MOST_ANSWER_BYTES + 1)
    try:
        return Extracted.model_validate_json(said)
    except ValidationError:
        logs.warning("extraction.died", code=code, bytes=len(said))
        return _failed("too_costly", "Reading the file takes too much time or memory.")


def _run(file: BinaryIO, answer: BinaryIO, arguments: list[str]) -> int | None:
    """The process's exit status, or None when its time was up."""
    path = [str(ROOT), *(place for place in sys.path if place and place != str(ROOT))]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and code; of the file's owner comes only standard input
            [sys.executable, "-I", "-c", START, *arguments, *path],
            stdin=file,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env={"OMP_NUM_THREADS": "1"},
            cwd=tempfile.gettempdir(),
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode


def _failed(code: FailureCode, detail: str) -> Extracted:
    return Extracted(failure=Failure(code=code, detail=detail))
