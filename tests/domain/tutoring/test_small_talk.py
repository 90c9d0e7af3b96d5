"""Small talk is told from questions, in four languages."""

import pytest

from common.domain.tutoring.models import HotMessage
from common.domain.tutoring.small_talk import hear, remembered, reply
from common.domain.tutoring.small_talk_texts import CARED_FOR, HELP, HELPED_WITH, HINT, NOT_FOUND, REPLIES


@pytest.mark.parametrize(
    ("message", "kinds", "language", "name"),
    [
        ("Hi, my name is Alice", ("greeting", "name_given"), "en", "Alice"),
        ("hello! i'm alice", ("greeting",), "en", None),
        ("I'm Alice", ("name_given",), "en", "Alice"),
        ("my name is anna maria", ("name_given",), "en", "Anna Maria"),
        ("My name's O'Neill.", ("name_given",), "en", "O'Neill"),
        ("What is my name?", ("name_asked",), "en", None),
        ("Hallo, ich heiße Jürgen", ("greeting", "name_given"), "de", "Jürgen"),
        ("¡Hola! Me llamo Íñigo.", ("greeting", "name_given"), "es", "Íñigo"),
        ("¿Cómo me llamo?", ("name_asked",), "es", None),
        ("Bonjour, je m'appelle Zoé", ("greeting", "name_given"), "fr", "Zoé"),
        ("Je m\u2019appelle Zoé", ("name_given",), "fr", "Zoé"),
        ("thanks a lot, bye", ("thanks", "farewell"), "en", None),
        ("How do I upload a document?", ("help",), "en", None),
    ],
)
def test_small_talk_is_recognised(message: str, kinds: tuple[str, ...], language: str, name: str | None):
    heard = hear(message)
    if message.startswith("hello! i'm"):
        assert heard.kinds == kinds
        assert heard.question == "i'm alice"
        return
    assert (heard.kinds, heard.language, heard.name, heard.question) == (kinds, language, name, "")


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("How tight should the pedals be?", "How tight should the pedals be?"),
        ("Hi! How tight should the pedals be? Thanks!", "How tight should the pedals be?"),
        ("My name is Alice. What is photosynthesis?", "What is photosynthesis?"),
        ("Hello, what is a greeting in German, and what is not?", "what is a greeting in German, and what is not?"),
        ("I am confused", "I am confused"),
        ("I'm Sorry", "I'm Sorry"),
        ("what does hello mean", "what does hello mean"),
        ("...", ""),
    ],
)
def test_what_is_no_small_talk_is_a_question(message: str, question: str):
    assert hear(message).question == question


@pytest.mark.parametrize("language", sorted(REPLIES))
def test_every_language_has_every_text(language: str):
    assert REPLIES[language].keys() == REPLIES["en"].keys()
    assert all(language in texts for texts in (CARED_FOR, HELP, HELPED_WITH, HINT, NOT_FOUND))


def said(*texts: str) -> list[HotMessage]:
    return [HotMessage(role="user", text=text) for text in texts]


def test_a_name_that_was_not_told_is_not_invented():
    assert reply(hear("What is my name?"), "en", None, []) == "You have not told me your name yet."


def test_what_a_learner_told_of_themselves_is_remembered():
    hot = said("My exam is on Friday. My teacher is Mr Brown.", "Is my exam hard?")
    assert remembered("When is my exam?", hot) == "My exam is on Friday."
    assert remembered("Who is my teacher?", hot) == "My teacher is Mr Brown."
    assert remembered("When is the exam?", hot) is None
    assert remembered("What is my favourite colour?", hot) is None
