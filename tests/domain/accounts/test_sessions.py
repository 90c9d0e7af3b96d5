"""Logging in, staying logged in, and logging out."""

import threading

import argon2
import pytest

from common.domain.accounts import audit, passwords, sessions, tokens
from common.domain.accounts.bodies import Credentials
from common.domain.accounts.models import MOST_SESSIONS
from common.domain.accounts.sessions import SessionReused, WrongCredentials
from common.errors import TooManyRequests, Unauthenticated
from common.ports import Cookies
from tests.domain.accounts.desk import OLDER_SIGNING_KEY, PASSWORD, SIGNING_KEY, Desk, Values


def logout(desk: Desk, token: str | None) -> None:
    desk.run(lambda store: sessions.end(token or "", store, desk.signing, desk.clock))


@pytest.mark.parametrize("name", ["ada", "ADA", "ada@example.org", "Ada@EXAMPLE.org"])
def test_a_person_logs_in_by_username_or_address(desk: Desk, name: str):
    profile = desk.register()
    issued = desk.login(name)
    claims = desk.access(issued)
    assert (claims.user_id, claims.role, issued.token_type, issued.expires_in) == (
        profile.user_id,
        "learner",
        "Bearer",
        900,
    )
    assert claims.exp - claims.iat == pytest.approx(900)


def test_a_login_reads_and_writes_one_document(desk: Desk):
    desk.register()
    desk.login()
    assert desk.cost() == (1, 1, 0)


def test_a_refresh_reads_and_writes_one_document(desk: Desk):
    desk.register()
    issued = desk.login()
    desk.refresh(issued.refresh_token)
    assert desk.cost() == (1, 1, 0)


def test_a_forged_token_costs_nothing(desk: Desk):
    desk.register()
    with pytest.raises(Unauthenticated):
        desk.refresh(desk.login().access_token)
    assert desk.cost() == (0, 0, 0)


def test_nobody_learns_why_a_login_failed(desk: Desk):
    profile = desk.register()
    answers = []
    for name, password in (("nobody", PASSWORD), ("ada", "wrong-password"), ("no@example.org", PASSWORD)):
        with pytest.raises(WrongCredentials) as refused:
            desk.login(name, password)
        answers.append((refused.value.code, refused.value.detail, refused.value.errors, desk.cost()[1]))
    desk.edit(profile.user_id, active=False)
    with pytest.raises(WrongCredentials) as refused:
        desk.login()
    answers.append((refused.value.code, refused.value.detail, refused.value.errors, desk.cost()[1]))
    assert len(set(answers)) == 1


