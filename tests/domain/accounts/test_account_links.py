"""Links in e-mails: good once, for one purpose, for a while; and each e-mail at most once."""

import json

import pytest

from common.domain.accounts import account_links, links, mail_texts
from common.domain.accounts.bodies import EmailVerification, PasswordReset
from common.domain.accounts.links import InvalidLink
from common.domain.accounts.messages import MailRequested
from common.domain.accounts.models import Revocations
from common.domain.accounts.passwords import WeakPassword
from common.domain.accounts.revocations import CURRENT, is_revoked
from common.errors import TooManyRequests, Unauthenticated
from common.ports.mailer import MailRefused
from common.triggers.unit_of_work import UnitOfWork
from tests.domain.accounts.desk import PASSWORD, Desk, Values

NEW = "a-better-engine"


def verify(desk: Desk, token: str) -> None:
    wished = EmailVerification(token=token)
    desk.run(lambda store: account_links.verify_email(wished, store, desk.link_key, desk.clock))


def reset(desk: Desk, token: str, password: str = NEW) -> None:
    wished = PasswordReset(token=token, new_password=password)
    desk.run(lambda store: account_links.reset_password(wished, store, desk.link_key, desk.clock, desk.ids))


def test_the_first_mail_proves_the_address_once(desk: Desk):
    profile = desk.register()
    token = desk.mailed_token()
    verify(desk, token)
    assert desk.account(profile.user_id).email_verified
    assert desk.cost() == (1, 1, 0)
    with pytest.raises(InvalidLink):
        verify(desk, token)


def test_a_link_for_verification_lasts_three_days(desk: Desk):
    desk.register()
    token = desk.mailed_token()
    desk.clock.turn(days=3)
    with pytest.raises(InvalidLink):
        verify(desk, token)


def test_a_new_password_by_link_works_once_and_ends_every_session(desk: Desk):
    profile = desk.register()
    issued = desk.login()
    desk.ask_reset("ADA@example.org")
    token = desk.mailed_token()
    reset(desk, token)
    assert desk.cost() == (2, 3, 0)
    with pytest.raises(Unauthenticated):
        desk.login()
    with pytest.raises(Unauthenticated):
        desk.refresh(issued.refresh_token)
    revoked = UnitOfWork(desk.database).get(Revocations, CURRENT)
    assert is_revoked(revoked, profile.user_id, desk.access(issued).issued_at)
    assert not is_revoked(revoked, profile.user_id, desk.access(desk.login("ada", NEW)).issued_at)
    assert desk.account(profile.user_id).email_verified
    with pytest.raises(InvalidLink):
        reset(desk, token, "once-more-please")


def test_a_link_for_a_password_lasts_an_hour_and_ends_with_the_old_password(desk: Desk):
    desk.register()
    desk.ask_reset("ada@example.org")
    first = desk.mailed_token()
    desk.ask_reset("ada@example.org")
    second = desk.mailed_token()
    reset(desk, second)
    with pytest.raises(InvalidLink):
        reset(desk, first, "once-more-please")
    desk.ask_reset("ada@example.org")
    third = desk.mailed_token()
    desk.clock.turn(hours=1)
    with pytest.raises(InvalidLink):
        reset(desk, third, "once-more-please")


def test_a_weak_password_leaves_the_link_good(desk: Desk):
    desk.register()
    desk.ask_reset("ada@example.org")
    token = desk.mailed_token()
    with pytest.raises(WeakPassword):
        reset(desk, token, "ada@example.org")
    reset(desk, token)


def test_a_link_is_good_for_its_own_purpose_only(desk: Desk):
    desk.register()
    for_address = desk.mailed_token()
    desk.ask_reset("ada@example.org")
    for_password = desk.mailed_token()
    with pytest.raises(InvalidLink):
        reset(desk, for_address)
    with pytest.raises(InvalidLink):
        verify(desk, for_password)


