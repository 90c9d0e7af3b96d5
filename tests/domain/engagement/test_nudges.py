"""A learner who falls silent is nudged once, in their words and at their hours, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.domain.accounts.models import Account
from common.domain.engagement.messages import SendNudge
from common.domain.engagement.models import LearnerNudges, Nudge, NudgeSettings
from common.ports import Document
from common.ports.mailer import MailRefused
from functions.nudge_mail.main import nudge_mail
from tests.domain.engagement.outreach import Outreach
from tests.triggers.world import deliver


def test_a_silence_has_one_nudge_by_e_mail(outreach: Outreach):
    outreach.falls_silent()
    outreach.sweep()
    outreach.work()
    (mail,) = outreach.world.mailer.sent
    nudge = outreach.nudge()
    assert (nudge.status, nudge.reached, nudge.channel, nudge.template) == ("sent", True, "email", "plain-1")
    assert mail.to == "ada@example.org" and mail.subject == nudge.subject
    assert nudge.text and nudge.text in mail.text and mail.text.startswith("Hello Ada,\n")
    assert nudge.risk and nudge.risk >= 0.5
    for _ in range(10):
        outreach.world.clock.advance(days=9)
        outreach.sweep()
        outreach.work()
    assert len(outreach.world.mailer.sent) == 1


def test_nobody_is_due_before_they_would_be_missed(outreach: Outreach):
    outreach.studies()
    due = outreach.standing().nudge_due_at
    assert due and timedelta(days=1) < due - outreach.now < timedelta(days=14)
    outreach.world.clock.time = due - timedelta(seconds=1)
    outreach.sweep()
    assert outreach.pending("SendNudge") == []
    outreach.world.clock.time = due
    outreach.sweep()
    assert len(outreach.pending("SendNudge")) == 1
    assert outreach.standing().nudge_due_at is None


def test_whoever_comes_back_and_falls_silent_again_is_nudged_again(outreach: Outreach):
    for times in (1, 2):
        outreach.falls_silent()
        outreach.sweep()
        outreach.work()
        assert len(outreach.mailed) == times
        outreach.world.clock.advance(days=8)


def test_whoever_acts_between_plan_and_send_is_not_nudged(outreach: Outreach):
    outreach.falls_silent()
    outreach.sweep()
    outreach.studies()
    outreach.work()
    assert (outreach.mailed, outreach.nudges()) == ([], [])


def test_whoever_acts_while_the_e_mail_waits_is_not_nudged(outreach: Outreach):
    outreach.falls_silent()
    outreach.sweep()
    outreach.work("SendNudge")
    assert outreach.nudge().status == "sending"
    outreach.world.clock.advance(minutes=5)
    outreach.studies()
    outreach.work()
    assert outreach.mailed == []
    assert (outreach.nudge().status, outreach.nudge().dropped_because) == ("dropped", "came_back")


@pytest.mark.parametrize(
    ("model", "document_id", "changes", "because"),
    [
        (Account, "ada", {"active": False}, "inactive"),
        (LearnerNudges, "ada", {"opted_out_at": "2026-03-01T00:00:00Z"}, "opted_out"),
        (NudgeSettings, "current", {"stopped": True}, "stopped"),
        (LearnerNudges, "ada", {"channels": ("in_app",)}, "no_channel"),
    ],
)
def test_what_changes_while_the_e_mail_waits_is_heeded(
    outreach: Outreach, model: type[Document], document_id: str, changes: dict[str, object], because: str
):
    outreach.wishes()
    outreach.write(NudgeSettings())
    outreach.falls_silent()
    outreach.sweep()
    outreach.work("SendNudge")
    found = outreach.world.stored(model, document_id)
    assert found is not None
    outreach.write(model.model_validate(found.model_dump() | changes))
    outreach.work()
    assert (outreach.mailed, outreach.nudge().dropped_because) == ([], because)
    assert outreach.nudge().reached is False


def test_the_kill_switch_plans_nobody_and_forgets_nobody(outreach: Outreach):
    outreach.falls_silent()
    outreach.write(NudgeSettings(stopped=True))
    outreach.sweep()
    assert outreach.pending("SendNudge") == []
    outreach.write(NudgeSettings(stopped=False))
    outreach.sweep()
    outreach.work()
    assert outreach.mailed == ["ada@example.org"]


def test_who_was_due_long_ago_is_left_in_peace(outreach: Outreach):
    outreach.falls_silent()
    outreach.world.clock.advance(days=20)
    outreach.sweep()
    outreach.work()
    assert (outreach.mailed, outreach.standing().nudge_due_at) == ([], None)


def test_quiet_hours_put_a_nudge_off_until_the_morning(outreach: Outreach):
    outreach.falls_silent()
    outreach.sweep()
    outreach.world.clock.time = outreach.now.replace(hour=23)
    outreach.work()
    assert outreach.mailed == []
    (waiting,) = outreach.pending("SendNudge")
    assert waiting.due_at == outreach.now.replace(hour=8) + timedelta(days=1)
    outreach.world.clock.time = waiting.due_at
    outreach.work()
    assert outreach.mailed == ["ada@example.org"]


def test_an_e_mail_that_a_slow_queue_brings_into_the_night_waits_for_the_morning(outreach: Outreach):
    outreach.falls_silent()
    outreach.sweep()
    outreach.work("SendNudge")
    outreach.world.clock.time = outreach.now.replace(hour=22)
    outreach.work()
    assert (outreach.mailed, outreach.nudge().status) == ([], "planned")
    outreach.world.clock.advance(hours=11)
    outreach.work()
    assert outreach.mailed == ["ada@example.org"]


def test_the_cap_puts_a_nudge_off_until_the_week_is_over(outreach: Outreach):
    outreach.falls_silent()
    before = outreach.now - timedelta(days=2)
    outreach.wishes(most_a_week=1, recent=(before,))
    outreach.sweep()
    outreach.work()
    (waiting,) = outreach.pending("SendNudge")
    assert (outreach.mailed, waiting.due_at) == ([], before + timedelta(days=7))
    outreach.world.clock.time = waiting.due_at
    outreach.work()
    assert outreach.mailed == ["ada@example.org"]


def test_an_address_that_nobody_proved_gets_nothing_and_the_app_shows_it(outreach: Outreach):
    outreach.change(Account, "ada", email_verified=False)
    outreach.falls_silent()
    outreach.sweep()
    outreach.work()
    assert (outreach.mailed, outreach.nudge().channel, outreach.nudge().status) == ([], "in_app", "sent")


@pytest.mark.parametrize(("tag", "word"), [("de-AT", "Hallo"), ("es", "Hola"), ("fr-CA", "Bonjour"), ("ja", "Hello")])
def test_a_nudge_speaks_the_learner_s_language(outreach: Outreach, tag: str, word: str):
    outreach.change(Account, "ada", language=tag)
    outreach.falls_silent()
    outreach.sweep()
    outreach.work()
    assert outreach.world.mailer.sent[0].text.startswith(word)


def test_when_the_server_took_it_and_nobody_could_note_it_the_record_says_unknown(outreach: Outreach, monkeypatch):
    outreach.falls_silent()
    outreach.sweep()
    outreach.work("SendNudge")
    (message,) = outreach.pending("MailNudge")
    take = outreach.world.mailer.send

    def take_and_die(mail: object) -> None:
        take(mail)  # type: ignore[arg-type]
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(outreach.world.mailer, "send", take_and_die)
        with pytest.raises(SystemExit):
            deliver(nudge_mail, message.message_id)
    outreach.world.clock.advance(minutes=5)
    assert outreach.nudge().status == "sending"
    assert deliver(nudge_mail, message.message_id, retries=1) == 200
    assert (outreach.nudge().status, len(outreach.mailed)) == ("unknown", 1)
    outreach.work()
    assert len(outreach.mailed) == 1


def test_a_server_that_is_busy_is_asked_again_and_an_address_that_is_none_is_not(outreach: Outreach, monkeypatch):
    outreach.falls_silent()
    outreach.sweep()
    outreach.work("SendNudge")
    (message,) = outreach.pending("MailNudge")

    def refuse(permanent: bool) -> None:
        def send(_: object) -> None:
            raise MailRefused("no", permanent=permanent)

        monkeypatch.setattr(outreach.world.mailer, "send", send)

    refuse(permanent=False)
    assert deliver(nudge_mail, message.message_id) == 500
    assert outreach.nudge().status == "sending"
    refuse(permanent=True)
    assert deliver(nudge_mail, message.message_id) == 200
    assert (outreach.nudge().status, outreach.nudge().reached) == ("failed", False)


def test_the_e_mail_says_how_to_end_it_where_mail_programs_look_for_that(outreach: Outreach):
    outreach.falls_silent()
    outreach.sweep()
    outreach.work()
    (mail,) = outreach.world.mailer.sent
    headers = dict(mail.headers)
    link = headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://school.example.org/v1/unsubscribe/") and link in mail.text
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_who_studies_within_72_hours_has_come_back_and_the_first_time_counts(outreach: Outreach):
    outreach.falls_silent()
    outreach.sweep()
    outreach.work()
    planned = outreach.nudge().planned_at
    outreach.studies(kind="post_created", at=planned + timedelta(hours=1))
    assert outreach.nudge().came_back_at is None, "writing a post is no studying"
    outreach.world.clock.advance(days=4)
    outreach.studies(at=planned + timedelta(hours=73))
    assert outreach.nudge().came_back_at is None
    outreach.studies(at=planned + timedelta(hours=72))
    outreach.studies(at=planned + timedelta(hours=20))
    outreach.studies(at=planned + timedelta(hours=40))
    assert outreach.nudge().came_back_at == planned + timedelta(hours=20)


def test_teachers_and_admins_who_try_something_out_are_not_missed(outreach: Outreach):
    outreach.enrol("toni", role="teacher")
    outreach.falls_silent("toni")
    outreach.sweep()
    outreach.work()
    assert (outreach.mailed, outreach.nudges()) == ([], [])


def test_a_nudge_whose_message_comes_twice_is_sent_once(outreach: Outreach):
    outreach.falls_silent()
    outreach.sweep()
    (message,) = outreach.pending("SendNudge")
    outreach.work()
    said = SendNudge.model_validate_json(message.payload)
    outreach.stage(said.model_copy(update={"step": 50}))
    outreach.work()
    assert len(outreach.mailed) == len(outreach.nudges()) == 1
    assert outreach.world.stored(Nudge, said.nudge_id) is not None
