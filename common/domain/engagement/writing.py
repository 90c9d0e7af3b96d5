"""Lets a language model write a nudge, and a template stand in wherever that does not come to something good.

The model is told nothing of the learner but their language: what it does not know it cannot tell. What it writes is
checked (fitness.py) and moderated; the ledger says of every call what became of it, and why.
"""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from common import logs
from common.domain.engagement import templates
from common.domain.engagement.fitness import fault_of
from common.domain.engagement.messages import SendNudge, WriteNudge
from common.domain.engagement.models import Nudge
from common.domain.engagement.templates import Language, Words
from common.domain.tutoring import ledger, prompts
from common.domain.tutoring.ledger import Outcome
from common.domain.tutoring.prompts import Prompt
from common.domain.tutoring.spending import allowed
from common.ports import Budget, Clock, Deployment, Ids, Moderator, Queue, Store, TextModel
from common.ports.ai import ModelRefused, ModelUnavailable, TextRequest, Turn, Usage

PROMPT = "nudge"
MOST_OUTPUT_TOKENS = 250
NAMES: dict[Language, str] = {"en": "English", "de": "German", "es": "Spanish", "fr": "French"}


class WrittenNudge(BaseModel):
    """A nudge as a model writes it; what it may hold is judged afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str = Field(max_length=300)
    text: str = Field(max_length=4_000)


@dataclass(frozen=True)
class Writer:
    """What asking a model takes."""

    model: TextModel
    moderator: Moderator
    budget: Budget
    deployment: Deployment


@dataclass(frozen=True, slots=True)
class Written:
    """What came of asking: words that may be sent, or why there are none."""

    outcome: Outcome
    words: Words | None = None
    detail: str | None = None
    usage: Usage | None = None


def write(message: WriteNudge, store: Store, writer: Writer, sends: Queue[SendNudge], clock: Clock, ids: Ids) -> None:
    """Write the text, and let the nudge be judged again. Costs a read and three writes, besides the budget's."""
    nudge = store.get(Nudge, message.nudge_id)
    if nudge is None or nudge.status != "writing":
        return
    language = templates.language_of(nudge.language)
    prompt = prompts.choose(PROMPT, nudge.user_id, writer.deployment.prompts)
    found = _asked(nudge.user_id, language, prompt, writer)
    words = found.words or templates.PLAIN.words[language]
    ledger.record(
        store,
        ids,
        clock,
        user_id=nudge.user_id,
        purpose=PROMPT,
        served_by="model" if found.words else "offline",
        outcome=found.outcome,
        usage=found.usage,
        prompt=prompt if found.usage else None,
        detail=found.detail,
    )
    logs.info("nudge.written", outcome=found.outcome, detail=found.detail)
    by_model = found.words is not None
    written = {
        "status": "planned",
        "subject": words.subject,
        "text": words.text,
        "language": language,
        "text_by": "model" if by_model else "template",
        "template": f"model-{prompt.version}" if by_model else templates.PLAIN.stored_as,
    }
    store.put(nudge.model_copy(update=written))
    sends.stage(SendNudge(nudge_id=nudge.nudge_id, user_id=nudge.user_id, step=message.step))


def _asked(learner: str, language: Language, prompt: Prompt, writer: Writer) -> Written:
    request = TextRequest(
        instructions=prompt.text,
        turns=(Turn("user", f"Language: {NAMES[language]}."),),
        learner=learner,
        cache_key=prompt.cache_key,
        most_output_tokens=MOST_OUTPUT_TOKENS,
    )
    with allowed(request, writer.model, writer.budget, writer.deployment) as allowance:
        if allowance is None:
            return Written("over_budget")
        try:
            reply = writer.model.parse(allowance.request, WrittenNudge)
        except ModelUnavailable:
            allowance.spent_micros = 0
            return Written("unavailable")
        except ModelRefused:
            return Written("refused")
        allowance.spent_micros = reply.usage.cost_micros
    words = Words(reply.value.subject.strip(), reply.value.text.strip())
    fault = fault_of(words, language) or _moderated(words, writer.moderator)
    return Written("unfit" if fault else "answered", None if fault else words, fault, reply.usage)


def _moderated(words: Words, moderator: Moderator) -> str | None:
    """Why a text may not stand; what cannot be judged is not sent."""
    try:
        verdict = moderator.check(f"{words.subject}\n{words.text}")
    except ModelUnavailable:
        return "unjudged"
    return "flagged" if verdict.flagged else None