def test_an_unknown_name_costs_one_hash_too(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    desk.register()
    judged: list[str] = []
    verify = passwords.verify

    def watched(kept: str, said: str) -> bool:
        judged.append(kept)
        return verify(kept, said)

    monkeypatch.setattr(passwords, "verify", watched)
    for name in ("ada", "nobody"):
        with pytest.raises(WrongCredentials):
            desk.login(name, "wrong-password")
    assert len(judged) == 2 and judged[1] == passwords.NOBODY


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_guessing_is_slowed_for_known_and_unknown_names_alike_and_never_locked(desk: Desk, name: str):
    desk.register()
    desk.clock.turn(seconds=1)
    for _ in range(10):
        with pytest.raises(WrongCredentials):
            desk.login(name, "wrong-password")
    with pytest.raises(TooManyRequests) as slowed:
        desk.login(name.upper(), PASSWORD)
    assert 0 < (slowed.value.retry_after or 0) <= 60
    desk.clock.turn(minutes=1)
    if name == "ada":
        assert desk.login()


def test_each_refresh_gives_a_new_token_and_spends_the_old_one(desk: Desk):
    desk.register()
    first = desk.login()
    second = desk.refresh(first.refresh_token)
    third = desk.refresh(second.refresh_token)
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert desk.access(third).session_id == desk.access(first).session_id


def test_a_token_used_twice_ends_its_whole_session_and_no_other(desk: Desk):
    profile = desk.register()
    first, elsewhere = desk.login(), desk.login()
    second = desk.refresh(first.refresh_token)
    with pytest.raises(SessionReused):
        desk.refresh(first.refresh_token)
    with pytest.raises(Unauthenticated):
        desk.refresh(second.refresh_token)
    assert desk.refresh(elsewhere.refresh_token)
    log = desk.run(
        lambda store: audit.entries(
            store, action="session.reuse_detected", actor_id=None, subject_id=None, page_size=10, page_token=None
        )
    )
    assert [entry.subject_id for entry in log.items] == [profile.user_id]


def test_of_two_refreshes_at_once_one_succeeds_at_most_and_the_session_ends(desk: Desk):
    desk.register()
    token = desk.login().refresh_token
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def attempt() -> None:
        other = Desk(desk.folder)
        other.clock.time = desk.clock.time
        together.wait(10)
        try:
            other.refresh(token)
            outcomes.append("refreshed")
        except Unauthenticated as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["refreshed", "session_reused"]


def test_a_session_lives_thirty_days_from_its_last_refresh(desk: Desk):
    desk.register()
    token = desk.login().refresh_token
    for _ in range(3):
        desk.clock.turn(days=29)
        token = desk.refresh(token).refresh_token
    desk.clock.turn(days=30)
    with pytest.raises(Unauthenticated):
        desk.refresh(token)


def test_the_eleventh_session_pushes_out_the_first(desk: Desk):
    profile = desk.register()
    issued = []
    for _ in range(MOST_SESSIONS + 1):
        desk.clock.turn(seconds=30)
        issued.append(desk.login().refresh_token)
    assert len(desk.account(profile.user_id).sessions) == MOST_SESSIONS
    with pytest.raises(Unauthenticated):
        desk.refresh(issued[0])
    assert desk.refresh(issued[1])


def test_expired_sessions_make_room(desk: Desk):
    profile = desk.register()
    desk.login()
    desk.clock.turn(days=31)
    desk.login()
    assert len(desk.account(profile.user_id).sessions) == 1


def test_a_logout_ends_the_session_and_can_be_said_twice(desk: Desk):
    desk.register()
    mine, elsewhere = desk.login().refresh_token, desk.login().refresh_token
    logout(desk, mine)
    logout(desk, mine)
    with pytest.raises(Unauthenticated):
        desk.refresh(mine)
    assert desk.refresh(elsewhere)
    desk.clock.turn(days=40)
    logout(desk, elsewhere)
    with pytest.raises(Unauthenticated):
        logout(desk, "no token")


def test_keys_rotate_with_no_one_logged_out(desk: Desk):
    desk.register()
    desk.signing = Values(OLDER_SIGNING_KEY)
    issued = desk.login()
    desk.signing = Values(SIGNING_KEY, OLDER_SIGNING_KEY)
    assert desk.access(issued)
    renewed = desk.refresh(issued.refresh_token)
    desk.signing = Values(SIGNING_KEY)
    assert desk.access(renewed) and desk.refresh(renewed.refresh_token)
    with pytest.raises(Unauthenticated):
        desk.refresh(issued.refresh_token)


def test_a_refresh_brings_the_role_of_now_and_none_to_the_deactivated(desk: Desk):
    profile = desk.register()
    issued = desk.login()
    desk.edit(profile.user_id, role="teacher")
    issued = desk.refresh(issued.refresh_token)
    assert desk.access(issued).role == "teacher"
    desk.edit(profile.user_id, active=False)
    with pytest.raises(Unauthenticated):
        desk.refresh(issued.refresh_token)


def test_in_a_cookie_session_the_refresh_token_is_not_in_the_body(desk: Desk):
    desk.register()
    issued = desk.begin(Credentials(username="ada", password=PASSWORD, session="cookie"))
    assert issued.tokens.refresh_token is None
    assert issued.cookie is not None and issued.seconds == 30 * 86_400
    assert tokens.read_refresh(issued.cookie, [SIGNING_KEY], desk.clock.now()).n == 1
    assert desk.begin(Credentials(username="ada", password=PASSWORD)).cookie is None


def test_a_cookie_of_any_kind_can_be_left_behind(desk: Desk):
    desk.run(lambda store: sessions.leave(Cookies({sessions.COOKIE: "whatever"}), store, desk.signing, desk.clock))


def test_a_hash_of_older_parameters_is_renewed_by_a_login(desk: Desk):
    profile = desk.register()
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    desk.edit(profile.user_id, password_hash=weak)
    desk.login()
    renewed = desk.account(profile.user_id).password_hash
    assert not passwords.outdated(renewed) and passwords.verify(renewed, PASSWORD)


def test_a_login_that_a_password_change_overtook_begins_no_session(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    profile = desk.register()
    verify = passwords.verify

    def overtaken(kept: str, said: str) -> bool:
        right = verify(kept, said)
        Desk(desk.folder).edit(profile.user_id, password_hash=passwords.hashed("another-password"))
        return right

    monkeypatch.setattr(passwords, "verify", overtaken)
    with pytest.raises(WrongCredentials):
        desk.login()
    assert desk.account(profile.user_id).sessions == ()
