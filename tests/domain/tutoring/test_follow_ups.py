"""Which questions lean on one before them, and on which."""

import pytest

from common.domain.tutoring.follow_ups import language_before, leans, looked_for
from common.domain.tutoring.models import HotMessage


def said(*texts: str) -> list[HotMessage]:
    return [HotMessage(role="user", text=text) for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "Why?",
        "And the stem?",
        "What about the handlebar?",
        "on Fridays?",
        "How fast?",
        "How high may it stand?",
        "What did he do?",
        "What colour are their wings?",
        "What is that?",
        "I don't understand",
        "Can you give me another example?",
        "Und der Lenker?",
        "Was bedeutet das?",
        "¿Y el manillar?",
        "Et le guidon ?",
    ],
)
def test_a_follow_up_leans_back(text: str):
    assert leans(text)


@pytest.mark.parametrize(
    "text",
    [
        "photosynthesis",
        "What is photosynthesis?",
        "Who was Napoleon?",
        "How tight should the pedals be?",
        "How do bees find their way home?",
        "What did Jenner call his method?",
        "How does a glacier get its colour?",
        "Was ist das Ohmsche Gesetz?",
        "Was besagt das dritte Gesetz?",
        "Which pressure has a tyre that is 37 mm wide?",
    ],
)
def test_a_question_that_names_what_it_asks_about_stands_for_itself(text: str):
    assert not leans(text)


def test_a_follow_up_goes_on_from_the_last_question_that_stands_for_itself():
    hot = said(
        "Who was Jenner?", "How tight should the pedals be?", "thanks!", "My exam is on Friday.", "And the stem?"
    )
    assert looked_for("Why?", hot) == ("How tight should the pedals be? Why?", True)
    assert looked_for("What is photosynthesis?", hot) == ("What is photosynthesis?", False)
    assert looked_for("Why?", said("Hi!")) == ("Why?", False)


def test_the_language_is_that_of_the_conversation_where_a_message_does_not_tell():
    assert language_before(said("¿Con qué fuerza hay que apretar los pedales?", "ok")) == "es"
    assert language_before([]) is None
