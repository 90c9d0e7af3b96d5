"""Admins begin and stop experiments; of two who begin at once, one does; what it costs does not grow."""

from __future__ import annotations

import pytest

from common.domain.engagement import experimenting
from common.domain.engagement.experiment_bodies import ExperimentReport, ExperimentStop, NewExperiment
from common.domain.engagement.experiment_models import HOLDOUT, Experiment, Exposure, RunningExperiment
from common.domain.engagement.experimenting import ExperimentRunning
from common.ports import Caller, Store
from common.triggers.unit_of_work import Billed, Stale, UnitOfWork
from tests.domain.engagement.laboratory import Laboratory
from tests.triggers.world import START, HandWorld

ROOT = Caller("root", "admin")
WISHED = NewExperiment.model_validate(
    {
        "name": "Evening",
        "arms": [{"arm": "evening", "percent": 50, "send_hour": 19}],
        "holdout_percent": 50,
        "smallest_effect": 0.05,
    }
)


def begin(world: HandWorld, store: Store) -> ExperimentReport:
    return experimenting.begin(ROOT, WISHED, store, world.clock, world.ids)


def stop(world: HandWorld, store: Store, experiment_id: str) -> ExperimentReport:
    return experimenting.stop(ROOT, experiment_id, ExperimentStop(), store, world.clock, world.ids)


def test_of_two_that_begin_at_once_one_begins(laboratory: Laboratory):
    one, other = (UnitOfWork(laboratory.world.database) for _ in range(2))
    begun = begin(laboratory.world, one)
    begin(laboratory.world, other)
    one.commit(laboratory.world.patience())
    with pytest.raises(Stale):  # the edge then runs the handler again
        other.commit(laboratory.world.patience())
    with pytest.raises(ExperimentRunning):
        laboratory.do(lambda store: begin(laboratory.world, store))
    slot = laboratory.world.stored(RunningExperiment, "current")
    assert slot is not None and slot.experiment_id == begun.experiment_id


def test_stopping_and_counting_at_once_both_come_about(laboratory: Laboratory):
    begun = laboratory.do(lambda store: begin(laboratory.world, store))
    laboratory.meet_many(10, lambda seen: seen.arm == HOLDOUT)
    laboratory.world.clock.advance(days=5)
    counting = UnitOfWork(laboratory.world.database)
    seen = counting.get(Experiment, begun.experiment_id)
    assert seen is not None
    counting.put(seen.model_copy(update={"counted_until": "2026-03-02"}))
    laboratory.do(lambda store: stop(laboratory.world, store, begun.experiment_id))
    with pytest.raises(Stale):  # and is counted anew
        counting.commit(laboratory.world.patience())
    laboratory.night()
    after = laboratory.seen(begun.experiment_id)
    assert (after.is_running, after.stopped_by, after.counted_until) == (False, "root", "2026-03-03")
    assert sum(one.learners for one in after.tallies.values()) == 10


def test_what_it_costs(laboratory: Laboratory):
    world = laboratory.world
    billed = Billed()

    def costs() -> tuple[int, int, int]:
        found = billed.reads, billed.writes, billed.deletes
        billed.reads = billed.writes = billed.deletes = 0
        return found

    unit = UnitOfWork(world.database, billed)
    begun = begin(world, unit)
    unit.commit(world.patience())
    assert costs() == (1, 3, 0)
    unit = UnitOfWork(world.database, billed)
    experimenting.show(begun.experiment_id, unit, world.clock)
    assert costs() == (1, 0, 0)
    experimenting.all_of_them(UnitOfWork(world.database, billed), world.clock, page_size=20, page_token=None)
    assert costs() == (1, 0, 0)
    laboratory.meet("ada")
    assert world.stored(Exposure, f"{begun.experiment_id}.ada") is not None
    unit = UnitOfWork(world.database, billed)
    stop(world, unit, begun.experiment_id)
    unit.commit(world.patience())
    assert costs() == (2, 3, 0)
    assert laboratory.meet("eve") is None
    assert begun.started_at == START
