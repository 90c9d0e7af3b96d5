"""Idempotency-Key: one claim a caller, path and key, with a lease while it is worked on and the answer afterwards.

Written first and read only when it exists already. (The IETF draft draft-ietf-httpapi-idempotency-key-header.)
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from common import logs
from common.errors import Busy, IdempotencyKeyReused, InvalidRequest, ReplayWithheld
from common.ports.database import Absent, At, Database, GuardFailed, Version, Write
from common.ports.records import ClaimRecord, StoredAnswer
from common.triggers.unit_of_work import Billed, UnitOfWork, parse

KEPT = timedelta(hours=24)
LEASE_MARGIN = timedelta(seconds=30)
MOST_ANSWER_BYTES = 256_000
MOST_KEY_LENGTH = 255


@dataclass(frozen=True)
class Claim:
    """A claim that this invocation holds."""

    record: ClaimRecord
    version: Version

    def finish(self, unit: UnitOfWork, status: int, body: str, *, secret: bool, about: str | None = None) -> None:
        """Stage the answer beside the invocation's own writes; whoever lost the lease commits nothing.

        `about` is whom the answer is about, where nobody was logged in: an erasure finds it by that.
        """
        keep = not secret and len(body.encode()) <= MOST_ANSWER_BYTES
        answer = StoredAnswer(status=status, body=body) if keep else None
        done = {"status": "DONE", "answer": answer, "user_id": self.record.user_id or about}
        unit.fence(self.record.model_copy(update=done), self.version, Busy(retry_after=1))

    def release(self, database: Database, billed: Billed) -> None:
        """Give the key back after a failure. What goes wrong here must not hide that failure."""
        try:
            database.commit([Write("delete", ClaimRecord, self.record.claim_id, At(self.version))])
            billed.deletes += 1
        except Exception as error:  # noqa: BLE001 - the lease ends by itself
            logs.warning("claim.not_released", claim_id=self.record.claim_id, reason=type(error).__name__)


def claim_id(who: str, method: str, path: str, key: str) -> str:
    """The document id of a claim; InvalidRequest for a key that is none."""
    if not 0 < len(key) <= MOST_KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise InvalidRequest("Idempotency-Key is 1 to 255 printable ASCII characters")
    return hashlib.sha256("\x1f".join((who, method, path, key)).encode()).hexdigest()


def begin(database: Database, record: ClaimRecord, now: datetime, billed: Billed) -> Claim | StoredAnswer:
    """Take the claim, or the answer that was given before.

    Busy while another holds it, IdempotencyKeyReused for another body, ReplayWithheld for an answer not kept.
    """
    for _ in range(5):
        try:
            written = database.commit([Write("set", ClaimRecord, record.claim_id, Absent(), document=record)])
        except GuardFailed:
            taken = _take_over(database, record, now, billed)
            if taken is not None:
                return taken
        else:
            billed.writes += 1
            return Claim(record, written.versions[0])
    raise Busy(retry_after=1)


def _take_over(database: Database, record: ClaimRecord, now: datetime, billed: Billed) -> Claim | StoredAnswer | None:
    stored = database.get_many(ClaimRecord, [record.claim_id])[0]
    billed.reads += 1
    if stored is None:
        return None  # released meanwhile: begin anew
    earlier = parse(ClaimRecord, stored)
    if now < earlier.expires_at:
        if earlier.fingerprint != record.fingerprint:
            raise IdempotencyKeyReused
        if earlier.status == "DONE":
            if earlier.answer is None:
                raise ReplayWithheld
            return earlier.answer
        if now < earlier.lease_until:
            raise Busy(retry_after=max(1, math.ceil((earlier.lease_until - now).total_seconds())))
    try:
        guard = At(stored.version)
        written = database.commit([Write("set", ClaimRecord, record.claim_id, guard, document=record)])
    except GuardFailed:
        raise Busy(retry_after=1) from None
    billed.writes += 1
    return Claim(record, written.versions[0])


def new_record(claim: str, user_id: str | None, asked: bytes, now: datetime, timeout: int) -> ClaimRecord:
    """The claim as it is first written; `asked` is the query and the body, `timeout` the function's in seconds."""
    return ClaimRecord(
        claim_id=claim,
        user_id=user_id,
        fingerprint=hashlib.sha256(asked).hexdigest(),
        status="RUNNING",
        lease_until=now + timedelta(seconds=timeout) + LEASE_MARGIN,
        expires_at=now + KEPT,
    )
