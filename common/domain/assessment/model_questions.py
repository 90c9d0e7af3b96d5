"""Asks a language model for questions about passages; what it writes is a draft like any other, and is checked."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.domain.assessment.content import Bloom, Difficulty
from common.domain.assessment.drafts import Draft
from common.domain.assessment.material import Material
from common.domain.assessment.statements import Statement
from common.domain.documents.models import Chunk
from common.domain.tutoring.prompts import Prompt
from common.ports.ai import TextRequest, Turn

MOST_PASSAGES = 12
MOST_WRITTEN = 20
TOKENS_A_QUESTION = 220


class WrittenQuestion(BaseModel):
    """One question as a model writes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["single", "cloze", "short_text", "true_false"]
    prompt: str = Field(max_length=600)
    answer: str = Field(max_length=200)
    wrong_options: tuple[str, ...] = Field(max_length=3)
    passage: int = Field(ge=1, le=MOST_PASSAGES)
    quote: str = Field(max_length=600)
    difficulty: Difficulty
    bloom: Bloom


class WrittenQuestions(BaseModel):
    """What a model answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    questions: tuple[WrittenQuestion, ...] = Field(max_length=MOST_WRITTEN)


def request_for(chunks: Sequence[Chunk], count: int, learner: str, prompt: Prompt) -> TextRequest:
    """What to ask for `count` questions about the chunks, of which at most MOST_PASSAGES are shown."""
    passages = "\n\n".join(
        f"[{n}] {chunk.title}, page {chunk.page}:\n{chunk.text}" for n, chunk in enumerate(_shown(chunks), 1)
    )
    count = min(count, MOST_WRITTEN)
    said = f"Write {count} questions.\n\nPassages:\n\n{passages}"
    return TextRequest(
        instructions=prompt.text,
        turns=(Turn("user", said),),
        learner=learner,
        cache_key=prompt.cache_key,
        most_output_tokens=count * TOKENS_A_QUESTION + 100,
    )


def drafts_of(
    written: WrittenQuestions, chunks: Sequence[Chunk], material: Material
) -> tuple[list[Draft], dict[str, int]]:
    """The questions with the statements that they quote, and how many quote nothing that is there."""
    found: list[Draft] = []
    shown = _shown(chunks)
    for one in written.questions:
        chunk = shown[one.passage - 1] if one.passage <= len(shown) else None
        statement = _quoted(one, chunk, material) if chunk else None
        if statement is not None:
            wrong = {"short_text": (), "true_false": ("False" if one.answer == "True" else "True",)}.get(one.kind)
            prompt = f"True or false? {one.prompt}" if one.kind == "true_false" else one.prompt
            options = one.wrong_options if wrong is None else wrong
            found.append(Draft(one.kind, prompt, (one.answer,), options, statement, one.difficulty, one.bloom))
    lost = len(written.questions) - len(found)
    return found, {"quote_not_found": lost} if lost else {}


def _shown(chunks: Sequence[Chunk]) -> Sequence[Chunk]:
    """Of more than MOST_PASSAGES chunks those that lie evenly over all of them."""
    count = min(len(chunks), MOST_PASSAGES)
    return [chunks[at * len(chunks) // count] for at in range(count)]


def _quoted(one: WrittenQuestion, chunk: Chunk, material: Material) -> Statement | None:
    """The statement of the passage whose words the quote repeats; of several the one that holds the answer."""
    quote = _flat(one.quote)
    inside = [each for each in material.statements if each.chunk.chunk_id == chunk.chunk_id]
    found = [each for each in inside if quote and (quote in _flat(each.text) or _flat(each.text) in quote)]
    return next((each for each in found if _flat(one.answer) in _flat(each.text)), found[0] if found else None)


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()
