"""The tutor that asks a language model: from passages alone, each sentence checked before anybody sees it."""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass

from common import logs
from common.domain.tutoring import prompts
from common.domain.tutoring.bodies import Delta
from common.domain.tutoring.citations import CITATION, Checker, whole_sentences
from common.domain.tutoring.extractive import harmless, visible
from common.domain.tutoring.models import ChatSession, Fallback, HotMessage
from common.domain.tutoring.passages import Passage
from common.domain.tutoring.prompts import Prompt
from common.domain.tutoring.replies import Reply, Said, Speech
from common.domain.tutoring.spending import Allowance, allowed
from common.domain.tutoring.tutors import TUTORS, TutorId
from common.ports import Budget, Deployment, Moderator, TextModel
from common.ports.ai import ModelRefused, ModelUnavailable, TextRequest, Turn, Usage

MOST_OUTPUT_TOKENS = 600
MOST_REMEMBERED = 12
"""Messages of the conversation that the model is given, of at most MOST_REMEMBERED_LENGTH characters in all."""
MOST_REMEMBERED_LENGTH = 6_000
NOT_FOUND = "NOT_FOUND"
_NUMBERED = re.compile(r"\[(\s*\d+(?:\s*[,;\N{EN DASH}-]\s*\d+)*\s*)\]")
_FENCE = re.compile(r"</?\s*(?:passages?|question)\b[^>]*>", re.IGNORECASE)


class OverBudget(Exception):
    """Not even the smaller model can be paid for."""


class NothingStood(Exception):
    """The model found nothing in the passages, or no sentence of its answer stood the check."""

    def __init__(self, usage: Usage | None, prompt: Prompt) -> None:
        super().__init__()
        self.usage, self.prompt = usage, prompt


class Objectionable(Exception):
    """The model declined, or what it wrote may not be said."""

    def __init__(self, usage: Usage | None, prompt: Prompt) -> None:
        super().__init__()
        self.usage, self.prompt = usage, prompt


@dataclass(frozen=True)
class ModelTutor:
    """What asking a model takes."""

    model: TextModel
    moderator: Moderator
    budget: Budget
    deployment: Deployment

    def prompt(self, prompt_id: str, learner: str) -> Prompt:
        """The version of a prompt that this learner gets."""
        return prompts.choose(prompt_id, learner, self.deployment.prompts)

    def answer(
        self,
        question: str,
        passages: Sequence[Passage],
        session: ChatSession,
        *,
        tutor: TutorId,
        language: str | None,
        remembers: bool,
    ) -> Speech:
        """Answer from passages; `remembers` gives the model the conversation too.

        NothingStood, Objectionable, OverBudget; ModelUnavailable as long as nothing was said.
        """
        prompt = self.prompt("answer", session.user_id)
        turns = (*(_memory(session.hot) if remembers else ()), Turn("user", _material(question, passages)))
        request = self._request(prompt, turns, session, tutor, language)
        checker = Checker(passages)
        said = Said()

        def standing(sentence: str) -> str | None:
            if not said.sentences and sentence.strip(' .`*"') == NOT_FOUND:
                return None
            return checker.check(sentence) or _closing_question(sentence, question, passages, tutor)

        usage, fallback = yield from self._say(request, prompt, said, standing)
        stood = len(said.sentences) / (len(said.sentences) + checker.dropped)
        logs.info("chat.checked", stood=len(said.sentences), dropped=checker.dropped)
        return Reply(
            "grounded", said.text, "model", round(stood, 3), tuple(checker.sources), usage=usage, prompt=prompt,
            fallback=fallback,
        )  # fmt: skip

    def talk(self, message: str, session: ChatSession, *, tutor: TutorId, language: str | None) -> Speech:
        """Answer small talk with the conversation in mind; the errors of `answer`. Whatever it cites is taken out."""
        prompt = self.prompt("general", session.user_id)
        request = self._request(prompt, (*_memory(session.hot), Turn("user", message)), session, tutor, language)
        said = Said()
        usage, fallback = yield from self._say(
            request, prompt, said, lambda sentence: harmless(CITATION.sub("", sentence).strip())
        )
        return Reply("general", said.text, "model", usage=usage, prompt=prompt, fallback=fallback)

    def _say(
        self, request: TextRequest, prompt: Prompt, said: Said, standing: Callable[[str], str | None]
    ) -> Generator[Delta, None, tuple[Usage | None, Fallback | None]]:
        """Ask the model, and say each sentence as `standing` leaves it and moderation lets it pass."""
        with allowed(request, self.model, self.budget, self.deployment) as allowance:
            if allowance is None:
                raise OverBudget
            heard = _Heard(self.model, allowance)
            for sentence in whole_sentences(heard.pieces()):
                stands = standing(sentence)
                if stands and self._may_stand(stands, heard):
                    yield said.say(stands)
        heard.raise_unless_told(said, prompt)
        if not said.sentences:
            raise NothingStood(heard.usage, prompt)
        return heard.usage, "smaller_model" if allowance.request.small else None

    def _request(
        self, prompt: Prompt, turns: tuple[Turn, ...], session: ChatSession, tutor: TutorId, language: str | None
    ) -> TextRequest:
        more = [
            f"Manner: {TUTORS[tutor].manner}",
            f"Language of the answer: {language}." if language else "Answer in the language of the question.",
            *([f"The learner's level: {session.level}."] if session.level else []),
        ]
        return TextRequest(
            instructions="\n".join([prompt.text, "", *more]),
            turns=turns,
            learner=session.user_id,
            cache_key=prompt.cache_key,
            most_output_tokens=MOST_OUTPUT_TOKENS,
        )

    def _may_stand(self, sentence: str, heard: "_Heard") -> bool:
        """Whether moderation lets a sentence pass; what cannot be judged, or was broken off, is not said."""
        if heard.is_over:
            return False
        try:
            verdict = self.moderator.check(sentence)
        except ModelUnavailable:
            heard.stop("unavailable")
            return False
        if verdict.flagged:
            logs.warning("chat.answer_flagged", categories=list(verdict.categories))
            heard.stop("flagged")
        return not verdict.flagged


