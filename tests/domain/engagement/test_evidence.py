"""What a learner's work shows, by hand."""

import pytest

from common.domain.engagement.coursework import Told
from common.domain.engagement.evidence import Evidence, shown, yardsticks
from tests.domain.engagement.courses import at, handed_in


def seen(told: list[Told], learner_id: str) -> Evidence:
    cohort, works = at(told, learners="abc")
    return shown(yardsticks(cohort), works[learner_id])


def test_one_marked_piece_is_held_against_the_two_others():
    told = [handed_in("a", day=20, points=800), handed_in("b", day=18, points=500), handed_in("c", day=20, points=700)]
    share = 2.5 / 3
    known, plain = share / (share + 1), 1 / (share + 0.5)
    mean = (500 + 700 + 5 * 700) / 7
    deviation = ((100**2 + 100**2 + 5 * 150**2) / 7) ** 0.5
    standing = (2 + (800 - mean) / deviation) / 4
    pace = 1 - 1.5 / 2
    found = seen(told, "a").inputs
    assert found.handed_in == pytest.approx(share * (1 - share) * known * plain)
    assert found.standing == pytest.approx(share * (standing - 0.5 * share) * known * plain)
    assert found.safety == pytest.approx(share * (1 - 0.8 * share) * known * plain)
    assert found.pace == pytest.approx(share * (pace - share * (1 - share / 2)) * plain)
    assert found.evidence == pytest.approx(known)
    assert found.carried == 0


def test_a_missing_piece_shows_as_the_worst_that_could_have_been_handed_in():
    told = [handed_in("a", points=800), handed_in("b", points=500)]
    share = 2.5 / 3
    scale = share / (share + 1) / (share + 0.5)
    found = seen(told, "c")
    assert found.inputs.handed_in == pytest.approx(-share * share * scale)
    assert found.inputs.standing == pytest.approx(-0.5 * share * share * scale)
    assert found.inputs[:4] == found.of_missing
    assert found.of_handed_in == (0, 0, 0, 0)


def test_a_later_piece_takes_weight_from_an_earlier_one():
    both = [handed_in(one, name) for one in "ab" for name in ("essay", "report")]
    first, last = (seen([*both, handed_in("c", name)], "c") for name in ("essay", "report"))
    assert first.pieces == last.pieces == pytest.approx(2 * 2.5 / 3)
    assert last.inputs.handed_in > first.inputs.handed_in
