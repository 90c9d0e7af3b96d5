"""Grades answers against the quiz that was issued: over all its questions, by its own key."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.domain.assessment import short_text
from common.domain.assessment.bodies import QuestionResult
from common.domain.assessment.models import IssuedQuestion, TopicCount
from common.errors import FieldError, InvalidContent

Given = tuple[str, ...] | str
"""The chosen options, each once and in order, or the written text."""


@dataclass(frozen=True)
class Graded:
    """How all questions of a quiz went."""

    results: tuple[QuestionResult, ...]

    @property
    def correct(self) -> int:
        """How many were right."""
        return sum(one.correct for one in self.results)

    @property
    def score(self) -> float:
        """Per cent of all questions, to a tenth."""
        return round(100 * self.correct / len(self.results), 1)

    @property
    def wrong(self) -> tuple[str, ...]:
        """The questions that were not answered rightly."""
        return tuple(one.question_id for one in self.results if not one.correct)

    @property
    def topics(self) -> tuple[TopicCount, ...]:
        """How each topic went, in the order of the quiz."""
        counts: dict[str, list[int]] = {}
        for one in self.results:
            count = counts.setdefault(one.topic, [0, 0])
            count[0] += one.correct
            count[1] += 1
        return tuple(TopicCount(topic=topic, correct=correct, of=of) for topic, (correct, of) in counts.items())


def read(answers: Mapping[str, Given], questions: Sequence[IssuedQuestion]) -> dict[str, Given]:
    """The answers in one form, without the empty ones; InvalidContent names each that fits no question.

    The form is canonical: answers that mean the same are the same, in whatever order they were sent.
    """
    issued = {one.question_id: one for one in questions}
    faults: list[FieldError] = []
    for question_id, given in answers.items():
        fault = _fault(given, issued.get(question_id))
        if fault:
            pointer = "/answers/" + question_id.replace("~", "~0").replace("/", "~1")
            faults.append({"pointer": pointer, "detail": fault[1], "code": fault[0]})
    if faults:
        raise InvalidContent(errors=faults[:20])
    tidy = {
        one: given.strip() if isinstance(given, str) else tuple(sorted(set(given))) for one, given in answers.items()
    }
    return {one: tidy[one] for one in issued if tidy.get(one)}


def _fault(given: Given, question: IssuedQuestion | None) -> tuple[str, str] | None:
    if question is None:
        return "unknown_question", "the quiz has no such question"
    if isinstance(given, str):
        return ("options_expected", "this question is answered by option_ids") if question.options else None
    if not question.options and given:
        return "text_expected", "this question is answered by a text"
    if not set(given) <= {option.option_id for option in question.options}:
        return "unknown_option", "the question has no such option"
    if question.kind != "multiple" and len(set(given)) > 1:
        return "too_many_options", "this question takes one option"
    return None


def written(answers: Mapping[str, Given]) -> str:
    """Canonical answers as a text, which is equal where they are."""
    return json.dumps(answers, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def parsed(text: str) -> dict[str, Given]:
    """The answers of such a text."""
    return {one: given if isinstance(given, str) else tuple(given) for one, given in json.loads(text).items()}


def grade(answers: Mapping[str, Given], questions: Sequence[IssuedQuestion]) -> Graded:
    """Every question of the quiz, in order."""
    return Graded(tuple(_graded(answers.get(one.question_id), one) for one in questions))


def _graded(given: Given | None, question: IssuedQuestion) -> QuestionResult:
    rule: short_text.Rule | None = None
    if question.options:
        correct = given is not None and set(given) == set(question.correct_options)
    else:
        rule = short_text.judged(str(given), question.accepted, exact=question.exact) if given is not None else None
        correct = rule in ("same", "spelling")
    return QuestionResult(
        question_id=question.question_id,
        topic=question.topic,
        prompt=question.prompt,
        correct=correct,
        given=given,
        correct_options=question.correct_options,
        correct_answers=question.key,
        rule=rule,
        explanation=question.explanation,
        source=question.source,
    )
