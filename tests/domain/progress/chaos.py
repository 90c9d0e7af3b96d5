"""Delivers activities doubled, in any order, side by side, with deaths and refusals, and says what came of it.

Each delivery is a process of its own that stops before each use of the database. The seed chooses who is begun, who
goes on, who dies before or after a commit, and whom the database refuses.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from common.domain.engagement.models import Nudge
from common.domain.progress.local_days import began, moved
from common.domain.progress.messages import ActivityHappened
from common.domain.progress.models import Activity, Knowledge, OpenNudge, Standing
from common.domain.rewards.models import LearnerWeek, TopList
from common.ports import Document, Query
from common.ports.database import Database, Write
from common.ports.queue import MessageRecord
from common.settings import Settings
from common.triggers.entry import Endpoint
from common.triggers.invocation import StagingQueue
from common.triggers.unit_of_work import UnitOfWork, parse
from functions.activity_record.main import activity_record
from functions.risk_record.main import risk_record
from functions.top_list_refresh.main import top_list_refresh
from tests.domain.progress.classroom import account
from tests.triggers.processes import Fate, Process, SteppedDatabase, SteppedTasks
from tests.triggers.world import START, CountedIds, HandClock, HandWorld, Tries, deliver

FAULTS = 5
"""Fewer than the attempts of the task: no schedule may end in a dead letter."""
AT_ONCE = 4
KEPT: tuple[Query[Any], ...] = (Query(Activity), Query(Standing), Query(Knowledge), Query(Nudge))
WEEKS, TOPS, MESSAGES = Query(LearnerWeek), Query(TopList), Query(MessageRecord)
CONSUMERS: dict[str, Endpoint] = {
    "ActivityHappened": activity_record,
    "RefreshTopList": top_list_refresh,
    "GradedWork": risk_record,
}


class Chaos:
    """One set of activities of ada, who moved and was nudged amid them, and bob, and one way to deliver it."""

    def __init__(self, seed: int | None, settings: Settings, database: Database) -> None:
        self._random = random.Random(seed)
        self._is_clean = seed is None
        self._settings, self._database = settings, database
        self._clock = HandClock()
        self._faults = 0 if self._is_clean else self._random.randint(0, FAULTS)
        self._failures: Counter[str] = Counter()
        self._processes: list[Process] = []

    def run(self, happened: Sequence[ActivityHappened]) -> dict[str, Any]:
        """Deliver all of it to the end; what is stored then."""
        self._open(happened)
        ids = [str(one.derived_id()) for one in happened]
        if not self._is_clean:
            ids = self._shuffled([*ids, *(one for one in ids if self._random.random() < 0.4)])
        while ids or self._processes:
            if ids and len(self._processes) < (1 if self._is_clean else AT_ONCE):
                self._deliver(ids.pop(0))
            self._step()
        for _ in range(30):
            pending = [one for one in self._all(MESSAGES) if one.status == "PENDING"]
            if not pending:
                return self._outcome()
            self._clock.advance(minutes=11)
            for message in self._shuffled(pending):
                self._deliver(message.message_id)
                while self._processes:
                    self._step()
        raise AssertionError("never settled")

    def _open(self, happened: Sequence[ActivityHappened]) -> None:
        people: list[Document] = [account("ada", "Pacific/Honolulu"), account("bob", "America/New_York")]
        zones, excused = moved(began(START, "Pacific/Auckland"), START - timedelta(hours=15), "Pacific/Honolulu")
        since = START - timedelta(days=3)
        people.append(
            Standing(
                user_id="ada",
                zones=zones,
                excused=f"{excused:x}",
                open_nudges=(OpenNudge(nudge_id="hers", since=since),),
            )
        )
        people.append(Nudge(nudge_id="hers", user_id="ada", origin="lapse", status="sent", planned_at=since))
        self._database.commit([Write("set", type(one), one.stored_id, document=one) for one in people])
        unit = UnitOfWork(self._database)
        for one in happened:
            StagingQueue(self._world(None), unit).stage(one)
        unit.commit(Tries())

    def _world(self, process: Process | None) -> HandWorld:
        world = HandWorld(self._settings, SteppedDatabase(self._database, process) if process else self._database)
        world.clock, world.ids = self._clock, CountedIds()
        if process:
            world.tasks = SteppedTasks(lambda _: None, process)  # type: ignore[assignment]
        return world

    def _deliver(self, message_id: str) -> None:
        stored = self._database.get_many(MessageRecord, [message_id])[0]
        assert stored is not None
        function = CONSUMERS[parse(MessageRecord, stored).kind]

        def ended(status: Any) -> None:
            if status != 200:
                self._failures[message_id] += 1
                assert status in (None, 409, 500), status

        work = lambda: deliver(function, message_id, self._failures[message_id])  # noqa: E731
        self._processes.append(Process(self._world, work, ended))

    def _step(self) -> None:
        if self._processes:
            self._random.choice(self._processes).go_on(self._fate())
        self._processes = [one for one in self._processes if not one.over]

    def _fate(self) -> Fate:
        if self._faults and self._random.random() < 0.1:
            self._faults -= 1
            return self._random.choice(["die", "die_after", "refused"])
        return "go"

    def _shuffled(self, these: list[Any]) -> list[Any]:
        return these if self._is_clean else self._random.sample(these, len(these))

    def _all(self, query: Query[Any]) -> list[Any]:
        return [parse(query.model, stored) for stored in self._database.query(query, {}, 1000, None)]

    def _outcome(self) -> dict[str, Any]:
        """Every document that activities lead to, by its id; of the leaderboards, who stands on them."""
        assert {one.status for one in self._all(MESSAGES)} == {"DONE"}
        kept: list[Document] = [one for query in KEPT for one in self._all(query)]
        kept += [one.model_copy(update={"asked_slot": 0}) for one in self._all(WEEKS)]  # that is no effect
        found: dict[str, Any] = {f"{one.collection}/{one.stored_id}": one for one in kept}
        return found | {one.top_list_id: one.entries for one in self._all(TOPS)}
