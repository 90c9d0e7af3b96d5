"""Experiments with nudges, over a real database and with a clock in the test's hands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from common.domain.engagement import experiments
from common.domain.engagement.experiment_models import Arm, Experiment, Exposure, RunningExperiment
from common.ports import Query, Store
from common.ports.queue import MessageRecord
from common.triggers.unit_of_work import UnitOfWork, parse
from functions.experiment_judge.main import experiment_judge
from functions.experiment_look.main import experiment_look
from tests.triggers.world import HandWorld, deliver, send

T = TypeVar("T")
MESSAGES = Query(MessageRecord)


def experiment(**changes: Any) -> Experiment:
    """An experiment with one arm of half the learners."""
    declared: dict[str, Any] = {
        "experiment_id": "first",
        "name": "Do nudges help?",
        "salt": "salt",
        "arms": (Arm(arm="nudged", percent=50),),
        "holdout_percent": 50,
        "smallest_effect": 0.05,
        "created_by": "ada",
        "started_at": "2026-03-02T09:00:00Z",
        "counted_until": "2026-03-01",
    }
    return Experiment.model_validate(declared | changes)


class Laboratory:
    """Where an experiment runs."""

    def __init__(self, world: HandWorld) -> None:
        self.world = world
        self.met = 0

    def do(self, work: Callable[[Store], T]) -> T:
        """One invocation: what it stages is committed at once."""
        unit = UnitOfWork(self.world.database)
        done = work(unit)
        unit.commit(self.world.patience())
        return done

    def begin(self, begun: Experiment) -> Experiment:
        """Let an experiment run."""

        def stage(store: Store) -> None:
            store.create(begun)
            store.put(RunningExperiment(slot_id="current", experiment_id=begun.experiment_id))

        self.do(stage)
        return begun

    def meet(self, user_id: str) -> Exposure | None:
        """The learner's nudge is due now."""

        def stage(store: Store) -> Exposure | None:
            running = experiments.running(store)
            return experiments.expose(running, user_id, store, self.world.clock.now()) if running else None

        return self.do(stage)

    def learn(self, identity: str, *, hours: float, told_after: float | None = None) -> Exposure | None:
        """The learner of an exposure learns so many hours after it; their exposure then."""
        before = self.world.stored(Exposure, identity)
        if before:
            at = before.exposed_at + timedelta(hours=hours)
            now = before.exposed_at + timedelta(hours=hours if told_after is None else told_after)
            self.do(lambda store: experiments.came_back(identity, at, store, now))
        return self.world.stored(Exposure, identity)

    def meet_many(self, count: int, returns: Callable[[Exposure], bool]) -> list[Exposure]:
        """So many learners more are met now; those of whom `returns` says so come back a day later."""
        met = []
        for _ in range(count):
            self.met += 1
            seen = self.meet(f"learner-{self.met:05}")
            if seen is not None:
                met.append(seen)
                if returns(seen):
                    self.learn(seen.exposure_id, hours=24)
        return met

    def night(self) -> None:
        """The schedule fires, and everything that follows from it is done."""
        at = {"X-CloudScheduler-ScheduleTime": self.world.clock.now().isoformat()}
        assert send(experiment_judge, "POST", "/", headers=at).status_code == 200
        self.work()

    def work(self) -> None:
        """Deliver messages until there are none."""
        while pending := [one for one in self.messages() if one.status == "PENDING"]:
            for one in pending:
                assert deliver(experiment_look, one.message_id) == 200

    def messages(self) -> list[MessageRecord]:
        found = self.world.database.query(MESSAGES, {}, 1000, None)
        return [parse(MessageRecord, one) for one in found]

    def seen(self, experiment_id: str = "first") -> Experiment:
        """The experiment as it stands."""
        found = self.world.stored(Experiment, experiment_id)
        assert found is not None
        return found
