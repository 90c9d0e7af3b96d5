"""What admins do: accounts, API keys, the audit log, and the first of them."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from common.domain.accounts import admin, api_keys, audit, revocations, users
from common.domain.accounts.bodies import AuditView, IssuedApiKey, NewApiKey, Profile, User, UserChange
from common.domain.accounts.models import Account, ApiKey, Revocation, Revocations
from common.domain.accounts.registration import EmailTaken, InvalidEmail, UsernameTaken
from common.domain.accounts.users import OwnAccount
from common.errors import Forbidden, InvalidContent, InvalidPageToken, NotFound, Unauthenticated
from common.ports import Caller
from common.triggers.unit_of_work import UnitOfWork
from tests.domain.accounts.desk import Desk

ROOT = Caller("root", "admin")


def change(desk: Desk, user_id: str, caller: Caller = ROOT, **said: object) -> User:
    wished = UserChange.model_validate(said)
    return desk.run(lambda store: users.change(caller, user_id, wished, store, desk.clock, desk.ids))


def log(desk: Desk, **where: str) -> tuple[AuditView, ...]:
    wanted = {"action": None, "actor_id": None, "subject_id": None, **where}
    return desk.run(lambda store: audit.entries(store, page_size=50, page_token=None, **wanted)).items  # type: ignore[arg-type]


def revoked(desk: Desk) -> Revocations | None:
    return UnitOfWork(desk.database).get(Revocations, revocations.CURRENT)


def make_key(desk: Desk, caller: Caller, **said: object) -> IssuedApiKey:
    wished = NewApiKey.model_validate({"name": "LMS", "scopes": ["users:read"], **said})
    return desk.run(lambda store: api_keys.create(caller, wished, store, desk.clock, desk.ids))


def read_key(desk: Desk, text: str) -> Caller:
    return desk.run(lambda store: api_keys.read(store, text, desk.clock.now()))


def an_admin(desk: Desk) -> tuple[Profile, Caller]:
    profile = desk.register("root")
    desk.edit(profile.user_id, role="admin")
    return profile, desk.caller(profile, "admin")


# Accounts ------------------------------------------------------------------------------------------------------


def test_accounts_are_listed_newest_first_a_page_at_a_time(desk: Desk):
    made = [desk.register(f"user-{number}").user_id for number in range(5)]
    desk.edit(made[0], role="teacher")
    desk.edit(made[1], active=False)
    seen: list[str] = []
    token: str | None = None
    while True:
        page = desk.run(
            lambda store, at=token: users.users(store, role=None, active=None, page_size=2, page_token=at)  # type: ignore[misc]
        )
        assert desk.cost()[0] <= 3
        seen += [user.user_id for user in page.items]
        token = page.next_page_token
        if token is None:
            break
    assert seen == made[::-1]
    teachers = desk.run(lambda store: users.users(store, role="teacher", active=True, page_size=9, page_token=None))
    assert [user.user_id for user in teachers.items] == [made[0]]
    inactive = desk.run(lambda store: users.users(store, role=None, active=False, page_size=1, page_token=None))
    assert [user.user_id for user in inactive.items] == [made[1]]
    first = desk.run(lambda store: users.users(store, role=None, active=None, page_size=2, page_token=None))
    with pytest.raises(InvalidPageToken):
        desk.run(
            lambda store: users.users(store, role="learner", active=None, page_size=2, page_token=first.next_page_token)
        )


def test_an_admin_sees_no_hash_and_no_session(desk: Desk):
    profile = desk.register()
    shown = desk.run(lambda store: users.user(profile.user_id, store)).model_dump_json()
    assert "argon2" not in shown and "session" not in shown


def test_a_new_role_is_audited_and_ends_tokens_of_the_old_one(desk: Desk):
    profile = desk.register()
    before = desk.access(desk.login())
    assert change(desk, profile.user_id, role="teacher").role == "teacher"
    assert desk.cost() == (2, 3, 0)
    assert revocations.is_revoked(revoked(desk), profile.user_id, before.issued_at, before.session_id)
    assert not revocations.is_revoked(revoked(desk), "somebody else", before.issued_at)
    [entry] = log(desk)
    assert (entry.action, entry.actor_id, entry.subject_id) == ("user.role_changed", "root", profile.user_id)
    assert entry.details == {"before": "learner", "after": "teacher"}
    assert len(desk.account(profile.user_id).sessions) == 1


def test_a_deactivated_account_has_no_session_and_comes_back_without(desk: Desk):
    profile = desk.register()
    issued = desk.login()
    assert change(desk, profile.user_id, active=False, role="teacher").active is False
    with pytest.raises(Unauthenticated):
        desk.login()
    with pytest.raises(Unauthenticated):
        desk.refresh(issued.refresh_token)
    change(desk, profile.user_id, active=True)
    with pytest.raises(Unauthenticated):
        desk.refresh(issued.refresh_token)
    assert not revocations.is_revoked(revoked(desk), profile.user_id, desk.access(desk.login()).issued_at)
    assert [entry.action for entry in log(desk)] == ["user.activated", "user.deactivated", "user.role_changed"]


def test_no_change_writes_nothing(desk: Desk):
    profile = desk.register()
    change(desk, profile.user_id, role="learner", active=True)
    assert desk.cost() == (1, 0, 0)
    with pytest.raises(ValidationError):
        UserChange.model_validate({})


def test_admins_neither_demote_nor_deactivate_themselves(desk: Desk):
    profile, caller = an_admin(desk)
    for said in ({"role": "learner"}, {"active": False}):
        with pytest.raises(OwnAccount):
            change(desk, profile.user_id, caller, **said)
    assert log(desk) == ()


def test_what_does_not_exist_is_not_found(desk: Desk):
    with pytest.raises(NotFound):
        change(desk, "nobody", active=False)
    with pytest.raises(NotFound):
        desk.run(lambda store: users.user("nobody", store))


# Revocations ---------------------------------------------------------------------------------------------------


def test_revocations_are_forgotten_when_the_tokens_have_expired(desk: Desk):
    for day in range(3):
        desk.run(lambda store, day=day: revocations.revoke(store, f"u{day}", desk.clock.now()))  # type: ignore[misc]
        desk.clock.turn(hours=26)
    document = revoked(desk)
    assert document and set(document.users) == {"u2"}


def test_too_many_revocations_end_every_token_once(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(revocations, "MOST_USERS", 3)
    for number in range(4):
        desk.run(lambda store, one=number: revocations.revoke(store, f"u{one}", desk.clock.now()))  # type: ignore[misc]
    document = revoked(desk)
    assert document and document.users == {} and document.all_before
    assert revocations.is_revoked(document, "anybody", document.all_before)
    assert not revocations.is_revoked(document, "anybody", document.all_before + timedelta(microseconds=1))


def test_the_largest_revocations_document_stays_small(desk: Desk):
    many = {f"{number:020}": Revocation(at=desk.clock.now(), kept_session="s" * 20) for number in range(2_000)}
    assert len(Revocations(revocations_id="current", users=many).model_dump_json()) < 250_000


def test_without_revocations_no_token_is_revoked(desk: Desk):
    assert not revocations.is_revoked(None, "u1", desk.clock.now())


# API keys ------------------------------------------------------------------------------------------------------


def test_a_key_acts_for_who_made_it_within_its_scopes(desk: Desk):
    profile, caller = an_admin(desk)
    issued = make_key(desk, caller, scopes=["users:read", "users:read", "audit_log:read"], role="teacher")
    assert issued.api_key.startswith(f"sch_{issued.key.key_id}_")
    reader = read_key(desk, issued.api_key)
    assert desk.cost() == (2, 0, 0)
    assert reader == Caller(
        profile.user_id, "teacher", scopes=("users:read", "audit_log:read"), key_id=issued.key.key_id
    )
    [entry] = log(desk)
    assert (entry.action, entry.subject_id) == ("api_key.created", issued.key.key_id)


def test_a_key_s_text_is_stored_nowhere(desk: Desk):
    _, caller = an_admin(desk)
    issued = make_key(desk, caller)
    secret = issued.api_key.rpartition(issued.key.key_id + "_")[2]
    stored = UnitOfWork(desk.database).get(ApiKey, issued.key.key_id)
    assert stored and len(secret) == 40
    assert secret not in stored.model_dump_json()
    page = desk.run(lambda store: api_keys.keys(store, page_size=10, page_token=None))
    assert page.items == (issued.key,)


def test_no_other_text_is_a_key(desk: Desk):
    _, caller = an_admin(desk)
    good = make_key(desk, caller).api_key
    other = make_key(desk, caller).api_key
    texts = [
        "sch_",
        "sch_x_y",
        good[:-1],
        good + "x",
        good.upper(),
        good[:25] + other[25:],
        "sch_" + "/" * 20 + "_x",
        good.replace("_", "-"),
    ]
    for text in texts:
        with pytest.raises(Unauthenticated):
            read_key(desk, text)
    assert read_key(desk, good)


def test_a_key_ends_when_it_expires_is_deleted_or_its_maker_is_deactivated(desk: Desk):
    profile, caller = an_admin(desk)
    brief = make_key(desk, caller, expires_at=desk.clock.time + timedelta(hours=1))
    deleted, lasting = make_key(desk, caller), make_key(desk, caller)
    assert read_key(desk, brief.api_key)
    desk.clock.turn(hours=1)
    desk.run(lambda store: api_keys.delete(caller, deleted.key.key_id, store, desk.clock, desk.ids))
    for issued in (brief, deleted):
        with pytest.raises(Unauthenticated):
            read_key(desk, issued.api_key)
    with pytest.raises(NotFound):
        desk.run(lambda store: api_keys.delete(caller, deleted.key.key_id, store, desk.clock, desk.ids))
    assert log(desk)[0].action == "api_key.deleted"
    desk.edit(profile.user_id, active=False)
    with pytest.raises(Unauthenticated):
        read_key(desk, lasting.api_key)


def test_a_key_falls_with_its_maker_s_role(desk: Desk):
    profile, caller = an_admin(desk)
    issued = make_key(desk, caller, role="admin")
    assert read_key(desk, issued.api_key).role == "admin"
    desk.edit(profile.user_id, role="learner")
    assert read_key(desk, issued.api_key).role == "learner"


def test_a_key_is_made_by_a_person_and_not_above_their_role(desk: Desk):
    with pytest.raises(Forbidden):
        make_key(desk, Caller("t", "teacher"), role="admin")
    with pytest.raises(Forbidden):
        make_key(desk, Caller("a", "admin", scopes=("users:write",), key_id="k"))
    with pytest.raises(InvalidContent):
        make_key(desk, ROOT, expires_at=desk.clock.time)


@pytest.mark.parametrize(
    "scopes", [[], ["users"], ["users:all"], ["*"], ["Users:read"], ["users:read\n"], ["users:read"] * 51]
)
def test_scopes_name_a_function_and_read_or_write(scopes: list[str]):
    with pytest.raises(ValidationError):
        NewApiKey.model_validate({"name": "LMS", "scopes": scopes})


# The log and the first admin -------------------------------------------------------------------------------------


def test_the_log_is_read_by_action_actor_and_subject(desk: Desk):
    first, second = desk.register("ada"), desk.register("grace")
    change(desk, first.user_id, role="teacher")
    change(desk, second.user_id, Caller("other", "admin"), active=False)
    assert [entry.subject_id for entry in log(desk)] == [second.user_id, first.user_id]
    assert [entry.subject_id for entry in log(desk, action="user.role_changed")] == [first.user_id]
    assert [entry.subject_id for entry in log(desk, actor_id="other")] == [second.user_id]
    assert [entry.action for entry in log(desk, subject_id=first.user_id, actor_id="root")] == ["user.role_changed"]


def create(desk: Desk, username: str, email: str) -> admin.Admin:
    return desk.run(lambda store: admin.create_admin(store, desk.clock, desk.ids, username=username, email=email))


def test_the_first_admin_gets_a_random_password_once(desk: Desk):
    made, other = create(desk, "root", "root@example.org"), create(desk, "boss", "boss@example.org")
    assert made.password and other.password and made.password != other.password
    assert desk.access(desk.login("root", made.password)).role == "admin"
    assert [(entry.action, entry.actor_id) for entry in log(desk)] == [("admin.created", audit.OPERATOR)] * 2


def test_an_account_is_made_an_admin_and_keeps_its_password(desk: Desk):
    profile = desk.register()
    assert create(desk, "ADA", "Ada@example.org") == admin.Admin(profile.user_id, "ada", None)
    assert desk.access(desk.login()).role == "admin"


def test_no_account_is_made_an_admin_by_half_its_names(desk: Desk):
    desk.register()
    with pytest.raises(UsernameTaken):
        create(desk, "ada", "other@example.org")
    with pytest.raises(EmailTaken):
        create(desk, "other", "ada@example.org")
    with pytest.raises(InvalidEmail):
        create(desk, "other", "nothing")
    with pytest.raises(ValueError, match="username"):
        create(desk, "o", "other@example.org")
    assert [one.role for one in [desk.account(desk.access(desk.login()).user_id)]] == ["learner"]


def test_an_account_of_an_older_version_is_read(desk: Desk):
    profile = desk.register()
    stored = desk.account(profile.user_id).model_dump(mode="json")
    assert Account.model_validate({**stored, "invented_later": 1}).user_id == profile.user_id
