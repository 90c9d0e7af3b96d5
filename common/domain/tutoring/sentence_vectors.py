"""Vectors of sentences, asked for at a question and kept in the process: learners ask about the same pages again."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from common.ports.ai import Embedder, ModelUnavailable

MOST_KEPT = 4_000
"""1.5 kB each."""

_KEPT: OrderedDict[tuple[str, str], array[float]] = OrderedDict()
_LOCK = Lock()


class SentenceVectors:
    """What the offline tutor asks for vectors."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def __call__(self, texts: list[str]) -> Sequence[Sequence[float]] | None:
        """Vectors in order; None when the embedder is down."""
        model = self._embedder.model
        with _LOCK:
            found = {text: _KEPT[model, text] for text in texts if (model, text) in _KEPT}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            try:
                made = self._embedder.embed(missing, "passage").vectors
            except ModelUnavailable:
                return None
            found |= {text: array("f", vector) for text, vector in zip(missing, made, strict=True)}
        with _LOCK:
            for text, vector in found.items():
                _KEPT[model, text] = vector
                _KEPT.move_to_end((model, text))
            while len(_KEPT) > MOST_KEPT:
                _KEPT.popitem(last=False)
        return [found[text] for text in texts]
