"""Steps of an erasure: each erases some of what the registry finds, and stages the next.

What is erased is found no more, so whoever is killed anywhere has lost nothing: the next try finds the rest. The
registry is walked twice. The first walk begins as soon as the account is refused; the second when nobody can be at work
any more who read something before it was erased. A task needs no such wait: its message is among what is erased, and
without it nothing of the task is committed. So messages come first, and once more at the end of each walk.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from common import logs
from common.domain.accounts import revocations
from common.domain.holdings.declaration import FileHolding, Holding
from common.domain.privacy import erasing, receipt
from common.domain.privacy.erasure_models import Erasure, Erasures, entry_name
from common.domain.privacy.messages import EraseLearner
from common.domain.privacy.receipt import ReceiptKey
from common.domain.privacy.registry import FILES, HOLDINGS, MESSAGES
from common.ports import Bucket, Clock, Deployment, Files, Queue, Remains, Secret, Store
from common.ports.files import FileExists

PIECES = 200
"""Writes and deletes of one step, beside its own."""
PARENTS = 10
"""Documents of one step that consist of others."""
FILES_A_STEP = 100
FIRST, SECOND, CLEAR = 1, 2, 3
AGAIN = "messages again"
PLACES = (*(one.name for one in HOLDINGS), *(f"files of {one.bucket.name}" for one in FILES), AGAIN)
"""Where a walk may stand, in its order."""


@dataclass(frozen=True)
class Hands:
    """What an erasure works with."""

    store: Store
    buckets: Mapping[type[Bucket], Files[Any]]
    """Those of the registry's files."""
    erased: Files[Erasures]
    remains: Remains
    steps: Queue[EraseLearner]
    key: Secret[ReceiptKey]
    deployment: Deployment
    clock: Clock


@dataclass
class _Step:
    """What one step came to."""

    left: int = PIECES
    counts: dict[str, int] = field(default_factory=dict)
    files: int = 0
    deletes_files: bool = False
    """Whether the files that are found first were counted by the step before."""
    met: set[tuple[str, str]] = field(default_factory=set)

    def count(self, collection: str, document_id: str) -> None:
        """Once a document, though two holdings may find it."""
        if (collection, document_id) not in self.met:
            self.met.add((collection, document_id))
            self.counts[collection] = self.counts.get(collection, 0) + 1


def take(message: EraseLearner, hands: Hands) -> None:
    """Take a step: erase what is found first, or finish, or clear what adapters have left.

    Costs a read and two writes, a read for each place that is empty, and for each document a read and what erasing it
    takes: as much as the learner has, and no more.
    """
    if message.walk == CLEAR:
        hands.remains.wipe()
        return
    erasure = hands.store.get(Erasure, message.request_id)
    if erasure is None or erasure.whom is None:
        return
    if message.walk == FIRST and message.step == 0:
        _enter(erasure, erasure.whom, hands)
    now, step = hands.clock.now(), _Step(deletes_files=message.deletes_files)
    place = _walk(message.place, erasure.whom, step, hands, now)
    counts = dict(Counter(erasure.counts) + Counter(step.counts))
    counted = erasure.model_copy(update={"counts": counts, "files": erasure.files + step.files})
    onward: dict[str, object] = {"step": message.step + 1, "place": place or "", "deletes_files": bool(step.files)}
    if place is not None:
        hands.store.put(counted)
        hands.steps.stage(message.model_copy(update=onward))
    elif message.walk == FIRST:
        hands.store.put(counted)
        later = now + erasing.wait(hands.deployment)
        hands.steps.stage(message.model_copy(update={**onward, "walk": SECOND}), at=later)
    else:
        _finish(counted, erasure.whom, hands, now)
        hands.steps.stage(message.model_copy(update={**onward, "walk": CLEAR}))


def _enter(erasure: Erasure, user_id: str, hands: Hands) -> None:
    """Note who is erased where no restored backup takes it back, before anything is said to be gone."""
    with suppress(FileExists):
        name = entry_name(erasure.request_id, user_id)
        hands.erased.write(name, b"", content_type="application/octet-stream")


def _walk(place: str, user_id: str, step: _Step, hands: Hands, now: datetime) -> str | None:
    """Erase from a place on, as much as a step may; the place to go on from, None at the end.

    A place that there is no more, since the registry has changed, is the front.
    """
    known = {one.name: one for one in HOLDINGS} | {AGAIN: MESSAGES}
    files = {f"files of {one.bucket.name}": one for one in FILES}
    for name in PLACES[PLACES.index(place) if place in PLACES else 0 :]:
        is_through = _files(files[name], user_id, step, hands) if name in files else True
        if name in known:
            is_through = _holding(known[name], user_id, step, hands.store, now)
        if not is_through:
            return MESSAGES.name if name == AGAIN else name
    return None


def _files(holding: FileHolding, user_id: str, step: _Step, hands: Hands) -> bool:
    """Count some files, and delete them at the next step; whether there are none.

    What is deleted is deleted at once, whatever becomes of the commit: so it is counted, and committed, before.
    """
    bucket, names = hands.buckets[holding.bucket], holding.names(user_id)
    if step.deletes_files:
        bucket.delete_prefix(names, limit=FILES_A_STEP)
        return False
    step.files = len(bucket.list(names, limit=FILES_A_STEP))
    return not step.files


def _holding(holding: Holding[Any], user_id: str, step: _Step, store: Store, now: datetime) -> bool:
    """Erase what the holding finds, if there is room; whether nothing is left of it."""
    limit = min(step.left // holding.writes, PARENTS if holding.parts else PIECES)
    if limit == 0:
        return False
    found = holding.find(user_id, store, limit=limit)
    for document in found:
        if not _parts(holding, document.stored_id, step, store) or step.left < holding.writes:
            return False
        holding.stage_erasure(document, user_id, store, now)
        step.left -= holding.writes
        step.count(holding.model.collection, document.stored_id)
    return len(found) < limit


def _parts(holding: Holding[Any], document_id: str, step: _Step, store: Store) -> bool:
    """Remove what the document consists of; whether nothing is left of it."""
    for part in holding.parts:
        limit = step.left
        if limit == 0:
            return False
        pieces = store.query(part.query, {part.by: document_id}, limit=limit)
        for piece in pieces:
            store.delete(type(piece), piece.stored_id)
            step.count(piece.collection, piece.stored_id)
        step.left -= len(pieces)
        if len(pieces) == limit:
            return False
    return True


def _finish(erasure: Erasure, user_id: str, hands: Hands, now: datetime) -> None:
    """The last token has expired, and nobody is at work: the erasure itself forgets whom it was of."""
    if erasure.email is not None:
        hands.remains.forget_mail(erasure.email)
    revocations.forget(hands.store, user_id)
    made = receipt.of(erasure, hands.deployment, now)
    done: dict[str, object] = {
        "whom": None,
        "email": None,
        "status": "done",
        "receipt": made,
        "signed": receipt.sign(made, hands.key.value),
        "counts": {},
        "expires_at": now + receipt.KEPT,
    }
    hands.store.put(erasure.model_copy(update=done))
    logs.info("erasure.done", request_id=erasure.request_id)
