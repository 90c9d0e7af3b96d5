"""Personas of the tutor: how it speaks, never what it may claim."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

TutorId = Literal["standard", "socratic", "simple", "exam", "science", "humanities", "languages"]


@dataclass(frozen=True)
class Tutor:
    """One persona; `manner` is added to the model's instructions. The offline tutor only quotes, whoever it is."""

    name: str
    description: str
    manner: str


TUTORS: Mapping[TutorId, Tutor] = {
    "standard": Tutor("Scholium", "Answers briefly and to the point.", "Be direct."),
    "socratic": Tutor(
        "Socrates",
        "Gives part of the answer, then asks you the question that leads to the rest.",
        "State one or two facts that lead towards the answer, then end with one short question to the learner about "
        "the next step, which states no fact and needs no number.",
    ),
    "simple": Tutor(
        "Robin", "Explains in short sentences and everyday words.", "Use short sentences and everyday words."
    ),
    "exam": Tutor(
        "Quinn",
        "Answers as an exam would want it: definition first, then the points that score.",
        "Answer as in an exam: the definition or result first, then each point that scores in a sentence of its own.",
    ),
    "science": Tutor(
        "Noor",
        "For the sciences: quantities with units, causes before effects.",
        "Name quantities with their units, and causes before effects.",
    ),
    "humanities": Tutor(
        "Elif",
        "For history, literature and society: who, when and by whose account.",
        "Say who and when, and tell what the material reports from what it judges.",
    ),
    "languages": Tutor(
        "Mateo",
        "For language learners: keeps the wording of the text and points to it.",
        "Keep to the wording of the passages, and prefer simple grammar.",
    ),
}


class TutorView(BaseModel):
    """A persona that can be chosen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tutor: TutorId
    name: str
    description: str


class Tutors(BaseModel):
    """The personas."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: tuple[TutorView, ...]


def all_tutors() -> Tutors:
    """What can be chosen."""
    views = (TutorView(tutor=tutor, name=one.name, description=one.description) for tutor, one in TUTORS.items())
    return Tutors(items=tuple(views))
