"""What is stored of an erasure, and what is said of it."""

import base64
import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from common.domain.accounts.bodies import Password
from common.ports import Bucket, Document, Time

AskedBy = Literal["learner", "admin", "restore"]
"""restore: a backup brought the learner back, and they were erased again."""
ErasureStatus = Literal["under_way", "done"]


class Erasures(Bucket, name="erasures"):
    """Who was erased, by a hash of their id: one object each, apart from all that a restored backup brings back."""


class AgesOut(BaseModel):
    """A copy that no request reaches, and that goes by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str = Field(max_length=300)
    until: Time = Field(description="gone by then at the latest")


class ErasureReceipt(BaseModel):
    """What was erased, and what is left to age out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    request_id: str
    requested_at: Time
    finished_at: Time
    asked_by: AskedBy
    erased: dict[str, int] = Field(
        description="collection -> documents that were deleted, or lost what was the learner's"
    )
    files: int = Field(ge=0)
    ages_out: tuple[AgesOut, ...]


class Erasure(
    Document,
    collection="erasures",
    key="request_id",
    unindexed=("whom", "email", "asked_by", "requested_at", "expected_by", "counts", "files", "receipt", "signed"),
    expires="expires_at",
):
    """One erasure. It names its learner until it is done, and then nobody."""

    request_id: str
    whom: str | None
    email: str | None
    """By which the copies of their e-mails are found where e-mails are files."""
    asked_by: AskedBy
    status: ErasureStatus = "under_way"
    requested_at: Time
    expected_by: Time
    counts: dict[str, int] = Field(default_factory=dict)
    files: int = 0
    receipt: ErasureReceipt | None = None
    signed: str | None = None
    expires_at: Time | None = None


class AccountDeletion(BaseModel):
    """That somebody wants their account erased, and that it is they."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    password: Password


class ErasureView(BaseModel):
    """How far an erasure is: for whoever knows its id, which nobody guesses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    request_id: str
    status: ErasureStatus
    requested_at: Time
    expected_by: Time = Field(description="it waits for all that was under way when it began")
    receipt: ErasureReceipt | None = Field(description="null until it is done")
    signed_receipt: str | None = Field(description="the receipt as a JSON Web Signature (RFC 7515, compact, EdDSA)")

    @classmethod
    def of(cls, erasure: Erasure) -> "ErasureView":
        """What is told of a stored erasure."""
        return cls(
            request_id=erasure.request_id,
            status=erasure.status,
            requested_at=erasure.requested_at,
            expected_by=erasure.expected_by,
            receipt=erasure.receipt,
            signed_receipt=erasure.signed,
        )


def mark_of(user_id: str) -> str:
    """What stands for an erased learner where their id must not: an id is random, so nobody finds it by trying."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"erased\x1f{user_id}".encode()).digest()).decode().rstrip("=")


def entry_name(request_id: str, user_id: str) -> str:
    """The name of an erasure's object: the id of the request, and the mark of the learner."""
    return f"{request_id}.{mark_of(user_id)}"
