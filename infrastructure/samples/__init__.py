"""Documents for a first try and for the benchmark of retrieval, with questions about them; and a question bank."""

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from common.domain.assessment.bodies import NewQuestion
from common.domain.courses.bodies import PortableCourse
from common.domain.documents.models import Kind

HERE = Path(__file__).parent
KINDS: dict[str, Kind] = {".pdf": "pdf", ".docx": "docx", ".html": "html", ".md": "markdown", ".txt": "text"}
Set = Literal["tuning", "hard", "held_out"]


class SampleQuestion(BaseModel):
    """A question about the samples."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    set: Set = Field(description="tuning and hard may be looked at; held_out is for the final numbers only")
    document: str | None = Field(description="the file that answers it; null where none does")
    near: str | None = Field(default=None, description="the file whose subject an unanswerable question is near to")
    question: str
    at: str = Field(default="", description="words of the place that answers it, as they stand there")
    pages: tuple[int, ...] = Field(default=(), description="that answer it, from 1")
    words: tuple[tuple[str, ...], ...] = Field(default=(), description="a right answer holds one of each group")


class BankSample(NewQuestion):
    """A question of the bank that the first start loads."""

    question_id: str


def question_bank() -> list[BankSample]:
    """All of them, in order."""
    written = (HERE / "question_bank.json").read_text(encoding="utf-8")
    return TypeAdapter(list[BankSample]).validate_python(json.loads(written))


def courses_as_files() -> list[PortableCourse]:
    """The sample courses, those first that others ask for; documents are called by the names of their files."""
    found = [PortableCourse.model_validate_json(path.read_bytes()) for path in (HERE / "courses").glob("*.json")]
    return sorted(found, key=lambda one: one.course_order)


def questions() -> list[SampleQuestion]:
    """All of them, in order."""
    written = (HERE / "questions.json").read_text(encoding="utf-8")
    return TypeAdapter(list[SampleQuestion]).validate_python(json.loads(written))


def documents(which: Set) -> list[Path]:
    """The files that the questions of a set are about."""
    names = {one.document for one in questions() if one.document and one.set == which}
    return [HERE / name for name in sorted(names)]
