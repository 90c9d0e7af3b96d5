"""How sure the offline tutor must be before it answers: logistic regressions.

Fitted by `python -m infrastructure.tools bench-retrieval tuning fit` on the tuning questions of infrastructure/samples
alone; the numbers that they reach on questions which were held out, and on other documents, are in the README
there.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Calibration:
    """A logistic over features of the best sentence; `least` is the confidence below which nothing is answered."""

    weights: tuple[float, ...]
    constant: float
    least: float

    def confidence(self, features: Sequence[float]) -> float:
        """0 to 1: how likely the material answers the question."""
        total = self.constant + sum(w * x for w, x in zip(self.weights, features, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


WITH_VECTORS = Calibration(weights=(3.707, 8.195, 2.289, 1.52), constant=-5.047, least=0.338)
"""2026-11-21, MiniLM, 146 answerable and 79 unanswerable questions, each asked of all documents and of one alone. Of
documents that were left out of the fit, 66 % of the unanswerable are refused at 8 % false refusals."""

BY_WORDS = Calibration(weights=(-2.263, 2.097), constant=-1.316, least=0.394)
"""2026-11-21, the same questions: 35 % at 4 %. Words alone can hardly tell what is missing."""
