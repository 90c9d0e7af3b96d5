"""Questions by rules, and the checks that every generated question passes, whoever wrote it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from common.domain.assessment import checking, ladder, offline_questions, sets
from common.domain.assessment.content import Citation, Content
from common.domain.assessment.drafts import Draft
from common.domain.assessment.issuing import frozen
from common.domain.assessment.leaning import leans
from common.domain.assessment.material import Material
from common.domain.assessment.models import GeneratedQuestion
from common.domain.assessment.quantities import WORDS, others, quantities
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
    "Germany was the first country that introduced it, on 30 April 1916.",
    "A layer that stores and passes on water in this way is an aquifer.",
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
        ("A report of 55555 means that nothing could be better.", []),
    ],
)
def test_numbers_are_found_with_what_they_count(text: str, found: list[tuple[str, str]]):
    assert [(one.text, one.unit) for one in quantities(text)] == found


@pytest.mark.parametrize(
    "text", ["about 205 metres", "0.04 percent", "in 1883", "2,400 people", "95 percent", "1 metres", "4 degrees"]
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


@pytest.mark.parametrize(
    ("text", "counted"),
    [("ten minutes", False), ("two milliseconds", False), ("4 degrees", False), ("four zones", True)],
)
def test_what_is_measured_is_told_apart_by_more_than_what_is_counted(text: str, counted: bool):
    """Who kneads for nine minutes does not err who was told ten; but three zones are not four."""
    (key,) = quantities(f"There are {text}.")
    values = []
    for seed in range(20):
        wrong = others(key, [], [], f"seed-{seed}")
        found = [float(WORDS.index(one)) if one in WORDS else float(one) for one in wrong]
        values += found
        assert len(wrong) == 3
    near = [one for one in values if 1 / 1.4 < one / key.values[0] < 1.4]
    assert bool(near) is counted


UNSAID = {
    "what the author owns": "My starter for the bread is 19 years old.",
    "what never was": "A coach to the old town was never late by eleven minutes.",
    "a share of nothing": "Salt in the dough is nearly always two percent.",
    "a threshold": "Bread dough with yeast rises when the room is warmer than 15 degrees.",
    "a note": "Agreed by the bakers of the whole town on 14 March 2024.",
    "which companies": "On Sunday, 18 November 1883, the companies changed to four zones.",
}


def test_no_year_that_is_to_come_is_an_option():
    (key,) = quantities("It was opened in 2022.")
    assert all(int(one) < 2022 for seed in range(9) for one in others(key, [], [], f"seed-{seed}"))
    (key,) = quantities("It was opened in 1922.")
    assert any(int(one) > 1922 for seed in range(9) for one in others(key, [], [], f"seed-{seed}"))


def test_a_quotation_is_no_context():
    said = (
        '"They have used me badly in all of London," Mary wrote. In 1835 she was given a pension of 25 pounds a year.'
    )
    (statement,) = [one for one in Material(chunks_of(f"# Fossils\n\n{said}\n")).statements if "1835" in one.text]
    assert statement.alone is None


@pytest.mark.parametrize("sentence", UNSAID.values(), ids=UNSAID.keys())
def test_of_what_tells_nothing_alone_no_number_is_asked(sentence: str):
    material = Material(chunks_of(f"# Bread and time\n\n{sentence}\n"))
    assert list(offline_questions.drafts(material)) == []


def test_what_takes_up_a_word_is_asked_with_the_sentence_that_it_takes_it_from():
    said = "A dipole is a wire that is cut in the middle. For the short band the arms are five metres each."
    (statement,) = [one for one in Material(chunks_of(f"# Radio\n\n{said}\n")).statements if "metres" in one.text]
    assert statement.alone == statement.text, "nothing in front of it speaks of arms"
    said = said.replace("in the middle.", "in the middle into two arms.")
    (statement,) = [one for one in Material(chunks_of(f"# Radio\n\n{said}\n")).statements if "metres" in one.text]
    assert statement.alone == said


def test_a_country_is_no_term_and_a_company_no_person():
    said = (
        "Germany was the first country with clocks an hour ahead in spring. Yeast is a tiny fungus that makes gas in a "
        "dough. Without yeast bread is flat. The Great Western Railway ordered that London time be kept. Summer time "
        "was proposed by George V. Hudson."
    )
    material = Material(chunks_of(f"# Clocks and bread\n\n{said}\n"))
    assert [one.term for one in material.defined] == ["yeast"]
    assert material.names == ["George V. Hudson"]


def test_no_question_of_a_quiz_shows_what_another_one_asks():
    first, second = "The bacteria make two acids.", "Vinegar is one of them."
    questions = [
        GeneratedQuestion(question_id=name, chunk_id=name, content=_about(prompt, quote))
        for name, prompt, quote in (
            ("a", "The bacteria make ____ acids.", first),
            ("b", f"{first} ____ is one of them.", second),
            ("c", "What is described here?", "Something else."),
        )
    ]
    assert [one.question_id for one in sets._untold(questions, 3)] == ["a", "c"]
    assert [one.question_id for one in sets._untold(questions[::-1], 3)] == ["c", "b"]
    assert [one.question_id for one in sets._untold(questions, 1)] == ["a"]


def _about(prompt: str, quote: str) -> Content:
    source = Citation(document_id="d", title="D", page=1, start=0, end=9, quote=quote)
    return Content(
        kind="short_text", topic="D", difficulty="easy", bloom="remember", prompt=prompt, accepted=("x",),
        explanation="why", source=source,
    )  # fmt: skip


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
    assert kept >= 75


def test_the_same_material_makes_the_same_questions():
    made = [list(offline_questions.drafts(Material(chunks_of(TEXT)))) for _ in range(2)]
    assert [(one.prompt, one.right, one.wrong) for one in made[0]] == [
        (one.prompt, one.right, one.wrong) for one in made[1]
    ]
