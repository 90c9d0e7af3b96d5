"""Whoever knows the rules, all that is said, and which values there can be, still cannot tell what is not named.

The attack is exhaustive: of every small school, all schools of which the same would be said are compared. What is the
same in all of them is what an attacker learns.
"""

import itertools
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.domain.privacy.analytics_protection import Division, Said, rounded, said_of

School = tuple[tuple[int, ...], ...]
"""How its learners divide, by each property."""


def said(school: School, floor: int) -> Said:
    divisions = [Division({str(value): count for value, count in enumerate(one)}, len(one)) for one in school]
    return said_of(sum(school[0]), divisions, floor)


def schools(most: int, values: tuple[int, ...]) -> list[School]:
    """Every way in which up to `most` learners divide by properties of so many values."""
    divided: dict[int, dict[int, list[tuple[int, ...]]]] = {size: defaultdict(list) for size in values}
    for size in values:
        for one in itertools.product(range(most + 1), repeat=size):
            divided[size][sum(one)].append(one)
    return [
        school for total in range(most + 1) for school in itertools.product(*(divided[size][total] for size in values))
    ]


@pytest.mark.parametrize(("floor", "values", "most"), [(2, (2, 3), 9), (3, (2, 3), 13), (3, (1, 4), 12), (4, (3,), 20)])
def test_what_is_not_named_may_be_anything_below_the_floor(floor: int, values: tuple[int, ...], most: int):
    alike: dict[str, list[School]] = defaultdict(list)
    for school in schools(most, values):
        alike[repr(said(school, floor))].append(school)
    judged = 0
    for group in alike.values():
        shown = said(group[0], floor)
        if (shown.total or 0) > most - 2 * floor:  # schools that are too large to be listed would be among these
            continue
        for number, size in enumerate(values):
            for value in range(size):
                possible = {school[number][value] for school in group}
                if str(value) not in shown.divisions[number]:
                    judged += 1
                    assert set(range(floor)) <= possible, (shown, number, value, possible)
                else:  # and what is named is known to no more than the floor
                    assert len(possible) >= floor
    assert judged > 5


def test_nobody_is_found_by_subtraction():
    """A class of twenty, all but one from one country: neither the one nor their country is in the numbers."""
    shown = said_of(20, [Division({"DE": 19, "FR": 1}, 250)], floor=10)
    assert shown == Said(20, ({"DE": 10},))
    assert shown == said_of(25, [Division({"DE": 19, "FR": 6}, 250)], floor=10)
    assert said_of(19, [Division({"DE": 19}, 250)], floor=10).divisions == ({"DE": 10},)


def test_small_groups_that_are_all_full_do_not_give_each_other_away():
    """Three levels of nine each: 27, rounded to 20, would tell that each has two at least."""
    levels = Division({"beginner": 9, "intermediate": 9, "advanced": 9}, 3)
    assert said_of(27, [levels], floor=10) == Said(10, ({},))
    countries = Division({"DE": 27}, 250)
    assert said_of(27, [levels, countries], floor=10) == Said(10, ({}, {"DE": 10}))


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8), st.integers(2, 12), st.integers(0, 4))
def test_every_number_is_at_most_what_there_is_and_a_multiple_of_the_floor(counts: list[int], floor: int, more: int):
    named = {str(number): count for number, count in enumerate(counts)}
    shown = said_of(sum(counts), [Division(named, len(counts) + more)], floor)
    numbers = [*shown.divisions[0].values(), *([shown.total] if shown.total is not None else [])]
    assert all(number >= floor and number % floor == 0 for number in numbers)
    assert all(count <= named[value] for value, count in shown.divisions[0].items())
    assert sum(shown.divisions[0].values()) <= (shown.total or 0) <= sum(counts)


@pytest.mark.parametrize(("count", "shown"), [(0, None), (9, None), (10, 10), (19, 10), (20, 20)])
def test_a_number_on_its_own_is_rounded_down(count: int, shown: int | None):
    assert rounded(count, 10) == shown
