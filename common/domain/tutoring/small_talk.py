"""What needs no document: greetings, thanks, the learner's own name and words, how to use the platform.

Recognised by declared phrases in English, German, Spanish and French, sentence by sentence, so that "Hi! How tight
should the pedals be?" is still a question about pedals. What is not recognised is a question to the material.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from common.domain.language.terms import language_of, stem_sequence
from common.domain.tutoring.models import HotMessage
from common.domain.tutoring.small_talk_phrases import NO_NAMES, PHRASES, Kind
from common.domain.tutoring.small_talk_texts import HELP, HELPED_WITH, REPLIES

_COMPILED = [
    (kind, language, re.compile(phrase, re.IGNORECASE))
    for kind, languages in PHRASES.items()
    for language, phrases in languages.items()
    for phrase in phrases
]
_ANY = re.compile(
    "|".join(phrase for languages in PHRASES.values() for phrases in languages.values() for phrase in phrases)
    .replace("(?P<name>", "(?:")
    .replace("(?P<proper>", "(?:"),
    re.IGNORECASE,
)
"""All of them at once: most of what learners write is none, and that is soon seen."""
_PARTS = re.compile(r"[^.!?,;:\n…]+[.!?,;:\n…]*")
_EDGES = " \t\r\n.!?,;:…¿¡\"'()"
_FIRST_PERSON = re.compile(r"\b(?:my|mine|i|me|mein\w*|ich|mir|mich|mis?|yo|me|mon|ma|mes|je|j)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\?|^\W*(?:what|when|where|who|why|how|which|(?:what|when|where|who|how)s|did|do|does|is|are|can|could|was|will|would|should|"
    r"wann|wo|wer|was|wie|warum|welche\w*|kannst|qué|cuándo|dónde|quién|cómo|cuál|puedes|"
    r"quand|où|qui|quel\w*|comment|pourquoi|peux|pouvez)\b",
    re.IGNORECASE,
)
_DEMANDS = re.compile(
    r"\b(?:please|bitte|por favor|s['\u2019]il (?:te|vous) pla[iî]t)\b|"
    r"^\W*(?:give|tell|say|show|explain|summari[sz]e|help|translate|describe|define|list|name|compare|write|make|quiz|test|let|"
    r"gib|sag|erklär\w*|zeig\w*|nenn\w*|fass\w*|hilf|übersetz\w*|beschreib\w*|schreib\w*|vergleich\w*|"
    r"da(?:me|nos)|di(?:me|nos)|explic\w+|muéstra\w*|resum\w+|ayúda\w*|traduc\w+|escrib\w+|compara\w*|"
    r"donne\w*|dis|explique\w*|montre\w*|résum\w+|aide\w*|tradui\w+|écri\w+|compare\w*)\b"
    r"|\b(?:i (?:want|need|would like|wish|have) to|i['\u2019]d like to|let me) (?:know|learn|understand|see|read)\b|"
    r"\bi wonder\b|\b(?:do|did)(?:n't|n\u2019t| not) (?:understand|get|know)\b|"
    r"\bich (?:möchte|will|würde gerne?|muss)\b.{0,80}\b(?:wissen|verstehen|lernen|sehen)\b|"
    r"\bversteh\w*(?: \w+)? nicht\b|\bnicht verstanden\b|\bquiero (?:saber|entender|aprender)\b|"
    r"\bno (?:lo )?(?:entiendo|comprendo|sé)\b|"
    r"\bje (?:veux|voudrais|dois|souhaite) (?:savoir|comprendre|apprendre)\b|\bne (?:comprends|sais) pas\b",
    re.IGNORECASE,
)
"""What asks for something, though it is no question."""


LONGEST_TOLD = 300
"""Characters of a sentence in which a learner tells of themselves: longer ones are pasted, and not given back."""


@dataclass(frozen=True)
class Heard:
    """What of a message is small talk, and what is left to be answered from the material."""

    kinds: tuple[Kind, ...]
    language: str | None
    """Of the small talk: en, de, es or fr; None where there is none."""
    name: str | None
    """What the learner says they are called."""
    question: str
    """The rest; empty where nothing is left."""


def hear(message: str) -> Heard:
    """Tell small talk at the beginning and the end of a message from what stands between."""
    parts = [match[0] for match in _PARTS.finditer(message)]
    known = [_recognised(part) for part in parts]
    rest = [at for at, one in enumerate(known) if one is None]
    question = "".join(parts[rest[0] : rest[-1] + 1]).strip() if rest else ""
    if not any(letter.isalnum() for letter in question):
        question = ""
    said = [one for at, one in enumerate(known) if one and (not rest or not rest[0] < at < rest[-1])]
    name = next((one[2] for one in said if one[2]), None)
    language = next((one[1] for one in said if one[1]), None)
    return Heard(tuple(kind for kind, _, _ in said), language, name, question)


def reply(heard: Heard, language: str, name: str | None, hot: Sequence[HotMessage], *, begins_with: str = "") -> str:
    """What the offline tutor answers to small talk: plain text, to be escaped.

    `begins_with` is the beginning of the conversation's first question.
    """
    texts = REPLIES.get(language, REPLIES["en"])
    kinds = set(heard.kinds)
    said: list[str] = []
    if heard.name:
        said.append(texts["nice_to_meet"].format(name=heard.name))
    elif "name_asked" in kinds:
        said.append(texts["your_name"].format(name=name) if name else texts["no_name"])
    elif "greeting" in kinds:
        said.append(texts["greeting_name"].format(name=name) if name else texts["greeting"])
    if "recall" in kinds:
        last = next((one.text for one in reversed(hot) if one.role == "user"), None)
        said.append(texts["recall"].format(text=last) if last else texts["no_recall"])
    if "recall_first" in kinds:
        said.append(texts["recall_first"].format(text=begins_with) if begins_with else texts["no_recall"])
    said += [texts[kind] for kind in ("how_are_you", "who_are_you", "thanks", "farewell") if kind in kinds]
    if "help" in kinds:
        said.append(HELP.get(language, HELP["en"]))
    elif "who_are_you" in kinds or (kinds <= {"greeting", "name_given", "how_are_you"} and not (said and hot)):
        said.append(HELPED_WITH.get(language, HELPED_WITH["en"]))
    return " ".join(said or [texts["acknowledged"]])


def remembered(question: str, hot: Sequence[HotMessage]) -> str | None:
    """What the learner has told of themselves that answers a question about themselves; None where nothing does."""
    if not _FIRST_PERSON.search(question):
        return None
    wanted = _terms(question)
    best: tuple[float, str] | None = None
    for one in reversed(hot):
        for part in re.split(r"(?<=[.!?])\s+", one.text) if one.role == "user" else ():
            if len(part) > LONGEST_TOLD or not is_statement(part):
                continue
            shared = len(wanted & _terms(part)) / max(1, len(wanted))
            if shared >= 0.5 and (best is None or shared > best[0]):
                best = shared, part.strip()
    return best[1] if best else None


def is_statement(text: str) -> bool:
    """Whether the learner tells of themselves, and asks nothing."""
    return _FIRST_PERSON.search(text) is not None and not _ASKS.search(text) and not _DEMANDS.search(text)


def told(statement: str, language: str) -> str:
    """The answer that gives a learner's own words back: plain text, to be escaped."""
    return REPLIES.get(language, REPLIES["en"])["told"].format(text=statement)


def _recognised(part: str) -> tuple[Kind, str, str | None] | None:
    said = re.sub(r"\s+", " ", part).strip(_EDGES)
    if _ANY.fullmatch(said) is None:
        return None
    for kind, language, pattern in _COMPILED:
        match = pattern.fullmatch(said)
        if match is None:
            continue
        groups = match.groupdict()
        name = groups.get("name") or groups.get("proper")
        if name and name.split()[0].casefold() in NO_NAMES:
            continue
        return kind, language, _written(name) if name else None
    return None


def _written(name: str) -> str:
    """A name as it is written, with a capital where it was typed without any."""
    return name if name != name.lower() else name.title()


def _terms(text: str) -> frozenset[str]:
    return frozenset(stem_sequence(text, language_of(text)))
