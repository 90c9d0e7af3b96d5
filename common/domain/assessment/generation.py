"""Makes checked questions from chunks: by a model within the learner's budget, or by rules where there is none."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from common import logs
from common.domain.assessment import checking, model_questions, offline_questions
from common.domain.assessment.checking import Checked
from common.domain.assessment.drafts import Draft
from common.domain.assessment.material import Material
from common.domain.assessment.models import GeneratedQuestion
from common.domain.documents.models import Chunk
from common.domain.tutoring import ledger, prompts
from common.domain.tutoring.spending import allowed
from common.ports import Budget, Clock, Deployment, Ids, Store, TextModel
from common.ports.ai import ModelRefused, ModelUnavailable, StructuredReply, TextRequest, Usage

MOST_KEPT = 40
"""Questions of one document."""
SPARE = 1.5
"""Questions asked of a model for one that is needed: some fail the checks."""

Outcome = Literal["answered", "refused", "unavailable", "over_budget"]


@dataclass(frozen=True)
class Writer:
    """Who writes questions, for whom, and who pays."""

    model: TextModel
    budget: Budget
    deployment: Deployment
    store: Store
    clock: Clock
    ids: Ids
    user_id: str


@dataclass(frozen=True)
class Made:
    """Questions that passed every check."""

    questions: tuple[GeneratedQuestion, ...]
    made_by: Literal["model", "offline"]
    dropped: dict[str, int]


def make(chunks: Sequence[Chunk], count: int, writer: Writer) -> Made:
    """Questions about the chunks: a model's, or where it gives none that pass, those that rules make."""
    material = Material(chunks)
    askable = writer.model.model is not None and bool(material.statements)
    written = _by_model(chunks, material, round(SPARE * count), writer) if askable else None
    if written is not None and written.questions:
        return written
    offline = by_rules(material)
    dropped = dict(offline.dropped)
    for name, refused in (written.dropped if written else {}).items():
        dropped[name] = dropped.get(name, 0) + refused
    return Made(offline.questions, "offline", dropped)


def by_rules(material: Material) -> Made:
    """Questions without a model: the same from the same material."""
    checked = checking.check(offline_questions.drafts(material), material)
    return Made(_kept(checked), "offline", checked.dropped)


def _by_model(chunks: Sequence[Chunk], material: Material, count: int, writer: Writer) -> Made | None:
    """None where no model answered."""
    prompt = prompts.choose("quiz", writer.user_id, writer.deployment.prompts)
    request = model_questions.request_for(chunks, count, writer.user_id, prompt)
    reply = _paid(request, writer, prompt)
    if reply is None:
        return None
    drafts, lost = model_questions.drafts_of(reply.value, chunks, material)
    checked = checking.check(drafts, material)
    logs.info("quiz.questions_written", kept=len(checked.kept), dropped=sum(checked.dropped.values()))
    return Made(_kept(checked), "model", checked.dropped | lost)


def _paid(
    request: TextRequest, writer: Writer, prompt: prompts.Prompt
) -> StructuredReply[model_questions.WrittenQuestions] | None:
    """What a model writes, within what the learner may spend in a day on this and the tutor; None where none does."""
    with allowed(request, writer.model, writer.budget, writer.deployment) as allowance:
        if allowance is None:
            _record(writer, prompt, "over_budget", None)
            return None
        try:
            reply = writer.model.parse(allowance.request, model_questions.WrittenQuestions)
        except ModelRefused:  # which may have been paid for: what is reserved stays so until the day ends
            _record(writer, prompt, "refused", None)
            return None
        except ModelUnavailable:
            allowance.spent_micros = 0
            _record(writer, prompt, "unavailable", None)
            return None
        allowance.spent_micros = reply.usage.cost_micros
        _record(writer, prompt, "answered", reply.usage)
        return reply


def _record(writer: Writer, prompt: prompts.Prompt, outcome: Outcome, usage: Usage | None) -> None:
    ledger.record(
        writer.store,
        writer.ids,
        writer.clock,
        user_id=writer.user_id,
        purpose="quiz",
        served_by="model" if usage else "offline",
        outcome=outcome,
        usage=usage,
        prompt=prompt,
    )


def _kept(checked: Checked) -> tuple[GeneratedQuestion, ...]:
    return tuple(
        GeneratedQuestion(question_id=_id_of(draft), content=content, chunk_id=draft.statement.chunk.chunk_id)
        for draft, content in checked.kept[:MOST_KEPT]
    )


def _id_of(draft: Draft) -> str:
    """The same for the same question about the same document, so that a learner is known to have met it.

    It follows from what the learner sees alone: from an id that rests on the key, the key could be found by trying.
    """
    options = sorted((*draft.right, *draft.wrong)) if draft.wrong else ()
    said = "\x1f".join((draft.statement.chunk.document_id, draft.prompt, *options))
    return hashlib.sha256(said.encode()).hexdigest()[:20]
