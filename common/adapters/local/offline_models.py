"""What stands for a language model and a moderation service where there is none."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NoReturn

from common.adapters.local.moderation_phrases import PATTERNS
from common.ports.ai import ModelUnavailable, S, StructuredReply, TextReply, TextRequest, Usage, Verdict
from common.ports.secrets import SecretSource
from common.settings import Settings

NO_MODEL = "there is no language model: SCHOLIUM_AI is offline"


class OfflineTextModel:
    """TextModel that never is there; the tutor then answers by extraction, and says so."""

    model = None

    def __init__(self, settings: Settings, secrets: SecretSource) -> None:
        """As the adapter that it stands for."""

    def reply(self, request: TextRequest) -> TextReply:
        """Raises ModelUnavailable."""
        _unavailable()

    def stream(self, request: TextRequest) -> Iterator[str | Usage]:
        """Raises ModelUnavailable."""
        _unavailable()

    def parse(self, request: TextRequest, shape: type[S]) -> StructuredReply[S]:
        """Raises ModelUnavailable."""
        _unavailable()

    def most_cost_micros(self, request: TextRequest) -> int:
        """Nothing."""
        return 0


def _unavailable() -> NoReturn:
    raise ModelUnavailable(NO_MODEL)


class OfflineModerator:
    """Moderator by a declared list of phrases in English, German, Spanish and French.

    It finds the plain and grave cases: self-harm in the first person, threats against somebody, sexual content with
    minors, incitement against a group. It does not understand: a paraphrase, another language, an image or a
    sarcastic remark passes, and a quotation of such a phrase is flagged. It is the least, not a judgement; whoever
    needs one sets a key, and OpenAI's moderation is asked instead. The categories are named as OpenAI names them.
    """

    def __init__(self, settings: Settings, secrets: SecretSource) -> None:
        """As the adapter that it stands for."""

    def check(self, text: str) -> Verdict:
        """Never unavailable."""
        plain = _plain(text)
        found = tuple(sorted(category for category, pattern in PATTERNS.items() if pattern.search(plain)))
        return Verdict(bool(found), found)


def _plain(text: str) -> str:
    """Small letters without accents, invisible characters and runs of blanks, so that spelling hides nothing."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(one for one in letters if unicodedata.category(one) not in ("Mn", "Cf"))
    return re.sub(r"\s+", " ", kept.replace("\u2019", "'"))
