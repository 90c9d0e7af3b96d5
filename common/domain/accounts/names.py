# ruff: noqa: RUF001 - letters that look like others are the matter of this file
"""What a name may be, and when two names are the same one to a human eye.

After Unicode UTS #39 (security mechanisms) and UAX #31: letters of one script, recommended ones only, compared by
their look and without regard to case. Nothing here depends on the machine's locale.
"""

import hashlib
import unicodedata
from collections.abc import Callable

SHORTEST, LONGEST = 3, 40
_ASIAN = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"}
_SCRIPTS = {script: {script} for script in (
    "ARABIC", "ARMENIAN", "BENGALI", "CYRILLIC", "DEVANAGARI", "ETHIOPIC", "GEORGIAN", "GREEK", "GUJARATI", "GURMUKHI",
    "HEBREW", "KANNADA", "KHMER", "LAO", "LATIN", "MALAYALAM", "MYANMAR", "ORIYA", "SINHALA", "TAMIL", "TELUGU",
    "THAANA", "THAI", "TIBETAN",
)} | dict.fromkeys(_ASIAN, _ASIAN) | {"HANGUL": {"HANGUL", "CJK"}, "BOPOMOFO": {"BOPOMOFO", "CJK"}}  # fmt: skip
"""The first word of a character's Unicode name -> the scripts it may stand beside (UAX #31, table 5)."""

# Scripts whose accented letters are single characters after NFKC: a mark that is left only decorates.
_WITHOUT_MARKS = {"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN"}
_AFRICAN = set("ɓɔɖɗɛɣʋ")

_LOOK_ALIKES = (
    "0o 1l "
    # Latin
    "ıi ƅb ƍg ƽs ȣ8 ɣy ʋu "
    # Cyrillic, by the look of its small letters or else of its capitals
    "аa вb бb гr еe зe кk мm нh оo пn рp сc тt уy хx ѕs іi јj ӏl ѡw ѵv үy һh ҽe ԁd ԛq ԝw ꙇi ьb "
    # Greek
    "αa βb γy εe ζz ηn ιi κk μm νv οo ρp σo τt υu χx ωw ϳj ϝf "
    # Armenian, Georgian, and the scripts that have a circle
    "աw գq զq հh ոn ռn սu տs ցg քf օo ყy ჿo ഠo ဝo ሀu ዐo ଠo"
)
"""Small letters and digits, each followed by the Latin one that it is taken for (after UTS #39, confusables.txt).

Small i and l stay two letters: Mario and Marlo are two people.
"""
_SKELETON = {ord(pair[0]): pair[1] for pair in _LOOK_ALIKES.split()}


def check_username(text: str) -> str:
    """The username as it is kept: NFKC; ValueError says what is wrong with it."""
    name = unicodedata.normalize("NFKC", text)
    if not SHORTEST <= len(name) <= LONGEST:
        raise ValueError(f"a username has {SHORTEST} to {LONGEST} characters")
    if not all(_is_letter(c) or c in "0123456789._-" for c in name):
        raise ValueError("a username holds letters, digits and . _ - only")
    if name[0] in "._-" or unicodedata.category(name[0])[0] == "M":
        raise ValueError("a username begins with a letter or a digit")
    scripts = [_script(c) for c in name if not c.isascii() or c.isalpha()]
    if any(one not in _SCRIPTS[other] for one in set(scripts) for other in set(scripts)):
        raise ValueError("the letters of a username are of one script")
    return name


def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]


def _is_letter(character: str) -> bool:
    category, script = unicodedata.category(character), _script(character)
    if script not in _SCRIPTS:
        return False
    if script == "LATIN":  # no phonetic symbols: they are look-alikes by design
        known = ord(character) < 0x250 or 0x1E00 <= ord(character) <= 0x1EFF or character in _AFRICAN
        return known and category in ("Lu", "Ll")
    marked = category in ("Mn", "Mc") and script not in _WITHOUT_MARKS
    return marked or category[0] == "L"


def username_key(username: str) -> str:
    """The same for all usernames that a reader takes for each other."""
    return fold(fold(username).translate(_SKELETON))


def email_key(email: str) -> str:
    """The same for an e-mail address in any case and Unicode form."""
    return fold(email).strip()


def login_key(identifier: str) -> str:
    """The key of what somebody types to log in: an e-mail address has an @, and a username never does."""
    return email_key(identifier) if "@" in identifier else username_key(identifier)


def slot_id(key: str) -> str:
    """The document id of a key, and how it may be named where it must not be read: a SHA-256 in hexadecimal."""
    return hashlib.sha256(key.encode()).hexdigest()


def fold(text: str) -> str:
    """Without regard to case and to compatibility forms (Unicode 5.18: NFKC casefold, until nothing changes)."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded if folded == text else fold(folded)


def plain_text(text: str) -> str:
    """One line to show to others: NFC, trimmed; ValueError for characters that are not seen or turn the text."""
    said = unicodedata.normalize("NFC", text).strip()
    if not said:
        raise ValueError("it is empty")
    joiners = "\u200c\u200d"  # Persian and Indic words need them
    if any(c not in joiners and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for c in said):
        raise ValueError("control characters are not allowed")
    return said


def at_most(longest: int) -> Callable[[str], str]:
    """A check that comes last, for a text that a form of Unicode has made longer than it was sent; ValueError."""

    def check(text: str) -> str:
        if len(text) > longest:
            raise ValueError(f"it has more than {longest} characters in its Unicode normal form")
        return text

    return check
