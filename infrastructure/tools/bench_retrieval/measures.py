"""What is measured of one answer, and of many."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.domain.tutoring.sources import TutorAnswer
from infrastructure.samples import SampleQuestion

FIRST = 5
"""The n of recall@n."""


@dataclass(frozen=True)
class Outcome:
    """One question's answer; `pages` are those of the ranked passages, the best first, each once."""

    asked: SampleQuestion
    answer: TutorAnswer
    pages: tuple[tuple[str, int], ...]
    verbatim: int
    """Of the quotes that it gives, or would if it were sure, those that stand in the page at their offsets."""
    milliseconds: float
    features: tuple[float, ...]
    if_sure: TutorAnswer | None = None
    """What it would say if nothing were refused; None where nothing was found."""

    @property
    def is_answered(self) -> bool:
        """Not refused."""
        return self.answer.route == "grounded"

    @property
    def rank(self) -> int | None:
        """Of the right page among all, from 1."""
        right = {(self.asked.document, page) for page in self.asked.pages}
        return next((at for at, page in enumerate(self.pages, start=1) if page in right), None)

    @property
    def cites_right_page(self) -> bool:
        """The first source is on a right page."""
        first = self.answer.sources[0] if self.answer.sources else None
        return first is not None and first.document_id == self.asked.document and first.page in self.asked.pages

    @property
    def has_right_words(self) -> bool:
        """The answer holds what a right one must."""
        said = self.answer.answer.casefold()
        return self.is_answered and all(any(one.casefold() in said for one in group) for group in self.asked.words)


def rows(outcomes: Sequence[Outcome]) -> list[tuple[str, str]]:
    """Names and values of what was measured."""
    answerable = [one for one in outcomes if one.asked.document]
    hopeless = [one for one in outcomes if not one.asked.document]
    off_topic = [one for one in hopeless if one.asked.near is None]
    near = [one for one in hopeless if one.asked.near is not None]
    quotes = sum(len(one.answer.sources) for one in outcomes)
    times = sorted(one.milliseconds for one in outcomes)
    ranks = [one.rank for one in answerable]
    return [
        ("questions that the documents answer", str(len(answerable))),
        (f"recall@{FIRST} of the right page", _share(sum(rank is not None and rank <= FIRST for rank in ranks), ranks)),
        ("mean reciprocal rank of the right page", f"{sum(1 / rank for rank in ranks if rank) / len(ranks):.3f}"),
        ("right page first, before any refusal", _share(sum(rank == 1 for rank in ranks), ranks)),
        ("right page cited first, refusals count as wrong", _share(sum(o.cites_right_page for o in answerable), ranks)),
        ("right words, refusals count as wrong", _share(sum(one.has_right_words for one in answerable), ranks)),
        ("false refusals", _share(sum(not one.is_answered for one in answerable), ranks)),
        ("unanswerable questions", str(len(hopeless))),
        ("refused", _share(sum(not one.is_answered for one in hopeless), hopeless)),
        ("  of those off the topic", _share(sum(not one.is_answered for one in off_topic), off_topic)),
        ("  of those near the topic", _share(sum(not one.is_answered for one in near), near)),
        ("quotes that are verbatim", _share(sum(one.verbatim for one in outcomes if one.is_answered), range(quotes))),
        ("milliseconds a question, median and 95th percentile", f"{times[len(times) // 2]:.0f}, {_late(times):.0f}"),
    ]


def _late(times: Sequence[float]) -> float:
    return times[min(len(times) - 1, len(times) * 95 // 100)]


def _share(count: int, of: Sequence[object]) -> str:
    return f"{100 * count / len(of):.0f} % ({count} of {len(of)})" if of else "none"
