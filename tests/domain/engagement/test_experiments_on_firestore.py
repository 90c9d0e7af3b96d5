"""What counts and samples learners does the same over Firestore as over SQLite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from common.adapters.gcp.firestore import Firestore
from common.domain.engagement import experiment_reports, simulating
from common.domain.engagement.experiment_models import HOLDOUT
from common.domain.engagement.simulation_bodies import NewSimulation
from common.ports import Caller
from common.settings import Settings
from common.triggers.unit_of_work import UnitOfWork
from tests.domain.engagement.laboratory import Laboratory, experiment
from tests.domain.engagement.outreach import Outreach
from tests.domain.engagement.test_simulation import course
from tests.triggers.world import HandWorld


@pytest.fixture
def on_firestore(world: HandWorld, firestore_project: str) -> Iterator[HandWorld]:
    settings = Settings(adapters="gcp", project=firestore_project, token_public_keys={"key": "unused"})
    world.database = Firestore(settings)
    yield world
    world.database.close()


def test_an_experiment_is_counted(on_firestore: HandWorld):
    laboratory = Laboratory(on_firestore)
    laboratory.begin(experiment())
    met = laboratory.meet_many(24, lambda seen: seen.arm == HOLDOUT)
    held = sum(one.arm == HOLDOUT for one in met)
    on_firestore.clock.advance(days=5)
    laboratory.night()
    counted = {name: (one.learners, one.returned) for name, one in laboratory.seen().tallies.items()}
    assert counted == {"nudged": (24 - held, 0), HOLDOUT: (held, held)}
    (shown,) = experiment_reports.experiment_reports(UnitOfWork(on_firestore.database), on_firestore.clock.now())
    assert shown.holdout.learners == held


def test_learners_are_sampled(on_firestore: HandWorld):
    outreach = Outreach(on_firestore)
    outreach.enrol("eve", "bob")
    outreach.write(*course("logic", "ada", "eve"), *course("other", "bob"))
    for who in ("ada", "eve", "bob"):
        outreach.studies(who)
    for wished, learners in (({"course_id": "logic"}, 2), ({}, 3)):
        asked = NewSimulation.model_validate({"population": "real", **wished})
        unit = UnitOfWork(on_firestore.database)
        assert simulating.simulate(Caller("root", "admin"), asked, unit, on_firestore.clock).learners == learners
