"""How sure the offline tutor must be before it answers: logistic regressions.

Fitted by `python -m infrastructure.tools bench-retrieval tuning fit` on the tuning questions of infrastructure/samples
alone; the numbers that they reach on questions which were held out, and on other documents, are in the README.
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


WITH_VECTORS = Calibration(weights=(7.439, 3.166, -2.382, -4.219), constant=-0.216, least=0.453)
"""2026-11-21, MiniLM, 50 answerable and 18 unanswerable questions; cross-validated area under the curve 0.86."""

BY_WORDS = Calibration(weights=(-3.106, -3.061), constant=3.667, least=0.275)
"""2026-11-21, the same questions; 0.75: words alone can hardly tell what is missing."""
