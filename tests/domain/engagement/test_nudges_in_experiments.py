"""In an experiment some are nudged in its way and some are held back, and of both it is known who came back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.domain.engagement.experiment_models import HOLDOUT, Arm, Experiment, Exposure, exposure_id
from common.domain.engagement.experiments import assign
from tests.domain.engagement.laboratory import experiment
from tests.domain.engagement.outreach import Outreach

STEPS = Arm(arm="steps", percent=50, template="small_step", channel="in_app")


def named(begun: Experiment, arm: str) -> str:
    """A learner who is in that arm."""
    return next(name for name in (f"learner-{at}" for at in range(100)) if assign(begun, name) == arm)


def silent(outreach: Outreach, begun: Experiment, arm: str) -> str:
    """A learner of that arm, who is due and planned."""
    outreach.write(begun)
    who = named(begun, arm)
    outreach.enrol(who, language="es")
    outreach.falls_silent(who)
    outreach.sweep()
    return who


def exposure(outreach: Outreach, who: str) -> Exposure:
    found = outreach.world.stored(Exposure, exposure_id("first", who))
    assert found is not None
    return found


def test_an_arm_chooses_the_words_and_the_channel(outreach: Outreach):
    who = silent(outreach, experiment(arms=(STEPS,)), "steps")
    outreach.work()
    nudge = outreach.nudge()
    assert (nudge.status, nudge.template, nudge.channel) == ("sent", "small_step-1", "in_app")
    assert (nudge.experiment_id, nudge.arm, nudge.held_out) == ("first", "steps", False)
    assert nudge.text and nudge.text.startswith("Si buscas")
    assert outreach.mailed == [] and exposure(outreach, who).exposed_at == nudge.planned_at


def test_who_is_held_out_is_never_written_to_and_counts_like_the_others(outreach: Outreach):
    who = silent(outreach, experiment(arms=(STEPS,)), HOLDOUT)
    outreach.work()
    nudge = outreach.nudge()
    assert (nudge.status, nudge.reached, nudge.held_out, nudge.text) == ("held_out", False, True, None)
    back = nudge.planned_at + timedelta(hours=30)
    outreach.world.clock.time = back
    outreach.studies(who)
    assert (outreach.nudge().came_back_at, exposure(outreach, who).came_back_at) == (back, back)
    assert outreach.mailed == []


@pytest.mark.parametrize("arm", ["steps", HOLDOUT])
def test_who_may_not_be_nudged_now_is_not_counted_whatever_the_arm(outreach: Outreach, arm: str):
    who = silent(outreach, experiment(arms=(STEPS,)), arm)
    outreach.wishes(who, opted_out_at=outreach.now)
    outreach.work()
    assert outreach.nudges() == []
    assert outreach.world.stored(Exposure, exposure_id("first", who)) is None


def test_a_nudge_waits_for_the_hour_of_its_arm_and_is_judged_again_then(outreach: Outreach):
    who = silent(outreach, experiment(arms=(STEPS.model_copy(update={"send_hour": 18}),)), "steps")
    outreach.work()
    assert (outreach.nudge().status, outreach.nudge().reached) == ("planned", False)
    (waiting,) = outreach.pending("SendNudge")
    assert waiting.due_at.hour == 18 and exposure(outreach, who).exposed_at == outreach.now
    outreach.world.clock.time = waiting.due_at
    outreach.work()
    assert outreach.nudge().status == "sent"


def test_who_comes_back_before_the_hour_of_their_arm_is_counted_and_left_in_peace(outreach: Outreach):
    who = silent(outreach, experiment(arms=(STEPS.model_copy(update={"send_hour": 18}),)), "steps")
    outreach.work()
    outreach.world.clock.advance(hours=1)
    outreach.studies(who)
    outreach.world.clock.advance(hours=12)
    outreach.work()
    nudge = outreach.nudge()
    assert (nudge.status, nudge.dropped_because, nudge.reached) == ("dropped", "came_back", False)
    assert exposure(outreach, who).came_back


def test_nobody_is_nudged_by_an_arm_that_was_stopped(outreach: Outreach):
    stopped = STEPS.model_copy(update={"stopped_at": outreach.now, "stopped_because": "harmful"})
    silent(outreach, experiment(arms=(stopped,)), "steps")
    outreach.work()
    assert (outreach.nudge().status, outreach.nudge().dropped_because) == ("dropped", "stopped")