class _Heard:
    """What a model says, and what it used, whether it comes to its end or not."""

    def __init__(self, model: TextModel, allowance: Allowance) -> None:
        self._model, self._allowance = model, allowance
        self.usage: Usage | None = None
        self._ended_by: str | None = None
        self._began = False

    @property
    def is_over(self) -> bool:
        """Whether it was broken off: what is left of its text is no whole sentence."""
        return self._ended_by is not None

    def pieces(self) -> Iterator[str]:
        """The pieces; it ends at the first fault, and `raise_unless_told` says what that means."""
        try:
            for piece in self._model.stream(self._allowance.request):
                if isinstance(piece, Usage):
                    self.usage = piece
                    self._allowance.spent_micros = piece.cost_micros
                elif self._ended_by is None:
                    self._began = True
                    yield piece
        except ModelUnavailable:
            self._ended_by = self._ended_by or "unavailable"
        except ModelRefused:
            self._ended_by = "flagged"
        if self.usage is None and not self._began:
            self._allowance.spent_micros = 0  # nothing came: nothing is billed

    def stop(self, reason: str) -> None:
        """Say no more. The rest of the stream is still read, for what it used."""
        self._ended_by = self._ended_by or reason

    def raise_unless_told(self, said: Said, prompt: Prompt) -> None:
        """Raise what the end means where nothing was said; what was said stays said."""
        if self._ended_by == "flagged" and not said.sentences:
            raise Objectionable(self.usage, prompt)
        if self._ended_by == "unavailable" and not said.sentences:
            raise ModelUnavailable


def _memory(hot: Sequence[HotMessage]) -> tuple[Turn, ...]:
    """The end of the conversation, in its order."""
    turns: list[Turn] = []
    left = MOST_REMEMBERED_LENGTH
    for one in reversed(hot[-MOST_REMEMBERED:]):
        left -= len(one.text)
        if left < 0:
            break
        turns.append(Turn("user" if one.role == "user" else "assistant", one.text))
    return tuple(reversed(turns))


def _material(question: str, passages: Sequence[Passage]) -> str:
    """The passages, numbered and fenced, and the question. A passage cannot close its fence or number itself."""
    blocks = [f"[{n}] {_inert(one.title)}, page {one.page}\n{_inert(one.text)}" for n, one in enumerate(passages, 1)]
    return "<passages>\n" + "\n\n".join(blocks) + f"\n</passages>\n<question>{_inert(question)}</question>"


def _inert(text: str) -> str:
    return _FENCE.sub("", _NUMBERED.sub(r"(\1)", visible(text)))


def _closing_question(sentence: str, question: str, passages: Sequence[Passage], tutor: TutorId) -> str | None:
    """The question with which a Socratic tutor ends: it cites nothing, so it may hold no number and no name."""
    said = CITATION.sub("", sentence).strip()
    is_plain = said.endswith("?") and not re.search(r"\d", said) and not re.search(r"(?<=[\w,;] )[A-ZÄÖÜÉ]\w{2,}", said)
    return harmless(said) if tutor == "socratic" and is_plain and passages else None
