"""Functions that a test writes into a folder of its own."""

import textwrap
from pathlib import Path

PREAMBLE = """
import sys
from pydantic import BaseModel, Field
from common.errors import Conflict, NotFound
from common.ports import (
    AllQueues, Bucket, Caller, Clock, DownloadSigner, Files, FilesReader, FinalizedObject, Mailer, Message, Page,
    PageSize, PageToken, Queue, RawBody, Secret, SecretName, Store, StoreReader, Tick, UploadSigner,
)
from common.triggers import Accepted, Asset, Created, SetCookie, Stream, event, http, schedule, task
from tests.infrastructure.shapes import BadKey, Happened, Key, QuizClosed, Unheard, Uploads, View
"""


def write(folder: Path, **sources: str) -> Path:
    """A folder of functions; each source follows the imports that they share."""
    for name, source in sources.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "main.py").write_text(PREAMBLE + textwrap.dedent(source))
    return folder
