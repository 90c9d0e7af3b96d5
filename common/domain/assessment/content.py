"""A question as such: what it asks, what is right, and where that is written. Its form is judged when it is made."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Kind = Literal["single", "multiple", "true_false", "cloze", "short_text"]
"""single: one option is right; multiple: some are, and all of them are chosen; cloze: what belongs into the gap, chosen
where there are options and written where there are none; short_text: a few words are written."""

Difficulty = Literal["easy", "medium", "hard"]
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")
Bloom = Literal["remember", "understand", "apply", "analyze", "evaluate", "create"]
"""What the learner does: Anderson and Krathwohl, A Taxonomy for Learning, Teaching, and Assessing, 2001."""

GAP = "____"
"""What stands in a cloze for what is missing."""
TRUE_OR_FALSE = ("True", "False")
MOST_OPTIONS = 8
_PRINTABLE = r"^[^\x00-\x08\x0b-\x1f\x7f]+$"

Prompt = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=600, pattern=_PRINTABLE)]
OptionText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_PRINTABLE)]
Accepted = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=_PRINTABLE)]
Explanation = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1000, pattern=_PRINTABLE)
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=_PRINTABLE)]
"""Of a category or a topic."""


class Option(BaseModel):
    """One of the answers to choose from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: OptionText
    correct: bool = Field(default=False, description="whether it belongs to the key")


class Citation(BaseModel):
    """The span of a document's page that holds the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document_id: str = Field(max_length=64)
    title: str = Field(max_length=200)
    page: int = Field(ge=1, le=100_000, description="from 1")
    start: int = Field(ge=0, le=10_000_000, description="characters from the beginning of the page's text")
    end: int = Field(ge=1, le=10_000_000, description="the character after the last")
    quote: str = Field(max_length=600, description="the page's text from start to end, exactly")


class Content(BaseModel):
    """A question with its key. InvalidContent (422) says what is wrong with its form."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    topic: Name
    difficulty: Difficulty
    bloom: Bloom
    prompt: Prompt
    options: Annotated[tuple[Option, ...], Field(max_length=MOST_OPTIONS)] = Field(
        default=(), description="to choose from; none where the answer is written"
    )
    accepted: Annotated[tuple[Accepted, ...], Field(max_length=10)] = Field(
        default=(), description="the written answers that are right; none where one is chosen"
    )
    exact: bool = Field(default=False, description="whether a written answer must be spelled just so")
    explanation: Explanation
    source: Citation | None = None

    @model_validator(mode="after")
    def _has_the_form_of_its_kind(self) -> Self:
        fault = fault_of(self)
        if fault:
            raise ValueError(fault)
        return self

    @property
    def key(self) -> tuple[str, ...]:
        """The texts of what is right."""
        return tuple(option.text for option in self.options if option.correct) or self.accepted


def fault_of(content: Content) -> str | None:
    """What is wrong with a question's form, or None."""
    texts = [option.text for option in content.options]
    written = content.kind == "short_text" or (content.kind == "cloze" and not texts)
    if written != bool(content.accepted) or (written and texts):
        return "a written answer has accepted texts and no options, a chosen one options alone"
    if content.kind == "cloze" and content.prompt.count(GAP) != 1:
        return f"a cloze has one gap, written {GAP}"
    return (
        None if written else _fault_of_options(content.kind, texts, sum(option.correct for option in content.options))
    )


def _fault_of_options(kind: Kind, texts: list[str], right: int) -> str | None:
    if len({text.casefold() for text in texts}) < len(texts):
        return "no two options are the same"
    if kind == "true_false" and tuple(texts) != TRUE_OR_FALSE:
        return "the options are True and False"
    if kind != "true_false" and len(texts) < 3:
        return "there are at least three options"
    if kind == "multiple" and not 2 <= right < len(texts):
        return "at least two options are right, and at least one is wrong"
    if kind != "multiple" and right != 1:
        return "exactly one option is right"
    return None
