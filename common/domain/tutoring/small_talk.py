"""What needs no document: greetings, thanks, the learner's own name and words, how to use the platform.

Recognised by declared phrases in English, German, Spanish and French, sentence by sentence, so that "Hi! How tight
should the pedals be?" is still a question about pedals. What is not recognised is a question to the material.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from common.domain.language.terms import language_of, stem_sequence
from common.domain.tutoring.models import HotMessage
from common.domain.tutoring.small_talk_texts import HELP, HELPED_WITH, REPLIES

Kind = Literal["greeting", "name_given", "name_asked", "thanks", "farewell", "how_are_you", "who_are_you", "help", "recall"]

_NAME = r"(?P<name>[^\W\d_][\w'\u2019-]{0,40}(?: [^\W\d_][\w'\u2019-]{0,40}){0,2})"
_PROPER = r"(?P<proper>(?-i:[A-ZÀ-ÖØ-Þ])[\w'\u2019-]{1,40}(?: (?-i:[A-ZÀ-ÖØ-Þ])[\w'\u2019-]{1,40})?)"
_PHRASES: dict[tuple[Kind, str], str] = {
    ("greeting", "en"): r"(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening|day))(?: there| again| tutor)?",
    ("greeting", "de"): r"(?:hallo|guten (?:morgen|tag|abend)|servus|moin|grüß (?:dich|gott))(?: zusammen| tutor)?",
    ("greeting", "es"): r"(?:hola|buen(?:os|as) (?:días|tardes|noches))(?: tutor)?",
    ("greeting", "fr"): r"(?:bonjour|salut|bonsoir|coucou)(?: tuteur)?",
    ("name_given", "en"): rf"(?:and )?(?:my name(?: is|'s|\u2019s)|(?:please )?call me|i am called) {_NAME}|i(?: a|'|\u2019)m {_PROPER}",
    ("name_given", "de"): rf"(?:und )?(?:mein name ist|ich hei(?:ß|ss)e|nenn mich) {_NAME}|ich bin {_PROPER}",
    ("name_given", "es"): rf"(?:y )?(?:me llamo|mi nombre es|llámame) {_NAME}|soy {_PROPER}",
    ("name_given", "fr"): rf"(?:et )?(?:je m['\u2019]appelle|mon nom est|appelle[- ]moi|moi c['\u2019]est) {_NAME}|je suis {_PROPER}",
    ("name_asked", "en"): (
        r"(?:so |and )?(?:what(?: is|'s|\u2019s) my name(?: again)?|who am i|do you (?:know|remember) (?:my name|who i am|what "
        r"my name is|what i am called)|(?:can you )?tell me my name|say my name|what am i called)"
    ),
    ("name_asked", "de"): r"(?:und )?(?:wie (?:heiße|heisse) ich|wie ist mein name|wer bin ich|weißt du,? wie ich heiße|kennst du meinen namen)",
    ("name_asked", "es"): r"[¿]?(?:y )?(?:cómo me llamo|cuál es mi nombre|quién soy(?: yo)?|(?:sabes|recuerdas) (?:mi nombre|cómo me llamo))",
    ("name_asked", "fr"): (
        r"(?:et )?(?:comment (?:est-ce que )?je m['\u2019]appelle|comment m['\u2019]appell[eé][- ]?je|quel est mon nom|qui suis-je|"
        r"(?:tu te souviens|te souviens-tu) de mon nom)"
    ),
    ("thanks", "en"): r"(?:(?:ok(?:ay)?,? |great,? )?(?:thanks?(?: you)?|thx|cheers)(?: (?:a lot|so much|very much|again|tutor))*|(?:that(?:'s| is) )?(?:great|perfect|awesome|very helpful))",
    ("thanks", "de"): r"(?:vielen |herzlichen |besten )?dank(?:e(?: (?:dir|schön|sehr))?)?",
    ("thanks", "es"): r"(?:muchas |mil )?gracias",
    ("thanks", "fr"): r"merci(?: (?:beaucoup|bien))?",
    ("farewell", "en"): r"(?:good ?)?bye(?: bye)?|see you(?: (?:later|soon|tomorrow))?|good night",
    ("farewell", "de"): r"tschüs+|auf wiedersehen|bis (?:bald|später|morgen)|gute nacht",
    ("farewell", "es"): r"adiós|hasta (?:luego|mañana|pronto|la vista)",
    ("farewell", "fr"): r"au revoir|à (?:bientôt|demain|plus(?: tard)?)|bonne nuit",
    ("how_are_you", "en"): r"how are (?:you|things)(?: (?:doing|today))*|how(?:'s| is) it going|nice to meet you",
    ("how_are_you", "de"): r"wie geht(?:'s| es dir)(?: heute)?|freut mich",
    ("how_are_you", "es"): r"[¿]?(?:cómo estás|qué tal)(?: hoy)?|mucho gusto",
    ("how_are_you", "fr"): r"(?:comment )?(?:ça va|vas-tu|allez-vous)(?: aujourd['\u2019]hui)?|enchantée?",
    ("who_are_you", "en"): r"(?:who|what) are you|are you (?:a |an )?(?:human|robot|bot|ai|real)(?: person)?|what(?:'s| is) your name",
    ("who_are_you", "de"): r"(?:wer|was) bist du|bist du (?:ein )?(?:mensch|roboter|bot|ki)|wie heißt du",
    ("who_are_you", "es"): r"[¿]?(?:quién|qué) eres|[¿]?cómo te llamas|[¿]?eres (?:un )?(?:humano|robot)",
    ("who_are_you", "fr"): r"(?:qui|qu['\u2019]es)[- ](?:es[- ]tu|tu)|comment t['\u2019]appelles[- ]tu|es-tu (?:un )?(?:humain|robot)",
    ("help", "en"): (
        r"help(?: me)?(?: please)?|what can (?:you|i) do(?: here)?|how (?:does this|do you) work|how (?:do|can) i (?:use (?:this|it|you|scholium|"
        r"the (?:platform|tutor|app))|upload (?:a |my )?(?:document|file|pdf)s?|take a quiz|(?:make|create|review) (?:a )?(?:flash)?cards?|see my progress)"
    ),
    ("help", "de"): r"hilfe|was kannst du(?: tun)?|was kann ich hier (?:tun|machen)|wie funktioniert (?:das|dies)(?: hier)?|wie lade ich (?:ein |mein )?dokument hoch",
    ("help", "es"): r"ayuda|[¿]?qué (?:puedes|puedo) hacer(?: aquí)?|[¿]?cómo (?:funciona|se usa) (?:esto|scholium)|[¿]?cómo subo un documento",
    ("help", "fr"): r"aide(?:[- ]moi)?|que (?:peux-tu|puis-je) faire(?: ici)?|comment (?:ça marche|utiliser scholium)|comment (?:téléverser|importer) un document",
    ("recall", "en"): r"what (?:did i|was my)(?: just| last)* (?:ask|say|tell you|question)(?: (?:you )?(?:before|earlier|last))?",
    ("recall", "de"): r"was (?:habe ich|war meine)(?: eben| zuletzt| letzte)* (?:gefragt|gesagt|frage)",
    ("recall", "es"): r"[¿]?(?:qué (?:te )?(?:pregunté|dije)|cuál fue mi (?:última )?pregunta)(?: antes)?",
    ("recall", "fr"): r"qu['\u2019]ai-je (?:demandé|dit)|quelle (?:était|est) ma (?:dernière )?question",
}  # fmt: skip
_COMPILED = [(kind, language, re.compile(text, re.IGNORECASE)) for (kind, language), text in _PHRASES.items()]
_NO_NAMES = frozenset(
    "sorry sure fine good great ok okay back ready done lost stuck late tired happy sad confused here new afraid not "
    "müde neu fertig hier da gut traurig froh krank listo nuevo cansado aquí prêt nouveau fatigué ici perdu content "
    "the a an your your just so very".split()
)
_PARTS = re.compile(r"[^.!?,;:\n…]+[.!?,;:\n…]*")
_EDGES = " \t\r\n.!?,;:…¿¡\"'()"
_FIRST_PERSON = re.compile(r"\b(?:my|mine|i|me|mein\w*|ich|mir|mich|mis?|yo|me|mon|ma|mes|je|j)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\?|^\W*(?:what|when|where|who|why|how|which|did|do|does|is|are|can|was|wann|wo|wer|was|wie|warum|welche\w*|qué|cuándo|"
    r"dónde|quién|cómo|cuál|quand|où|qui|quel\w*|comment|pourquoi)\b",
    re.IGNORECASE,
)


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
    return Heard(tuple(kind for kind, _, _ in said), said[0][1] if said else None, name, question)


def reply(heard: Heard, language: str, name: str | None, hot: Sequence[HotMessage]) -> str:
    """What the offline tutor answers to small talk: plain text, to be escaped."""
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
    said += [texts[kind] for kind in ("how_are_you", "who_are_you", "thanks", "farewell") if kind in kinds]
    if "help" in kinds or "who_are_you" in kinds or kinds <= {"greeting", "name_given", "how_are_you"}:
        said.append(HELP[language] if "help" in kinds else HELPED_WITH.get(language, HELPED_WITH["en"]))
    return " ".join(said)


def remembered(question: str, hot: Sequence[HotMessage]) -> str | None:
    """What the learner has told of themselves that answers a question about themselves; None where nothing does."""
    if not _FIRST_PERSON.search(question):
        return None
    wanted = _terms(question)
    best: tuple[float, str] | None = None
    for one in reversed(hot):
        for part in re.split(r"(?<=[.!?])\s+", one.text) if one.role == "user" else ():
            if _ASKS.search(part) or not _FIRST_PERSON.search(part):
                continue
            shared = len(wanted & _terms(part)) / max(1, len(wanted))
            if shared >= 0.5 and (best is None or shared > best[0]):
                best = shared, part.strip()
    return best[1] if best else None


def told(statement: str, language: str) -> str:
    """The answer that gives a learner's own words back: plain text, to be escaped."""
    return REPLIES.get(language, REPLIES["en"])["told"].format(text=statement)


def _recognised(part: str) -> tuple[Kind, str, str | None] | None:
    said = re.sub(r"\s+", " ", part).strip(_EDGES)
    for kind, language, pattern in _COMPILED:
        match = pattern.fullmatch(said)
        if match is None:
            continue
        groups = match.groupdict()
        name = groups.get("name") or groups.get("proper")
        if name and name.split()[0].casefold() in _NO_NAMES:
            continue
        return kind, language, _written(name) if name else None
    return None


def _written(name: str) -> str:
    """A name as it is written, with a capital where it was typed without any."""
    return name if name != name.lower() else name.title()


def _terms(text: str) -> frozenset[str]:
    return frozenset(stem_sequence(text, language_of(text)))
