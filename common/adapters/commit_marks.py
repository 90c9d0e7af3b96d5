"""Which commits can tell by their own documents that they were applied, when their answer was lost.

A document that is written under a guard on its version, or created, carries the commit's id at no extra cost, and
the same guard refuses the commit a second time. Where no write of a batch is such a one, and doing the batch twice
would not be the same as doing it once, it takes one document more: `commits/{id}`, which must not exist.
"""

from collections.abc import Sequence

from common.ports.database import Absent, At, Write

TRAIL = "_commits"
"""The hidden field of every document in which Firestore keeps the ids of its last commits."""
MARKS = "commits"
"""The collection of the documents that say no more than that a commit was applied."""
MARK_EXPIRES = "expires_at"
"""The field of such a document that says when it may go."""


def carries(write: Write) -> bool:
    """Whether the document can carry the commit's id, and its guard refuses a repetition."""
    return (write.action == "set" and isinstance(write.guard, At | Absent)) or (
        write.action == "update" and isinstance(write.guard, At)
    )


def needs_mark(writes: Sequence[Write], *, exact: bool) -> bool:
    """Whether the batch takes a document of its own to be told from one that was not applied.

    Blind replacements and deletions come to the same when they are repeated, and verifying writes nothing.
    """
    if not exact or any(map(carries, writes)):
        return False
    return any(write.action == "update" or (write.action == "delete" and write.guard is not None) for write in writes)
