"""Whatever the product stores of a learner is in the one registry that export and erasure walk."""

import re
import types
from collections.abc import Iterable, Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter

from common.domain.holdings.declaration import Holding
from common.domain.privacy.registry import FILES, HOLDINGS, NO_LEARNERS_FILES, NOT_PERSONAL
from common.ports import Bucket, Document, Files, Message
from infrastructure.tools import discovery, indexes, manifest

PEOPLE = "user|teacher|author|sender|actor|member|learner|owner|account|person|student"
PERSON = re.compile(rf"((^|_)({PEOPLE})_ids?|members|\w+_by)$")
NO_PERSON = {
    "served_by": "a model, the cache, or rules",
    "made_by": "the bank, a model, or rules",
    "embedded_by": "a model",
    "text_by": "a template, or a model",
    "pay_by": "a time",
    "expected_by": "a time",
    "asked_by": "a role",
}
OTHERWISE = {
    "study_groups": {"members"},  # of whom member_ids says who they are
    "admin_snapshots": {"recent_users"},  # as recent_user_ids
}
MODULES = list(indexes.modules())
DOCUMENTS = indexes.declared(MODULES)[2]


def classes(parent: type) -> list[type[Any]]:
    found = {
        value
        for module in MODULES
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, parent) and value is not parent
    }
    return sorted(found, key=lambda one: one.__name__)


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)


def persons(model: type[BaseModel]) -> set[str]:
    """The fields of a model that name somebody; dotted for those of a model inside it."""
    found = {name for name in model.model_fields if PERSON.search(name) and name not in NO_PERSON}
    for name, field in model.model_fields.items():
        found |= {f"{name}.{inner}" for one in models_in(field.annotation) for inner in persons(one)}
    return found


def faults(documents: Iterable[type[Document]]) -> list[str]:
    """What of these documents an erasure would leave behind."""
    holdings: dict[type[Document], list[Holding[Any]]] = {}
    for holding in HOLDINGS:
        holdings.setdefault(holding.model, []).append(holding)
    found_along = {model for holding in HOLDINGS for model in holding.takes_along}
    found_along |= {part.query.model for holding in HOLDINGS for part in holding.parts}
    said = []
    for model in documents:
        own = holdings.get(model, [])
        if bool(own or model in found_along) is (model in NOT_PERSONAL):
            said.append(f"{model.__name__} is declared by its subject, or in NOT_PERSONAL, and not both")
        elif own:
            reached = {holding.by for holding in own} | {name for one in own for name in one.blanks or ()}
            inside = {name.split(".")[0] for name in persons(model)} - reached - OTHERWISE.get(model.collection, set())
            said += [f"{model.__name__}.{name} names somebody, and no holding finds it" for name in sorted(inside)]
        elif model in NOT_PERSONAL and persons(model):
            said.append(f"{model.__name__} names somebody: {sorted(persons(model))}")
    return said


def test_every_document_that_names_a_learner_is_declared():
    assert faults(DOCUMENTS) == []


@pytest.mark.parametrize("field", ["user_id", "teacher_id", "created_by", "member_ids", "members"])
def test_one_that_is_not_declared_is_found(field: str):
    fields = {"note_id": str, field: str}
    body = {"__annotations__": fields, "__doc__": "A note.", "__module__": __name__}
    named = {"collection": "forgotten", "key": "note_id"}
    made = types.new_class("Forgotten", (Document,), named, lambda content: content.update(body))
    assert faults([*DOCUMENTS, made]) == ["Forgotten is declared by its subject, or in NOT_PERSONAL, and not both"]


def test_a_field_more_that_names_somebody_is_found(monkeypatch: pytest.MonkeyPatch):
    model = next(one for one in DOCUMENTS if one.collection == "moderation_cases")
    monkeypatch.setattr(
        "tests.house.test_personal_data.HOLDINGS",
        tuple(one for one in HOLDINGS if one.name != "moderation_cases.decided_by"),
    )
    assert faults([model]) == ["ModerationCase.decided_by names somebody, and no holding finds it"]


def test_what_is_said_not_to_hold_a_learner_s_data_exists():
    assert set(NOT_PERSONAL) <= set(DOCUMENTS)
    assert all(NOT_PERSONAL.values())


def test_every_holding_has_a_name_of_its_own():
    names = [holding.name for holding in HOLDINGS]
    assert sorted(set(names)) == sorted(names)


def test_messages_come_first_so_that_what_is_in_flight_commits_nothing():
    assert HOLDINGS[0].model.collection == "messages"


def test_a_message_that_speaks_of_a_learner_says_so_in_user_id():
    """`user_id` is what its record is found by; a learner named otherwise would be missed."""
    for message in classes(Message):
        assert persons(message) <= {"user_id"}, message.__name__


def test_every_bucket_is_declared():
    assert {bucket.name for bucket in classes(Bucket)} == {
        bucket.name for bucket in (*(holding.bucket for holding in FILES), *NO_LEARNERS_FILES)
    }


def test_an_erasure_may_delete_in_every_bucket_that_holds_a_learner_s_files():
    handed = discovery.discover()["learner_erase"].declaration.needs()
    assert {holding.bucket for holding in FILES} <= {need.argument for need in handed if need.port is Files}


def test_an_erasure_is_told_the_longest_timeout_of_all_functions():
    functions = discovery.discover()
    longest = max(function.declaration.timeout for function in functions.values())
    said = manifest.entry(functions["learner_erase"], functions)["environment"]["SCHOLIUM_LONGEST_TIMEOUT_SECONDS"]
    assert said == str(longest)


def test_what_a_blank_leaves_is_a_value_that_the_field_takes():
    for holding in HOLDINGS:
        for name, value in (holding.blanks or {}).items():
            TypeAdapter(holding.model.model_fields[name].annotation).validate_python(value)
