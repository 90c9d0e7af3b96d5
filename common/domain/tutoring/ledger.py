"""Every AI call leaves one document: for whom, what for, by which prompt, and what it took. Never a text."""

from datetime import timedelta
from typing import Literal

from common.domain.tutoring.prompts import Prompt
from common.ports import Clock, Document, Ids, Query, Store, Time
from common.ports.ai import Usage

KEPT = timedelta(days=400)

ServedBy = Literal["model", "cache", "offline"]
Outcome = Literal["answered", "not_found", "refused", "unfit", "unavailable", "over_budget"]


class AiCall(
    Document,
    collection="ai_calls",
    key="call_id",
    unindexed=(
        "prompt_id", "prompt_version", "prompt_digest", "model", "cached_input_tokens", "latency_ms", "outcome",
        "detail",
    ),
    expires="expires_at",
):  # fmt: skip
    """One call, whether a model answered it or something stood in for one."""

    call_id: str
    user_id: str
    purpose: str
    """What it was for: "chat", "embed", "quiz"."""
    prompt_id: str | None
    prompt_version: int | None
    prompt_digest: str | None
    model: str | None
    """None: no model was asked, or none answered."""
    input_tokens: int
    cached_input_tokens: int
    output_tokens: int
    cost_micros: int
    """Millionths of a US dollar."""
    latency_ms: int
    served_by: ServedBy
    outcome: Outcome
    detail: str | None = None
    """Why what a model wrote was not used: which of the checks it failed."""
    at: Time
    expires_at: Time


CALLS = Query(AiCall, equal=("user_id",), optional=("purpose",), order=("-at",))
"""What a learner's calls were, the latest first: for their export, and for whoever looks into a cost."""


def record(
    store: Store,
    ids: Ids,
    clock: Clock,
    *,
    user_id: str,
    purpose: str,
    served_by: ServedBy,
    outcome: Outcome,
    usage: Usage | None = None,
    prompt: Prompt | None = None,
    detail: str | None = None,
) -> None:
    """Stage the record of one call beside what came of it; `usage` None where no model answered."""
    now = clock.now()
    store.create(
        AiCall(
            call_id=ids.new(),
            user_id=user_id,
            purpose=purpose,
            prompt_id=prompt.prompt_id if prompt else None,
            prompt_version=prompt.version if prompt else None,
            prompt_digest=prompt.digest if prompt else None,
            model=usage.model if usage else None,
            input_tokens=usage.input_tokens if usage else 0,
            cached_input_tokens=usage.cached_input_tokens if usage else 0,
            output_tokens=usage.output_tokens if usage else 0,
            cost_micros=usage.cost_micros if usage else 0,
            latency_ms=usage.latency_ms if usage else 0,
            served_by=served_by,
            outcome=outcome,
            detail=detail,
            at=now,
            expires_at=now + KEPT,
        )
    )
