"""A person's own account: read, changed, and its password."""

import pytest
from pydantic import ValidationError

from common.domain.accounts import passwords, places, profile
from common.domain.accounts.bodies import PasswordChange, Profile, ProfileChange
from common.domain.accounts.models import Revocations
from common.domain.accounts.profile import WrongPassword
from common.domain.accounts.revocations import CURRENT, is_revoked
from common.errors import Forbidden, TooManyRequests, Unauthenticated
from common.ports import Caller
from common.triggers.unit_of_work import UnitOfWork
from tests.domain.accounts.desk import PASSWORD, Desk

NEW = "a-better-engine"


def change(desk: Desk, who: Profile, **said: object) -> Profile:
    wished = ProfileChange.model_validate(said)
    return desk.run(lambda store: profile.change(desk.caller(who), wished, store, desk.clock))


def change_password(desk: Desk, caller: Caller, old: str = PASSWORD, new: str = NEW) -> None:
    wished = PasswordChange(password=old, new_password=new)
    desk.run(lambda store: profile.change_password(caller, wished, store, desk.limits, desk.clock, desk.ids))


def test_a_profile_is_one_read(desk: Desk):
    registered = desk.register(level="beginner", learning_style="visual")
    assert desk.run(lambda store: profile.show(desk.caller(registered), store)) == registered
    assert desk.cost() == (1, 0, 0)


def test_what_is_sent_changes_what_is_null_clears_and_the_rest_stays(desk: Desk):
    registered = desk.register(level="beginner", country="GB", display_name="Ada")
    changed = change(desk, registered, level="advanced", country=None, time_zone="Europe/London", display_name=None)
    assert (changed.level, changed.country, changed.time_zone, changed.display_name) == (
        "advanced",
        None,
        "Europe/London",
        "ada",
    )
    assert desk.cost() == (1, 1, 0)
    assert change(desk, registered, language="en") == changed.model_copy(update={"language": "en"})


@pytest.mark.parametrize("field", ["role", "email", "total_points", "user_id", "username", "badges"])
def test_nobody_gives_themself_more(field: str):
    with pytest.raises(ValidationError):
        ProfileChange.model_validate({field: "admin"})


def test_a_change_does_not_undo_another_that_came_between(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    registered = desk.register()
    now = desk.clock.now

    def meanwhile() -> object:
        monkeypatch.undo()
        desk2 = Desk(desk.folder)
        desk2.edit(registered.user_id, email_verified=True)
        return now()

    monkeypatch.setattr(desk.clock, "now", meanwhile)
    change(desk, registered, level="advanced")
    account = desk.account(registered.user_id)
    assert (account.level, account.email_verified) == ("advanced", True)


def test_an_erased_account_is_nobody_s(desk: Desk):
    with pytest.raises(Unauthenticated):
        desk.run(lambda store: profile.show(Caller("gone", "learner"), store))


def test_a_new_password_ends_every_other_session(desk: Desk):
    registered = desk.register()
    mine, other = desk.login(), desk.login()
    session_id = desk.access(mine).session_id
    change_password(desk, desk.caller(registered, session_id=session_id))
    assert desk.cost() == (2, 3, 0)
    revoked = UnitOfWork(desk.database).get(Revocations, CURRENT)
    for issued, ended in ((mine, False), (other, True)):
        claims = desk.access(issued)
        assert is_revoked(revoked, claims.user_id, claims.issued_at, claims.session_id) is ended
    assert desk.refresh(mine.refresh_token)
    with pytest.raises(Unauthenticated):
        desk.refresh(other.refresh_token)
    assert desk.login("ada", NEW)


def test_a_password_is_changed_by_who_knows_it(desk: Desk):
    registered = desk.register()
    with pytest.raises(WrongPassword):
        change_password(desk, desk.caller(registered), old="another-one")
    with pytest.raises(passwords.WeakPassword):
        change_password(desk, desk.caller(registered), new="ada@example.org")
    with pytest.raises(Forbidden):
        change_password(desk, Caller(registered.user_id, "learner", scopes=("profile:write",), key_id="k"))
    assert desk.login()


def test_of_two_changes_of_a_password_at_once_the_second_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    registered = desk.register()
    check = passwords.check

    def overtaken(password: str, *others: str, pointer: str) -> None:
        monkeypatch.undo()
        Desk(desk.folder).edit(registered.user_id, password_hash=passwords.hashed("somebody-elses"))
        check(password, *others, pointer=pointer)

    monkeypatch.setattr(passwords, "check", overtaken)
    with pytest.raises(WrongPassword):
        change_password(desk, desk.caller(registered))
    assert desk.login("ada", "somebody-elses")


def test_guessing_the_present_password_is_slowed(desk: Desk):
    registered = desk.register()
    for _ in range(10):
        with pytest.raises(WrongPassword):
            change_password(desk, desk.caller(registered), old="another-one")
    with pytest.raises(TooManyRequests):
        change_password(desk, desk.caller(registered))


@pytest.mark.parametrize(
    ("tag", "kept"), [("DE", "de"), ("pt-br", "pt-BR"), ("ZH-hant-tw", "zh-Hant-TW"), ("es-419", "es-419")]
)
def test_languages_are_written_in_one_way(tag: str, kept: str):
    assert places.language(tag) == kept


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires", "CET"])
def test_time_zones_are_the_iana_s(zone: str):
    assert places.time_zone(zone) == zone


@pytest.mark.parametrize("zone", ["Europe", "localtime", "/etc/passwd", "europe/berlin", "Europe/Berlin\n", ""])
def test_no_other_text_is_a_time_zone(zone: str):
    with pytest.raises(ValueError, match="IANA"):
        places.time_zone(zone)


def test_there_are_249_countries_and_kosovo():
    assert len(places.COUNTRIES) == 250
    assert places.country("de") == "DE"
    for code in ("UK", "ZZ", "ß"):
        with pytest.raises(ValueError, match="3166"):
            places.country(code)
