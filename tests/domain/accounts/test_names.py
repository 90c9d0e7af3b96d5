"""Two names that a reader takes for each other are one; what is not seen is no name."""
# ruff: noqa: RUF001 - letters that look like others are the matter of this file

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.domain.accounts import names

LETTERS = st.text(st.characters(categories=("Lu", "Ll", "Lo", "Nd")), min_size=3, max_size=20)
ANYTHING = st.text(st.characters(), max_size=60)


@pytest.mark.parametrize(
    "variant",
    ["ALICE", "Alice", "ａｌｉｃｅ", "𝐚𝐥𝐢𝐜𝐞", "𝒜lice", "a1ice", "AL\u0131CE", "alıce", "ⓐlice", "Ⓐⓛⓘⓒⓔ"],
)
def test_a_variant_of_a_name_is_that_name(variant: str):
    assert names.username_key(names.check_username(variant)) == names.username_key("alice")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("асе", "ace"),  # all Cyrillic
        ("СОКОЛ", "сокол"),
        ("ΑΒΟ", "abo"),  # all Greek
        ("Straße", "STRASSE"),
        ("E\u0301ric", "Éric"),
        ("\u212aelvin", "kelvin"),
        ("ſam", "SAM"),
        ("fi\ufb01ne", "fifine"),
        ("bob0", "bobo"),
        ("օոս", "onu"),  # all Armenian
    ],
)
def test_look_alikes_are_one(one: str, other: str):
    assert names.username_key(names.check_username(one)) == names.username_key(names.check_username(other))


@pytest.mark.parametrize(("one", "other"), [("mario", "marlo"), ("anna", "anne"), ("s1001", "s1002"), ("Élie", "elie")])
def test_different_people_keep_their_names(one: str, other: str):
    assert names.username_key(names.check_username(one)) != names.username_key(names.check_username(other))


@pytest.mark.parametrize(
    "name",
    [
        "", "ab", "a" * 41, "аlice", "αlice", "ali\u200dce", "ali\u202ece", "ali\x00ce", "a\nb\nc", "a b c", "ada@home",
        "...", "-ada", "_ada", "ɑlice", "a\u0336d\u0336a\u0336", "٣٤٥", "😀😀😀", "ada/x", "ᴀᴅᴀ", "ǀǀǀ", "\u0300ab",
        "ﷺﷺﷺ", "ivan_иван",
    ],
)  # fmt: skip
def test_what_hides_or_deceives_is_no_username(name: str):
    with pytest.raises(ValueError, match="username"):
        names.check_username(name)


@pytest.mark.parametrize(
    "name",
    ["ada", "Ada.Lovelace-1815_x", "иван", "Ελένη", "太郎たろう", "김철수", "नमस्ते", "ሰላም", "محمد", "Nguyễn", "1984"],
)
def test_names_of_the_world_are_usernames(name: str):
    assert names.check_username(name) == unicodedata.normalize("NFKC", name)


@given(ANYTHING)
def test_any_text_is_checked_or_refused_and_never_breaks(text: str):
    try:
        name = names.check_username(text)
    except ValueError:
        return
    assert names.check_username(name) == name
    assert "@" not in name
    assert all(unicodedata.category(c)[0] in "LMNP" for c in name)


@given(LETTERS)
def test_a_key_is_the_same_in_every_case_and_normal_form(text: str):
    key = names.username_key(text)
    assert names.username_key(key) == key
    forms = {unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert {names.username_key(form) for form in forms} == {key}
    assert names.username_key(text.casefold()) == key


@given(ANYTHING)
def test_an_address_is_the_same_in_every_case(text: str):
    assert names.email_key(names.email_key(text)) == names.email_key(text)
    assert names.email_key(text.casefold()) == names.email_key(text)


def test_what_is_typed_to_log_in_is_an_address_when_it_has_an_at():
    assert names.login_key("Ada@Example.ORG") == "ada@example.org"
    assert names.login_key("A1ice") == names.username_key("alice")


@pytest.mark.parametrize("text", ["a\u202eb", "a\x07", " ", "\u200b", "a\u2028b", "\ue000"])
def test_text_that_is_shown_has_no_hidden_characters(text: str):
    with pytest.raises(ValueError, match=r"control|empty"):
        names.plain_text(text)


def test_shown_text_is_trimmed_and_composed():
    assert names.plain_text("  Zoe\u0308 ") == "Zoë"
