"""While a learner has a quiz open, its questions are not answered: they get hints, one more each time they ask.

Which quizzes are open is the assessment subject's to say; a handler hands it in as OpenQuestions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from common.domain.language.terms import language_of, stem_sequence

ALIKE = 0.6
"""Share of an open question's terms in a message, or of the message's in the question with its options, from which
on the two are the same question."""
FEWEST_TERMS = 2
"""Of a message that can be such a question."""
TOLD = 0.5
"""Share of an open question's terms in a text that also holds its answer, from which on the text gives it away."""


@dataclass(frozen=True)
class OpenQuestion:
    """A question of a quiz that the learner has not handed in."""

    question_id: str
    prompt: str
    options: tuple[str, ...]
    """The texts to choose from; none where the answer is written."""
    answers: tuple[str, ...]
    """The texts that would give it away."""
    hints: tuple[str, ...]
    """From vague to narrow; none holds an answer."""
    source_quote: str | None
    """The sentence of the material that answers it."""
    expires_at: datetime


def asked_for(message: str, questions: Sequence[OpenQuestion]) -> OpenQuestion | None:
    """The open question that a message asks, in its words or in others; None when it asks none."""
    asked = _terms(message)
    if len(asked) < FEWEST_TERMS:
        return None
    best = max(questions, key=lambda one: _likeness(asked, one), default=None)
    return best if best is not None and _likeness(asked, best) >= ALIKE else None


def given_away(texts: Sequence[str], questions: Sequence[OpenQuestion]) -> OpenQuestion | None:
    """The open question whose answer stands in what would be said or quoted; None when none does."""
    said = " ".join(texts)
    known = _terms(said)
    for question in questions:
        quote = _terms(question.source_quote or "")
        if quote and len(quote & known) >= 0.8 * len(quote):
            return question
        prompt = _terms(question.prompt)
        holds_answer = any(answer and _terms(answer) <= known for answer in question.answers)
        if holds_answer and prompt and len(prompt & known) >= TOLD * len(prompt):
            return question
    return None


def next_hint(question: OpenQuestion, given: Mapping[str, int]) -> str | None:
    """The next rung of its ladder, the last one again when all were given; None where it has none."""
    if not question.hints:
        return None
    return question.hints[min(given.get(question.question_id, 0), len(question.hints) - 1)]


def _likeness(asked: frozenset[str], question: OpenQuestion) -> float:
    prompt = _terms(question.prompt)
    whole = prompt | _terms(" ".join(question.options))
    return max(len(asked & prompt) / max(1, len(prompt)), len(asked & whole) / len(asked))


def _terms(text: str) -> frozenset[str]:
    return frozenset(stem_sequence(text, language_of(text)))
