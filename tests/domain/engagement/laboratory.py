"""Experiments with nudges, over a real database and with a clock in the test's hands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from common.domain.engagement import experiments
from common.domain.engagement.experiment_models import Arm, Experiment, Exposure, RunningExperiment
from common.ports import Store
from common.triggers.unit_of_work import UnitOfWork
from tests.triggers.world import HandWorld

T = TypeVar("T")


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
