"""A model may write a nudge; whatever is wrong with it, a template goes out, and the ledger says why."""

from __future__ import annotations

import zlib

import pytest

from common.domain.engagement import templates
from common.domain.engagement.fitness import fault_of
from common.domain.engagement.models import NudgeSettings
from common.domain.engagement.templates import MAIL, PLAIN, SMALL_STEP, VARIANTS, Language, Template, Words
from common.domain.tutoring.ledger import AiCall
from common.ports import Query
from common.ports.ai import ModelRefused, ModelUnavailable, Verdict
from tests.domain.engagement.outreach import GOOD, Outreach

CALLS = Query(AiCall)
ALL = [PLAIN, SMALL_STEP, templates.TEACHER, templates.TEACHER_SAYS, templates.TEAM_SAYS]
CHECKSUMS = {
    "plain-1": 3_566_701_645,
    "small_step-1": 3_859_905_476,
    "teacher-1": 1_340_611_410,
    "teacher_says-1": 3_542_821_782,
    "team_says-1": 1_121_901_783,
}


@pytest.fixture
def writing(outreach: Outreach) -> Outreach:
    """Ada is due, and a model is to write."""
    outreach.write(NudgeSettings(text_by="model"))
    outreach.falls_silent()
    outreach.sweep()
    return outreach


def call(outreach: Outreach) -> tuple[str, str | None, str]:
    (kept,) = outreach.all(CALLS)
    assert (kept.user_id, kept.purpose) == ("ada", "nudge")
    return kept.outcome, kept.detail, kept.served_by


def test_a_good_text_goes_out_as_the_model_wrote_it(writing: Outreach):
    writing.work()
    nudge = writing.nudge()
    assert (nudge.subject, nudge.text) == (GOOD["subject"], GOOD["text"])
    assert (nudge.text_by, nudge.template, nudge.status) == ("model", "model-1", "sent")
    assert GOOD["text"] in writing.world.mailer.sent[0].text
    assert call(writing) == ("answered", None, "model")


def test_the_model_is_told_nothing_of_the_learner_but_their_language(writing: Outreach):
    writing.work()
    (asked,) = writing.author.asked
    said = asked.instructions + "".join(turn.text for turn in asked.turns)
    assert [turn.text for turn in asked.turns] == ["Language: English."]
    assert "Ada" not in said and "example.org" not in said


LONG = "Come back and look at your flashcards whenever it suits you. "


@pytest.mark.parametrize(
    ("writes", "outcome", "detail"),
    [
        (ModelUnavailable("slow"), "unavailable", None),
        (ModelRefused(), "refused", None),
        ({"subject": 7, "nonsense": "?"}, "refused", None),
        ({**GOOD, "text": LONG * 8}, "unfit", "length"),
        ({**GOOD, "subject": " "}, "unfit", "length"),
        ({**GOOD, "text": "Come back."}, "unfit", "length"),
        ({**GOOD, "text": LONG + "See https://evil.example."}, "unfit", "markup"),
        ({**GOOD, "text": LONG + "<b>Now</b>"}, "unfit", "markup"),
        ({**GOOD, "subject": "Hello\r\nBcc: eve@example.org"}, "unfit", "markup"),
        ({**GOOD, "text": LONG + "You have 12 cards waiting."}, "unfit", "number"),
        ({**GOOD, "text": "Wenn du magst, schau heute kurz bei deinen Karteikarten vorbei."}, "unfit", "language"),
        ({**GOOD, "text": LONG + "You'll pass with ease."}, "unfit", "promise"),
        ({**GOOD, "text": LONG + "Do not be lazy."}, "unfit", "shame"),
        ({**GOOD, "text": LONG + "You are falling behind."}, "unfit", "shame"),
        ({**GOOD, "text": LONG + "Your exam is near."}, "unfit", "made_up"),
        ({**GOOD, "text": LONG + "It has been three weeks."}, "unfit", "made_up"),
    ],
)
def test_anything_else_sends_the_template_and_the_ledger_says_why(
    writing: Outreach, writes: dict[str, str] | Exception, outcome: str, detail: str | None
):
    writing.author.writes = writes
    writing.work()
    nudge = writing.nudge()
    assert (nudge.text, nudge.text_by, nudge.template) == (PLAIN.words["en"].text, "template", "plain-1")
    assert (nudge.status, len(writing.mailed)) == ("sent", 1)
    assert call(writing) == (outcome, detail, "offline")


