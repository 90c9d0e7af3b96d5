"""Small talk is told from questions, in four languages."""

import pytest

from common.domain.tutoring.models import HotMessage
from common.domain.tutoring.small_talk import hear, is_statement, remembered, reply
from common.domain.tutoring.small_talk_texts import (
    CARED_FOR,
    HELP,
    HELPED_WITH,
    HINT,
    NO_HINT,
    NOT_FOUND,
    NOTED,
    ONLY_QUOTES,
    REPLIES,
)


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
        ("whats my name", ("name_asked",), "en", None),
        ("Im Tom", ("name_given",), "en", "Tom"),
        ("Wie heiße ich nochmal?", ("name_asked",), "de", None),
        ("Tschüss und danke!", ("farewell",), "de", None),
        ("Can you help me?", ("help",), "en", None),
        ("Thanks, that helped a lot!", ("thanks", "thanks"), "en", None),
        ("Thank you very much for your help", ("thanks",), "en", None),
        ("Danke, das hat mir sehr geholfen!", ("thanks", "thanks"), "de", None),
        ("Muchas gracias por tu ayuda", ("thanks",), "es", None),
        ("Merci beaucoup pour ton aide !", ("thanks",), "fr", None),
        ("ok", ("acknowledged",), None, None),
        ("Alles klar, danke!", ("acknowledged", "thanks"), "de", None),
        ("What was my first question?", ("recall_first",), "en", None),
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
        ("ok, and the stem?", "and the stem?"),
        ("My name is Bob and Ann rides", "My name is Bob and Ann rides"),
        ("Ich bin Schüler", "Ich bin Schüler"),
        ("call me later", "call me later"),
        ("...", ""),
    ],
)
def test_what_is_no_small_talk_is_a_question(message: str, question: str):
    assert hear(message).question == question


@pytest.mark.parametrize("language", sorted(REPLIES))
def test_every_language_has_every_text(language: str):
    assert REPLIES[language].keys() == REPLIES["en"].keys()
    assert all(
        language in texts for texts in (CARED_FOR, HELP, HELPED_WITH, HINT, NO_HINT, NOT_FOUND, NOTED, ONLY_QUOTES)
    )


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


@pytest.mark.parametrize(
    "text",
    [
        "I don't understand",
        "give me an example",
        "Tell me more about it",
        "whens my exam",
        "Please say how tight the pedals of my bicycle should be",
        "I want to know when lessons begin",
        "Ich verstehe das nicht",
        "Erkläre mir das bitte",
        "Dame un ejemplo para mi examen",
        "Je ne comprends pas",
    ],
)
def test_who_asks_for_something_tells_nothing_of_themselves(text: str):
    assert not is_statement(text)


@pytest.mark.parametrize("text", ["My exam is on Friday.", "Ich wohne in Köln.", "Mi examen es el viernes."])
def test_who_tells_of_themselves_asks_nothing(text: str):
    assert is_statement(text)


def test_how_to_begin_is_told_once():
    assert HELPED_WITH["en"] in reply(hear("Hi!"), "en", None, [])
    assert reply(hear("Hi!"), "en", None, said("Hi!")) == "Hello!"
    assert reply(hear("..."), "en", None, said("Hi!")) == HELPED_WITH["en"]
    assert reply(hear("Got it."), "en", None, said("Hi!")) == REPLIES["en"]["acknowledged"]
