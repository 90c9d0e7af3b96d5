"""The words of nudges: warm, short, in the reader's language where we have it; nothing is promised, nobody is blamed.

A template has a version, which a nudge keeps: whoever changes its words gives it the next one. Experiments choose
among VARIANTS; the text of "model" is written by a language model, and "plain" stands in for it.
"""

from dataclasses import dataclass
from typing import Literal

Variant = Literal["plain", "small_step", "model"]
VARIANTS: tuple[Variant, ...] = ("plain", "small_step", "model")
Language = Literal["en", "de", "es", "fr"]
FALLBACK: Language = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """A subject and a text; in a template of teachers they name {course} and {reason}."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """One way to say it, in every language."""

    name: str
    version: int
    words: dict[Language, Words]

    @property
    def stored_as(self) -> str:
        """What a nudge remembers of it."""
        return f"{self.name}-{self.version}"


PLAIN = Template(
    "plain",
    1,
    {
        "en": Words(
            "Whenever you like, we are here",
            "You have been away for a little while, and that is fine. Everything is where you left it. If today suits "
            "you, a few minutes are enough to find your way back in.",
        ),
        "de": Words(
            "Schön, wenn du wieder vorbeischaust",
            "Du warst eine Weile nicht da, und das ist völlig in Ordnung. Alles ist noch dort, wo du aufgehört hast. "
            "Wenn es dir heute passt, reichen ein paar Minuten, um wieder hineinzufinden.",
        ),
        "es": Words(
            "Aquí seguimos, cuando te apetezca",
            "Hace un tiempo que no pasas por aquí, y no pasa nada. Todo está donde lo dejaste. Si hoy te viene bien, "
            "con unos minutos basta para retomarlo.",
        ),
        "fr": Words(
            "Quand vous voulez, nous sommes là",
            "Cela fait quelque temps, et ce n'est pas grave. Tout est là où vous l'avez laissé. Si vous avez un moment "
            "aujourd'hui, quelques minutes suffisent pour reprendre le fil.",
        ),
    },
)

SMALL_STEP = Template(
    "small_step",
    1,
    {
        "en": Words(
            "One small step is enough",
            "If you would like an easy way back in: a few flashcards or one short quiz, and you have studied today. "
            "The rest can wait.",
        ),
        "de": Words(
            "Ein kleiner Schritt genügt",
            "Falls du einen leichten Wiedereinstieg suchst: ein paar Karteikarten oder ein kurzes Quiz, und schon hast "
            "du heute gelernt. Der Rest kann warten.",
        ),
        "es": Words(
            "Con un pequeño paso basta",
            "Si buscas una forma fácil de volver: unas pocas tarjetas o un cuestionario corto, y hoy ya habrás "
            "estudiado. Lo demás puede esperar.",
        ),
        "fr": Words(
            "Un petit pas suffit",
            "Pour reprendre en douceur : quelques cartes ou un court quiz, et vous aurez étudié aujourd'hui. Le reste "
            "peut attendre.",
        ),
    },
)

TEACHER = Template(
    "teacher",
    1,
    {
        "en": Words(
            "A word from your teacher",
            "Your teacher in “{course}” would be glad to see you back. If something is in the way, let them know: "
            "together you may find a way around it.",
        ),
        "de": Words(
            "Ein Gruß von deiner Lehrkraft",
            "Deine Lehrkraft in „{course}“ würde sich freuen, dich wiederzusehen. Wenn dir etwas im Weg steht, sag ihr "
            "Bescheid: Gemeinsam findet ihr vielleicht einen Weg.",
        ),
        "es": Words(
            "Unas palabras de tu docente",
            "En «{course}» se alegrarán de volver a verte. Si algo te lo pone difícil, coméntaselo a tu docente: quizá "
            "entre los dos encontréis la manera.",
        ),
        "fr": Words(
            "Un mot de votre enseignant",
            "Dans « {course} », on serait heureux de vous revoir. Si quelque chose vous freine, parlez-en à votre "
            "enseignant : à deux, vous trouverez peut-être une solution.",
        ),
    },
)

TEACHER_SAYS = Template(
    "teacher_says",
    1,
    {
        "en": Words("A word from your teacher", "Your teacher in “{course}” writes to you:\n\n{reason}"),
        "de": Words("Ein Gruß von deiner Lehrkraft", "Deine Lehrkraft in „{course}“ schreibt dir:\n\n{reason}"),
        "es": Words("Unas palabras de tu docente", "Tu docente en «{course}» te escribe:\n\n{reason}"),
        "fr": Words("Un mot de votre enseignant", "Votre enseignant dans « {course} » vous écrit :\n\n{reason}"),
    },
)

TEAM_SAYS = Template(
    "team_says",
    1,
    {
        "en": Words("A message for you", "{reason}"),
        "de": Words("Eine Nachricht für dich", "{reason}"),
        "es": Words("Un mensaje para ti", "{reason}"),
        "fr": Words("Un message pour vous", "{reason}"),
    },
)

MAIL: dict[Language, str] = {
    "en": "Hello {name},\n\n{text}\n\n{site}\n\n-- \nYou get this because you learn at {site}. You choose there how "
    "often we write, and when.\nNo more of these messages: {unsubscribe}\n",
    "de": "Hallo {name},\n\n{text}\n\n{site}\n\n-- \nDu bekommst diese Nachricht, weil du auf {site} lernst. Wie oft "
    "und wann wir schreiben, bestimmst du dort.\nKeine solchen Nachrichten mehr: {unsubscribe}\n",
    "es": "Hola, {name}:\n\n{text}\n\n{site}\n\n-- \nRecibes este mensaje porque aprendes en {site}. Allí decides "
    "con qué frecuencia y cuándo te escribimos.\nNo recibir más mensajes como este: {unsubscribe}\n",
    "fr": "Bonjour {name},\n\n{text}\n\n{site}\n\n-- \nVous recevez ce message parce que vous apprenez sur {site}. "
    "Vous y choisissez quand et combien de fois nous écrivons.\nNe plus recevoir ces messages : {unsubscribe}\n",
}
"""An e-mail around the text."""

TEMPLATES: dict[str, Template] = {"plain": PLAIN, "small_step": SMALL_STEP, "model": PLAIN}


def language_of(tag: str | None) -> Language:
    """The language of a BCP 47 tag if we have it, else English."""
    code = (tag or FALLBACK).partition("-")[0].lower()
    return next((known for known in MAIL if known == code), FALLBACK)


def written(template: Template, language: Language, *, course: str = "", reason: str = "") -> Words:
    """The words of a template; what a teacher says stands in them as it is."""
    words = template.words[language]
    return Words(words.subject, words.text.format(course=course, reason=reason))


def for_teacher(course: str | None, reason: str | None) -> Template:
    """The template of what a teacher asked for; without a course in common it was an admin."""
    if reason is None:
        return TEACHER if course else PLAIN
    return TEACHER_SAYS if course else TEAM_SAYS
