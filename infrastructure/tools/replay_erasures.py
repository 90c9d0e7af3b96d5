"""`python -m infrastructure.tools replay-erasures`: after a restore and before any traffic, erase again who was erased.

`--data FOLDER` means the local server's folder; without it, the environment says where, as for a function. `make run`
does it at each start.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from common.adapters import World
from common.domain.accounts import audit
from common.domain.accounts.models import Account
from common.domain.privacy import erasing, erasure_walk, replay
from common.domain.privacy.erasure_models import Erasures
from common.domain.privacy.erasure_walk import Hands
from common.domain.privacy.messages import EraseLearner
from common.domain.privacy.receipt import ReceiptKey
from common.domain.privacy.registry import FILES
from common.ports import Cursor, Store
from common.settings import SettingsError, load
from common.triggers.invocation import BoundSecret, StagingQueue, send
from common.triggers.unit_of_work import Stale, UnitOfWork


class _Here:
    """A Queue whose messages of the first walk are worked on here too, at once: who is killed leaves them."""

    def __init__(self, later: StagingQueue) -> None:
        self.first: list[EraseLearner] = []
        self._later = later

    def stage(self, message: EraseLearner, *, at: datetime | None = None) -> None:
        """Stage it, and keep a step of the first walk."""
        self._later.stage(message, at=at)
        if message.walk == erasure_walk.FIRST:
            self.first.append(message)


def main(arguments: list[str]) -> int:
    """Replay, and say how many were erased; or only say how many would be."""
    parser = argparse.ArgumentParser(prog="replay-erasures", description=__doc__)
    parser.add_argument("--data", type=Path, help="the local server's folder")
    parser.add_argument("--count", action="store_true", help="only say how many there are, and change nothing")
    options = parser.parse_args(arguments)
    if options.data:
        os.environ |= {"SCHOLIUM_ADAPTERS": "local", "SCHOLIUM_DATA": str(options.data.resolve())}
    try:
        world = World(load())
        count = count_all(world) if options.count else replay_all(world)
    except SettingsError as error:
        print(f"scholium: {error}", file=sys.stderr)
        return 1
    print(f"{count} erasures {'are to be' if options.count else 'were'} done again")
    return 0


def count_all(world: World) -> int:
    """How many of those who were erased are there again. Changes nothing, and reads no key."""
    return sum(len(page) for page in _brought_back(world))


def replay_all(world: World) -> int:
    """Erase who was erased and is there again; how many. Safe to repeat, and to be killed."""
    count = 0
    for page in _brought_back(world):
        for account, request_id in page:
            _erase(world, account.user_id, request_id)
        count += len(page)
    replay.prune(world.files.bucket(Erasures.name), world.clock.now())
    return count


def _brought_back(world: World) -> Iterator[list[tuple[Account, str]]]:
    """The accounts of people who were erased, with their requests, a page at a time."""
    marks = replay.outstanding(world.files.bucket(Erasures.name), UnitOfWork(world.database))
    after: Cursor | None = None
    while marks:
        found, after = replay.brought_back(marks, UnitOfWork(world.database), after)
        yield found
        if after is None:
            return


def _erase(world: World, user_id: str, request_id: str) -> None:
    """Refuse the account, as a request does it, and take the steps of the first walk.

    Who is killed in between leaves an account that is there, and so is erased by the next replay, or one that is gone,
    and the message of the step that comes next.
    """

    def begin(store: Store, here: _Here) -> None:
        found = store.get(Account, user_id)
        if found is not None:
            erasing.begin(
                found, "restore", audit.OPERATOR, store, here, world.deployment, world.clock, world.ids,
                request_id=request_id,
            )  # fmt: skip

    steps = _committed(world, begin)
    while steps:
        steps = _committed(world, partial(_take, world, steps[0]))


def _take(world: World, step: EraseLearner, store: Store, here: _Here) -> None:
    hands = Hands(
        store=store,
        buckets={one.bucket: world.files.bucket(one.bucket.name) for one in FILES},
        erased=world.files.bucket(Erasures.name),
        remains=world.remains,
        steps=here,
        key=BoundSecret(world, ReceiptKey.name),
        deployment=world.deployment,
        clock=world.clock,
    )
    erasure_walk.take(step, hands)


def _committed(world: World, work: Callable[[Store, _Here], None]) -> list[EraseLearner]:
    """Do it in one commit; the steps that it staged to be taken here."""
    while True:
        unit = UnitOfWork(world.database)
        here = _Here(StagingQueue(world, unit))
        work(unit, here)
        try:
            unit.commit(world.patience())
        except Stale:
            continue
        send(world, unit)
        return here.first
