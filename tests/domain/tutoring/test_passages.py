"""Sentences and rows of passages: what can be quoted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.domain.tutoring.passages import sentences

TABLE = """Costs and help
School lunch costs 3.40 a day and is ordered by Thursday noon for the following week. An order
can be cancelled until 8:30 on the day itself.
Item Price Due
Class trip, year 7 185 15 January
Class trip, year 9 260 1 February
Nobody shall miss a trip for lack of money, since the hardship fund pays up to two thirds of it."""


def flat(text: str) -> list[str]:
    return [one.flat for one in sentences(text)]


def test_lines_of_a_paragraph_are_joined_and_its_sentences_told_apart():
    assert flat(TABLE)[:2] == [
        "School lunch costs 3.40 a day and is ordered by Thursday noon for the following week.",
        "An order can be cancelled until 8:30 on the day itself.",
    ]


def test_a_tables_rows_can_be_quoted_each_with_its_head():
    rows = [one for one in sentences(TABLE) if one.is_row]
    assert [one.text for one in rows] == ["Class trip, year 7 185 15 January", "Class trip, year 9 260 1 February"]
    assert rows[1].window.startswith("Item Price Due")


def test_a_markdown_table_has_rows_without_its_rule():
    found = sentences("| Place | Stay |\n|---|---|\n| Rivers | 2 months |\n| Lakes | 50 years |")
    assert [one.text for one in found] == ["| Rivers | 2 months |", "| Lakes | 50 years |"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dr. Smith met Ms. Okafor. They spoke.", ["Dr. Smith met Ms. Okafor.", "They spoke."]),
        ("It costs 3.50 today. Buy it!", ["It costs 3.50 today.", "Buy it!"]),
        ("Das gilt z. B. für Kinder. Sie lernen.", ["Das gilt z. B. für Kinder.", "Sie lernen."]),
        ("He asked: why? Nobody knew.", ["He asked: why?", "Nobody knew."]),
        ("冰是冷的。水不冷。", ["冰是冷的。", "水不冷。"]),
        ("# A heading\n\nA sentence stands here.", ["A sentence stands here."]),
    ],
)
def test_sentences_end_where_they_end(text: str, found: list[str]):
    assert flat(text) == found


def test_a_sentence_knows_what_stands_before_it():
    first, second = sentences("How ice moves\n\nIce flows in two ways. It also slides.")
    assert (first.before, second.before) == ("How ice moves", "Ice flows in two ways.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Step 1. Rinse the tube. Step 2. Fill it.", ["Step 1. Rinse the tube.", "Step 2. Fill it."]),
        ("1471. The council met. It rained.", ["1471. The council met.", "It rained."]),
        ("(1) Nobody may enter. (2) Dogs may.", ["(1) Nobody may enter.", "(2) Dogs may."]),
        ("Example. A pair used 8.40 ml.", ["Example. A pair used 8.40 ml."]),
    ],
)
def test_a_number_or_a_name_belongs_to_the_sentence_behind_it(text: str, found: list[str]):
    assert flat(text) == found


POINTS = """2  Zones, from top to bottom
- splash zone: only spray reaches it, and whatever lives there must wait for the waves of a storm
- upper shore: barnacles. Closed plates keep moisture in
- rule of thumb: above it is too dry"""


def test_each_point_of_a_list_stands_for_itself_below_its_heading():
    found = sentences(POINTS)
    assert [one.flat for one in found][1:] == [
        "- upper shore: barnacles.",
        "Closed plates keep moisture in",
        "- rule of thumb: above it is too dry",
    ]
    assert {one.before for one in found if one.text.startswith("-")} == {"2  Zones, from top to bottom"}
    assert not any(one.is_row for one in found)


def test_what_is_embedded_keeps_the_beginning_and_the_end_of_what_stands_before():
    _, last = sentences("One two three four five six seven eight nine ten eleven twelve. The end is here.")
    assert last.gist == "One two three four five six nine ten eleven twelve. The end is here."


@given(st.text(alphabet=st.sampled_from("aB1 .!?\n|#-,:é。"), max_size=200))
def test_offsets_are_those_of_the_text_and_spans_never_overlap(text: str):
    end = 0
    for one in sentences(text):
        assert text[one.start : one.end] == one.text
        assert one.start >= end and one.text.strip() == one.text != ""
        end = one.end
