"""A username and an e-mail address belong to one person, whatever they look like."""
# ruff: noqa: RUF001 - letters that look like others are meant

import threading
from typing import Any

import pytest
from pydantic import ValidationError

from common.domain.accounts import passwords
from common.domain.accounts.bodies import Profile, Registration
from common.domain.accounts.models import Account, EmailSlot, UsernameSlot
from common.domain.accounts.registration import EmailTaken, InvalidEmail, UsernameTaken
from common.errors import Problem
from common.ports import Query
from common.triggers.unit_of_work import UnitOfWork
from tests.domain.accounts.desk import PASSWORD, Desk

ALL: tuple[Query[Any], ...] = (Query(Account), Query(UsernameSlot), Query(EmailSlot))


def stored(desk: Desk) -> list[int]:
    return [UnitOfWork(desk.database).count(query) for query in ALL]


def test_a_new_learner_gets_the_whole_profile_and_a_mail(desk: Desk):
    profile = desk.register("Ada", "Ada@Example.org", language="pt-br", country="br", time_zone="America/Sao_Paulo")
    assert (profile.username, profile.display_name, profile.email, profile.role) == (
        "Ada",
        "Ada",
        "Ada@example.org",
        "learner",
    )
    assert (profile.language, profile.country, profile.time_zone) == ("pt-BR", "BR", "America/Sao_Paulo")
    assert (profile.total_points, profile.badges, profile.email_verified) == (0, (), False)
    assert profile.created_at <= desk.clock.now()
    [message] = desk.mails.messages
    assert (message.template, message.user_id) == ("verify_email", profile.user_id)
    assert "example" not in message.model_dump_json()


def test_a_registration_reads_nothing_and_writes_three_documents_beside_its_message(desk: Desk):
    desk.register()
    assert desk.cost() == (0, 3, 0)


@pytest.mark.parametrize("variant", ["ADA", "ａｄａ", "𝐚𝐝𝐚", "Ada"])
def test_a_variant_of_a_taken_username_is_taken(desk: Desk, variant: str):
    desk.register("ada")
    with pytest.raises(UsernameTaken) as refused:
        desk.register(variant, "other@example.org")
    assert refused.value.errors[0]["pointer"] == "/username"
    assert stored(desk) == [1, 1, 1]


@pytest.mark.parametrize("variant", ["ADA@example.org", "ada@EXAMPLE.org", "ａda@example.org"])
def test_a_variant_of_a_taken_address_is_taken_or_none(desk: Desk, variant: str):
    desk.register("ada", "ada@example.org")
    with pytest.raises((EmailTaken, InvalidEmail)):
        desk.register("grace", variant)
    assert stored(desk) == [1, 1, 1]


def test_of_many_who_want_one_name_at_once_one_gets_it(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(passwords, "hashed", lambda password: "hash")
    outcomes: list[Profile | Problem] = []

    def attempt(number: int) -> None:
        try:
            outcomes.append(Desk.register(Desk(desk.folder), "ada", f"ada{number}@example.org"))
        except Problem as problem:
            outcomes.append(problem)

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(isinstance(one, Profile) for one in outcomes) == 1
    assert sum(isinstance(one, UsernameTaken) for one in outcomes) == 11
    assert stored(desk) == [1, 1, 1]


@pytest.mark.parametrize(
    "email",
    [
        "ada",
        "ada@",
        "@example.org",
        "ada@localhost",
        "ada@test",
        "ada@school.local",
        "a b@example.org",
        "ada@exa_mple.org",
        "ada@example..org",
        "Ada <ada@example.org>",
        "ada\u202e@example.org",
        "ada@[127.0.0.1]",
        "a" * 65 + "@example.org",
    ],
)
def test_no_address_stores_nothing(desk: Desk, email: str):
    with pytest.raises(InvalidEmail) as refused:
        desk.register("ada", email)
    assert refused.value.errors[0]["pointer"] == "/email"
    assert stored(desk) == [0, 0, 0]


@pytest.mark.parametrize("email", ["ada@school.test", "ada+maths@example.org", "用户@例子.广告", "o'neil@example.ie"])
def test_addresses_of_the_world_are_good(desk: Desk, email: str):
    assert desk.register("ada", email).email == email


def test_a_weak_password_stores_nothing(desk: Desk):
    for password in ("password1", "ada.lovelace", "ada@example.org"):
        with pytest.raises(passwords.WeakPassword):
            desk.register("ada.lovelace", "ada@example.org", password=password)
    assert stored(desk) == [0, 0, 0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "a b"),
        ("password", "short"),
        ("password", "x" * 201),
        ("password", "with\x00nul"),
        ("level", "wizard"),
        ("country", "ZZ"),
        ("country", "d"),
        ("language", "german!"),
        ("language", "d"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("display_name", "\u202eadA"),
        ("display_name", " "),
        ("display_name", "\u0958" * 100),
        ("role", "admin"),
        ("username", "\ud800abc"),
        ("email", "a" * 300),
        ("learning_style", "x" * 41),
        ("username", 7),
        ("username", None),
    ],
)
def test_a_form_is_refused_at_its_field(field: str, value: object):
    form = {"username": "ada", "email": "ada@example.org", "password": PASSWORD, field: value}
    with pytest.raises(ValidationError) as refused:
        Registration.model_validate(form)
    assert [fault["loc"] for fault in refused.value.errors()] == [(field,)]


def test_nobody_sees_the_password_in_what_is_stored(desk: Desk):
    profile = desk.register()
    assert PASSWORD not in desk.account(profile.user_id).model_dump_json()
