"""Terms: a chunk and a question come to the same ones."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.domain.language import terms
from common.domain.language.terms import LONGEST, MOST_TERMS, language_of, stem_sequence, stems

TEXTS = st.text(max_size=300)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How long does it take until the ice is gone?", "en"),
        ("Wie lange dauert es, bis das Eis weg ist?", "de"),
        ("¿Cuánto tiempo tarda en desaparecer el hielo?", "es"),
        ("Combien de temps faut-il pour que la glace fonde dans les Alpes ?", "fr"),
        ("Photosynthesis", None),
        ("", None),
    ],
)
def test_a_language_is_told_by_its_stop_words(text: str, language: str | None):
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The glaciers are melting", ("glacier", "melt")),
        ("Die Gletscher schmelzen und die Größe der Häuser", ("gletsch", "schmelz", "gross", "haus")),
        ("Los niños tienen muchas células", ("nin", "much", "celul")),
        ("Les glaciers fondent dans les vallées", ("glaci", "fondent", "vall")),
        ("The plant's leaves at 12:30 hold 5 kg", ("plant", "leav", "12", "30", "hold", "5", "kg")),
        ("光合作用", ("光合", "合作", "作用")),
        ("the of and", ()),
    ],
)
def test_terms_are_stems_without_stop_words(text: str, found: tuple[str, ...]):
    assert stems(text) == found


def test_forms_of_a_word_meet():
    assert set(stems("How does a GLACIER move?")) <= set(stems("The glaciers were moving."))
    assert stems("cafe\u0301s", "en") == stems("cafés", "en") == stems("cafes", "en")


def test_of_too_many_terms_the_most_frequent_are_kept():
    text = " ".join(f"word{number}" for number in range(500)) + " glacier glacier"
    found = stems(text)
    assert len(found) == MOST_TERMS
    assert "glacier" in found


def test_endless_words_are_no_terms():
    assert stems("x" * (LONGEST + 1) + " glacier") == ("glacier",)


@given(TEXTS)
def test_terms_are_few_short_and_each_there_once(text: str):
    found = stems(text)
    assert len(found) == len(set(found)) <= MOST_TERMS
    assert all(term and len(term) <= 2 * LONGEST for term in found)
    assert set(found) == set(stem_sequence(text))


@given(st.lists(TEXTS, max_size=3), st.sampled_from(["en", "de", "es", "fr"]))
def test_a_text_has_the_terms_of_its_parts(parts: list[str], language: str):
    whole = set(stem_sequence("\n".join(parts), language))
    assert whole == {term for part in parts for term in stem_sequence(part, language)}


@given(st.text(alphabet="abcdefghij ÄÖÜéñ", max_size=200))
def test_upper_and_lower_case_are_the_same(text: str):
    assert stem_sequence(text, "de") == stem_sequence(text.upper(), "de")


def test_threads_share_the_stemmers():
    text = " ".join(f"running{letter} houses{letter} leaves{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
    expected = stems(text, "en")
    terms._stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: stems(text, "en"), range(40))) == {expected}


def test_a_chunk_takes_milliseconds():
    text = " ".join(f"somewords{number}ing" for number in range(150))
    started = time.process_time()
    stems(text)
    assert time.process_time() - started < 1
