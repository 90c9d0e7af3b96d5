"""What the edge itself stores: claims, rate buckets, budgets, and notes of outside effects."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from common.ports.store import Document, Time


class StoredAnswer(BaseModel):
    """An answer to be repeated."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: int
    body: str


class ClaimRecord(
    Document,
    collection="claims",
    key="claim_id",
    unindexed=("fingerprint", "status", "lease_until", "answer"),
    expires="expires_at",
):
    """One Idempotency-Key of one caller on one path: who works on it until when, and what came of it."""

    claim_id: str
    user_id: str | None
    fingerprint: str
    """sha256 of the query and the body."""
    status: Literal["RUNNING", "DONE"]
    lease_until: Time
    answer: StoredAnswer | None = None
    """None: it is a secret, or over 256 kB, and is not repeated."""
    expires_at: Time


class RateBucket(Document, collection="rate_limits", key="bucket_id", unindexed=("count",), expires="expires_at"):
    """How often one key was used in one window of time."""

    bucket_id: str
    count: int
    expires_at: Time


class BudgetDay(Document, collection="budgets", key="budget_id", unindexed=("micros",), expires="expires_at"):
    """What one key has spent or reserved in one day, in millionths of a US dollar."""

    budget_id: str
    micros: int
    expires_at: Time


class OutsideNote(Document, collection="outside_notes", key="note_id", expires="expires_at"):
    """An outside effect was begun; whether it came about only its record can say."""

    note_id: str
    expires_at: Time
