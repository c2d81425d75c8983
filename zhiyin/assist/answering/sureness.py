"""How sure it is that the first entry found answers a question: a fitted chance, by language.

The numbers in fitted.json come from `bench/answers.py --write`, which says on what they were fitted and what to expect at
which threshold. Form: a logistic function of the standardised signals. Where a language has none of its own, no question in
it is answered.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from zhiyin.assist.answering.signals import Signals
from zhiyin.knowledge.search.vectors import index_encoder

FITTED = Path(__file__).with_name("fitted.json")


@dataclass(frozen=True)
class Fitted:
    """One fit: of a language, by words alone or with vectors."""

    names: tuple[str, ...]
    means: tuple[float, ...]
    spreads: tuple[float, ...]
    weights: tuple[float, ...]
    offset: float
    expected: tuple[Expected, ...]

    def chance(self, values: tuple[float, ...]) -> float:
        """From 0 to 1."""
        rows = zip(values, self.means, self.spreads, self.weights, strict=True)
        told = self.offset + sum(weight * (value - mean) / spread for value, mean, spread, weight in rows)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, told))))


@dataclass(frozen=True)
class Expected:
    """What a threshold gave on questions held back: shares of questions answered, of answers right, of strays refused."""

    threshold: float
    answered: float
    right: float
    refused: float


def chance_of(signals: Signals | None, language: str) -> float:
    """The chance that the first entry answers; 0 where nothing was found, or nothing was fitted for the language."""
    if signals is None:
        return 0.0
    fitted = fitted_for(language, with_meaning=signals.meaning is not None)
    return fitted.chance(signals.vector()) if fitted is not None else 0.0


def fitted_for(language: str, *, with_meaning: bool) -> Fitted | None:
    """The fit of a language (zh, en)."""
    told = _all().get(f"{language[:2]}.{'vectors' if with_meaning else 'words'}")
    if told is None:
        return None
    return Fitted(
        names=tuple(told["names"]),
        means=tuple(told["means"]),
        spreads=tuple(told["spreads"]),
        weights=tuple(told["weights"]),
        offset=told["offset"],
        expected=tuple(Expected(**one) for one in told["expected"]),
    )


def expected_by_language() -> dict[str, list[dict[str, float]]]:
    """What to expect of each threshold, by language, with vectors where this machine has them."""
    encoder = index_encoder()
    way = "vectors" if encoder is not None and encoder.is_fitted else "words"
    return {name: list(_all()[f"{name}.{way}"]["expected"]) for name in languages()}


def languages() -> tuple[str, ...]:
    """In which questions can be answered."""
    return tuple(sorted({name.partition(".")[0] for name in _all()}))


@cache
def _all() -> dict[str, Any]:
    told: dict[str, dict[str, Any]] = json.loads(FITTED.read_text(encoding="utf-8"))
    return told["fits"]