@pytest.mark.parametrize(("says", "detail"), [(Verdict(True, ("harassment",)), "flagged"), (None, "unjudged")])
def test_what_moderation_does_not_pass_is_not_sent(writing: Outreach, says: Verdict | None, detail: str):
    writing.judge.says = says
    writing.work()
    assert writing.nudge().text_by == "template"
    assert call(writing) == ("unfit", detail, "offline")


def test_who_has_spent_the_day_s_budget_gets_the_template(writing: Outreach, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writing.author, "most_cost_micros", lambda _: 10**9)
    writing.work()
    assert (writing.nudge().text_by, call(writing)[0], writing.author.asked) == ("template", "over_budget", [])


def test_whoever_comes_back_while_the_model_writes_is_not_nudged(writing: Outreach):
    writing.work("SendNudge")
    assert writing.nudge().status == "writing"
    writing.world.clock.advance(minutes=1)
    writing.studies()
    writing.work()
    assert (writing.mailed, writing.nudge().dropped_because) == ([], "came_back")


def test_a_text_that_is_written_twice_is_asked_for_once(writing: Outreach):
    writing.work("SendNudge")
    (message,) = writing.pending("WriteNudge")
    writing.work("WriteNudge")
    writing.change(type(message), message.message_id, status="PENDING")
    writing.work()
    assert len(writing.author.asked) == len(writing.mailed) == 1


@pytest.mark.parametrize("language", MAIL)
@pytest.mark.parametrize("template", [PLAIN, SMALL_STEP])
def test_our_own_words_keep_the_rules_that_a_model_is_held_to(template: Template, language: Language):
    assert fault_of(template.words[language], language) is None


@pytest.mark.parametrize(
    ("language", "text", "fault"),
    [
        ("de", "Wenn du jetzt lernst, garantieren wir dir, dass du alles verstehst und weiterkommst.", "promise"),
        ("de", "Du bist etwas hinterher, aber mit ein paar Karten kommst du wieder gut hinein.", "shame"),
        ("de", "Deine Klausur ist bald, also schau dir doch ein paar deiner Karteikarten wieder an.", "made_up"),
        ("es", "Si vuelves hoy y haces un cuestionario corto, te prometemos que todo irá muy bien.", "promise"),
        ("es", "No te quedes atrás: con unas pocas tarjetas puedes retomarlo cuando te venga bien.", "shame"),
        ("es", "Tu profesor se alegrará si hoy haces un cuestionario corto o unas pocas tarjetas.", "made_up"),
        ("fr", "Avec un court quiz et quelques cartes, la réussite est à vous dès que vous revenez.", "promise"),
        ("fr", "Vous avez pris du retard, mais quelques cartes suffisent pour reprendre le fil.", "shame"),
        ("fr", "Votre examen est proche, alors quelques cartes suffisent pour reprendre le fil.", "made_up"),
    ],
)
def test_the_rules_hold_in_every_language(language: Language, text: str, fault: str):
    assert fault_of(Words("Hallo", text), language) == fault


def test_whoever_changes_the_words_of_a_template_gives_it_a_new_version():
    said = {one.stored_as: zlib.crc32(repr(one.words).encode()) for one in ALL}
    assert said == CHECKSUMS, "a nudge that was sent keeps the version of its words"


def test_every_template_is_there_in_every_language_and_no_subject_is_long():
    for template in ALL:
        assert template.words.keys() == MAIL.keys()
        for language in MAIL:
            words = templates.written(template, language, course="Logic {reason}", reason="Read {site}, please.")
            assert 0 < len(words.subject) <= 50 and len(words.text) <= 400
    assert set(templates.TEMPLATES) == set(VARIANTS)