@pytest.mark.parametrize("change", [{"active": False}, {"email": "other@example.org"}])
def test_a_link_is_for_the_account_as_it_was(desk: Desk, change: dict[str, object]):
    profile = desk.register()
    token = desk.mailed_token()
    desk.edit(profile.user_id, **change)
    with pytest.raises(InvalidLink):
        verify(desk, token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\ud800", "é.é.é"])
def test_no_other_text_is_a_link(desk: Desk, token: str):
    with pytest.raises(InvalidLink):
        links.whose(token, "verify", desk.link_key, desk.clock.now())


def test_an_access_token_is_no_link_and_an_older_key_s_link_is(desk: Desk):
    desk.register()
    issued = desk.login()
    with pytest.raises(InvalidLink):
        verify(desk, issued.access_token)
    token = desk.mailed_token()
    desk.link_key = Values("n" * 40)
    with pytest.raises(InvalidLink):
        verify(desk, token)
    desk.link_key = Values("n" * 40, "k" * 40)
    verify(desk, token)


def test_a_short_key_is_refused(desk: Desk):
    profile = desk.register()
    with pytest.raises(ValueError, match="32 bytes"):
        links.sign(desk.account(profile.user_id), "verify", "short", desk.clock.now())


def test_nobody_learns_whether_an_address_is_known(desk: Desk):
    desk.register()
    costs = []
    for email in ("ada@example.org", "nobody@example.org"):
        desk.ask_reset(email)
        costs.append(desk.cost())
        said = desk.mails.messages[-1]
        assert said.user_id is None and said.email_slot is not None
        assert "@" not in said.model_dump_json()
    assert costs[0] == costs[1]
    desk.send(desk.mails.messages[-1])
    assert desk.post.mails == []


def test_a_mailbox_is_not_filled_by_a_stranger(desk: Desk):
    for _ in range(5):
        desk.ask_reset("nobody@example.org")
    with pytest.raises(TooManyRequests):
        desk.ask_reset("NOBODY@example.org")
    desk.ask_reset("somebody@example.org")


def test_another_link_is_sent_on_request_until_the_address_is_proved(desk: Desk):
    profile = desk.register()
    desk.run(lambda _: account_links.request_verification(desk.caller(profile), desk.mails, desk.limits, desk.ids))
    verify(desk, desk.mailed_token())
    desk.send(desk.mails.messages[-1].model_copy(update={"mail_id": "another"}))
    assert len(desk.post.mails) == 1


@pytest.mark.parametrize(
    ("language", "word"),
    [("de", "Hallo"), ("de-AT", "Hallo"), ("es", "Hola"), ("fr", "Bonjour"), ("sw", "Hello"), (None, "Hello")],
)
def test_a_mail_is_in_the_reader_s_language_where_we_have_it(desk: Desk, language: str | None, word: str):
    desk.register(language=language, display_name="Ada {link} {0}")
    desk.mailed_token()
    [sent] = desk.post.mails
    assert sent.text.startswith(word)
    assert "Ada {link} {0}" in sent.text
    assert sent.to == "ada@example.org"
    assert "https://school.example.org/#/verify-email?token=" in sent.text


def test_every_language_has_every_mail():
    languages = {template: set(known) for template, known in mail_texts._WORDS.items()}
    assert set(map(frozenset, languages.values())) == {frozenset({"en", "de", "es", "fr"})}
    for known in mail_texts._WORDS.values():
        for said in known.values():
            assert "{link}" in said.text and "\n" not in said.subject


def request(desk: Desk) -> MailRequested:
    desk.register()
    return desk.mails.messages[-1]


def test_a_mail_whose_fate_is_unknown_is_not_sent_again_and_somebody_is_told(
    desk: Desk, capsys: pytest.CaptureFixture[str]
):
    message = request(desk)
    desk.post.failure = TimeoutError("no answer from the server")
    with pytest.raises(TimeoutError):
        desk.send(message)
    desk.post.failure = None
    desk.send(message)
    assert desk.post.mails == []
    logged = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (logged["severity"], logged["message"]) == ("ERROR", "mail.unknown")
    assert "@" not in json.dumps(logged)


def test_a_mail_that_was_refused_for_now_is_tried_again(desk: Desk):
    message = request(desk)
    desk.post.failure = MailRefused("busy", permanent=False)
    with pytest.raises(MailRefused):
        desk.send(message)
    desk.post.failure = None
    desk.send(message)
    desk.send(message)
    assert len(desk.post.mails) == 1


def test_a_mail_that_is_refused_for_good_is_done(desk: Desk):
    message = request(desk)
    desk.post.failure = MailRefused("no such mailbox", permanent=True)
    desk.send(message)
    assert desk.post.mails == []


def test_nobody_is_written_to_who_is_gone(desk: Desk):
    profile = desk.register()
    desk.edit(profile.user_id, active=False)
    desk.send(desk.mails.messages[-1])
    desk.send(MailRequested(mail_id="m", template="verify_email", user_id="nobody"))
    desk.send(MailRequested(mail_id="n", template="reset_password"))
    assert desk.post.mails == []
    assert PASSWORD not in desk.mails.messages[-1].model_dump_json()
