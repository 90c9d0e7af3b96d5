"""Questions by rules, and the checks that every generated question passes, whoever wrote it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from common.domain.assessment import checking, ladder, offline_questions
from common.domain.assessment.drafts import Draft
from common.domain.assessment.issuing import frozen
from common.domain.assessment.leaning import leans
from common.domain.assessment.material import Material
from common.domain.assessment.quantities import others, quantities
from infrastructure.tools import bench_questions
from tests.domain.assessment.material import TEXT, chunks_of

ALONE = [
    "A glacier is a body of ice on land.",
    "Sognefjord in Norway is about 205 kilometres long.",
    "Ice that melts in summer and freezes again when it is cold is hard.",
    "Those who are trained add two breaths.",
]
LEANING = [
    "It is about 205 kilometres long.",
    "This is called a fjord.",
    "Such cracks are called crevasses.",
    "Soldiers built most of them.",
    "Karl von Frisch decoded it.",
    "However, the price rises.",
    "The others came later.",
    "James Blundell performed the first successful one in London.",
    "An earthquake moved its towers.",
    "Sie ist etwa 20 Meter hoch.",
]


@pytest.mark.parametrize("sentence", ALONE)
def test_what_names_its_things_stands_alone(sentence: str):
    assert not leans(sentence)


@pytest.mark.parametrize("sentence", LEANING)
def test_what_speaks_of_something_unnamed_leans(sentence: str):
    assert leans(sentence)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It opened in 1883 with 486 metres.", [("1883", "year"), ("486", "metres")]),
        ("The Linotype of 1886 cast a line.", [("1886", "year")]),
        ("About 1,500 people came.", [("1,500", "people")]),
        ("Press 5 to 6 centimetres down.", [("5 to 6", "centimetres")]),
        ("For spans between 200 and 1,000 metres it is best.", [("200 and 1,000", "metres")]),
        ("It holds 0.04 percent.", [("0.04", "percent")]),
        ("Change places every two minutes.", [("two", "minutes")]),
        ("Lessons begin at 8:10.", [("8:10", "o'clock")]),
        ("Doors are open from 8:10 to 9:30.", []),
        ("Chapter 7 says so.", []),
        ("Its two sides are flat.", []),
        ("There are three things: air, brakes and chain.", []),
        ("COVID-19 and B52 and 3/4.", []),
    ],
)
def test_numbers_are_found_with_what_they_count(text: str, found: list[tuple[str, str]]):
    assert [(one.text, one.unit) for one in quantities(text)] == found


@pytest.mark.parametrize(
    "text", ["about 205 metres", "0.04 percent", "in 1883", "2,400 people", "95 percent", "1 metres"]
)
def test_other_numbers_are_clearly_other(text: str):
    (key,) = quantities(text)
    wrong = others(key, [], [], "seed")
    assert len({*wrong, key.text}) == 4
    values = [float(one.replace(",", "")) for one in wrong]
    for value in values:
        near = abs(value - key.values[0]) / key.values[0]
        assert abs(value - key.values[0]) >= 3 if key.unit == "year" else near > 0.19
    assert key.unit != "percent" or max(values) <= 100


def test_the_material_explains_its_terms():
    found = {one.term for one in Material(chunks_of(TEXT)).defined}
    assert {"glacier", "firn", "cirque", "moraine", "fjord"} <= found


# The checks ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def material() -> Material:
    return Material(chunks_of(TEXT))


@pytest.fixture
def good(material: Material) -> Draft:
    statement = next(one for one in material.statements if "fjord" in one.text and "valley" in one.text)
    return Draft(
        "single", "What is a valley called that ice widened and the sea drowned?", ("fjord",),
        ("cirque", "moraine", "firn"), statement, "medium",
    )  # fmt: skip


BAD: dict[str, dict[str, Any]] = {
    "says_too_little": {"prompt": "What is called so?"},
    "leans_on_context": {"prompt": "What is it called, this valley that ice widened and the sea drowned?"},
    "key_unsupported": {"right": ("estuary",)},
    "distractor_supported": {"wrong": ("cirque", "moraine", "valley")},
    "options_alike": {"wrong": ("cirque", "cirques", "moraine")},
    "key_longest": {"right": ("fjord that was widened by ice and drowned",), "wrong": ("cirque", "firn", "moraine")},
    "key_echoed": {"prompt": "What is a fjord-like valley called that ice widened and the sea drowned?"},
    "grammar_tells": {
        "kind": "cloze",
        "prompt": "A valley widened by ice and drowned by the sea is an ____.",
        "wrong": ("ice field", "moraine", "firn"),
    },
    "wrong_form": {"wrong": ("cirque",)},
}  # fmt: skip


def test_a_good_question_passes(good: Draft, material: Material):
    checked = checking.check([good], material)
    assert [content.key for _, content in checked.kept] == [("fjord",)] and checked.dropped == {}


@pytest.mark.parametrize(("name", "change"), BAD.items(), ids=BAD.keys())
def test_each_check_refuses_its_fault(good: Draft, material: Material, name: str, change: dict[str, Any]):
    assert checking.check([replace(good, **change)], material).dropped == {name: 1}


def test_of_two_that_are_alike_the_first_is_kept(good: Draft, material: Material):
    other = replace(good, prompt="What is a valley called which ice widened and the sea has drowned?")
    assert checking.check([good, other], material).dropped == {"alike": 1}


def test_numbers_that_about_could_mean_both_are_no_options(material: Material):
    statement = next(one for one in material.statements if "205" in one.text)
    prompt = "Sognefjord in Norway is about ____ kilometres long."
    near = Draft("cloze", prompt, ("205",), ("200", "300", "100"), statement, "medium")
    assert checking.check([near], material).dropped == {"options_alike": 1}
    far = replace(near, wrong=("80", "400", "120"))
    assert checking.check([far], material).dropped == {}


def test_a_statement_that_is_true_is_not_asked_as_false(material: Material):
    statement = next(one for one in material.statements if "205" in one.text)
    lie = Draft("true_false", f"True or false? {statement.text}", ("False",), ("True",), statement, "easy")
    assert checking.check([lie], material).dropped == {"key_unsupported": 1}


# All samples --------------------------------------------------------------------------------------------------------


def test_every_question_made_of_the_samples_holds_what_is_promised():
    kept = 0
    for _, material, checked, _ in bench_questions.made_of(bench_questions.untuned()):
        for draft, content in checked.kept:
            kept += 1
            question = frozen("q", 1, content, "seed", counts=False)
            assert content.source and content.source.quote == draft.statement.sentence.text
            chunk = draft.statement.chunk
            start = content.source.start - chunk.start
            assert chunk.text[start : start + len(content.source.quote)] == content.source.quote
            if content.kind != "true_false":
                assert content.key[0] in draft.statement.text
                assert not any(one in draft.statement.text for one in draft.wrong if not one.isdigit())
            assert not any(ladder.tells(hint, question) for hint in ladder.locked(question).hints)
        prompts = [content.prompt for _, content in checked.kept]
        assert len(set(prompts)) == len(prompts) and material.statements
    assert kept >= 45


def test_the_same_material_makes_the_same_questions():
    made = [list(offline_questions.drafts(Material(chunks_of(TEXT)))) for _ in range(2)]
    assert [(one.prompt, one.right, one.wrong) for one in made[0]] == [
        (one.prompt, one.right, one.wrong) for one in made[1]
    ]
