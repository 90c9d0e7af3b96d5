"""The hints that the tutor may give while a quiz is open: each tells more than the last, none tells the answer."""

import re
from collections.abc import Iterator, Sequence

from common.domain.assessment.content import GAP
from common.domain.assessment.models import IssuedQuestion, LockedQuestion
from common.domain.assessment.short_text import plain

HIDDEN = "…"


def locked(question: IssuedQuestion) -> LockedQuestion:
    """What the tutor must know of the question."""
    return LockedQuestion(
        question_id=question.question_id,
        prompt=question.prompt,
        options=tuple(option.text for option in question.options),
        answers=question.key,
        hints=tuple(one for one in _hints(question) if not tells(one, question)),
        source_quote=question.source.quote if question.source else None,
    )


def tells(hint: str, question: IssuedQuestion) -> bool:
    """Whether a hint holds an answer, or two of the options of which one is right."""
    said = f" {plain(hint)} "
    # "True" and "False" are words of every sentence; only as a whole answer do they tell.
    keys = [plain(one) for one in question.key] if question.kind != "true_false" else []
    return any(f" {key} " in said for key in keys if key)


def _hints(question: IssuedQuestion) -> Iterator[str]:
    source = question.source
    yield f"Look in “{source.title}”, page {source.page}." if source else f"This is about {question.topic}."
    if source and question.kind != "true_false":
        blanked = without(source.quote, question.key)
        if HIDDEN in blanked:
            yield f"The sentence to look for: “{blanked}”"
    wrong = [option.text for option in question.options if not option.correct]
    if len(wrong) > 1:
        yield f"It is not “{wrong[0]}”."
    elif not question.options:
        words = question.accepted[0].split()
        yield f"The answer has {_counted(words)} and begins with “{words[0][0]}”."
    elif question.kind == "true_false":
        yield "Read the statement word by word: is every part of it as you learned it?"


def _counted(words: Sequence[str]) -> str:
    return f"{len(words)} words" if len(words) > 1 else f"{len(words[0])} characters"


def without(text: str, keys: Sequence[str]) -> str:
    """A sentence with each key blanked, however it is written there: in capitals, in the plural, over a line's end."""
    blanked = " ".join(text.split()).replace(GAP, HIDDEN)
    for key in sorted(keys, key=len, reverse=True):
        words = r"\s+".join(re.escape(word) for word in key.split())
        blanked = re.sub(rf"(?<!\w){words}(?:s|es)?(?!\w)", HIDDEN, blanked, flags=re.IGNORECASE)
    return blanked
