"""Which ids a document can have, the same in both databases."""

import re

from common.ports.database import Absent, At, Exists, GuardFailed, Write

MAX_BYTES = 1500
_RESERVED = re.compile(r"\.\.?|__.*__", re.DOTALL)


def possible(document_id: str) -> bool:
    """Whether a document can have this id: Firestore's limits.

    https://cloud.google.com/firestore/quotas#collections_documents_and_fields
    A read of another id finds nothing: ids come from paths, and what cannot exist is just not there.
    """
    try:
        size = len(document_id.encode())
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return 0 < size <= MAX_BYTES and "/" not in document_id and not _RESERVED.fullmatch(document_id)


def admitted(write: Write) -> bool:
    """Whether the write needs to be done; a write to an impossible id is refused.

    GuardFailed where it asks for a document that cannot be there, ValueError where it would make one. What cannot
    be there is absent already, so verifying that or deleting it is done.
    """
    if possible(write.document_id):
        return True
    if isinstance(write.guard, Exists | At):
        raise GuardFailed
    if write.action == "delete" or (write.action == "verify" and isinstance(write.guard, Absent)):
        return False
    raise ValueError(f"no document of {write.model.collection} can have the id {write.document_id!r}")
