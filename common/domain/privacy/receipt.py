"""The receipt of an erasure: what went, what ages out where no request reaches it, and a signature over both."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography.exceptions import UnsupportedAlgorithm

from common.domain.accounts import signatures, tokens
from common.domain.privacy.erasure_models import AgesOut, Erasure, ErasureReceipt
from common.ports import Deployment, SecretName

TYP = "erasure-receipt+jws"
POINT_IN_TIME = timedelta(days=7)
"""Of Firestore's recovery to any minute: fixed by Google."""
KEPT = timedelta(days=400)
"""How long a receipt can be read, and how long the mark of who was erased is kept: longer than any backup."""


class ReceiptKey(SecretName, name="receipt-key"):
    """Ed25519 private keys in PKCS 8 PEM: the first signs receipts, and nothing else."""

    @classmethod
    def check(cls, values: Sequence[str], deployment: Deployment) -> None:
        """ValueError where one is no such key."""
        try:
            tokens.public_keys(values)
        except (TypeError, ValueError, UnsupportedAlgorithm):
            raise ValueError(f"the secret {cls.name} holds no Ed25519 private key in PEM") from None


def of(erasure: Erasure, deployment: Deployment, now: datetime) -> ErasureReceipt:
    """What an erasure that is done now came to."""
    return ErasureReceipt(
        request_id=erasure.request_id,
        requested_at=erasure.requested_at,
        finished_at=now,
        asked_by=erasure.asked_by,
        erased=dict(sorted(erasure.counts.items())),
        files=erasure.files,
        ages_out=tuple(AgesOut(what=what, until=now + kept) for what, kept in _remains(deployment)),
    )


def sign(receipt: ErasureReceipt, key: str) -> str:
    """The receipt as a compact JSON Web Signature."""
    kid, private = tokens.signing_half(key)
    return signatures.seal(receipt, TYP, "EdDSA", kid, private)


def _remains(deployment: Deployment) -> list[tuple[str, timedelta]]:
    """What is left, and how long each is kept."""
    days = timedelta(days=1)
    said = [
        ("counts and sums under a hash, that limit how often something is done and what it may cost", 2 * days),
        ("answers kept to be repeated to somebody else who asked about this account, such as an admin", 1 * days),
        ("requests to reset a password: the hash of the address that somebody typed", 2 * days),
        ("a hash of the account's id, by which a restored backup is cleared of it", KEPT),
    ]
    if deployment.log_days:
        said.append(("the platform's request logs: addresses, times and paths", deployment.log_days * days))
    if deployment.backup_days:
        said.append(("the database's recovery to a point in time", POINT_IN_TIME))
        said.append(("backups of the database", deployment.backup_days * days))
    return said
