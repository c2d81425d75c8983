"""How sure it is that the first entry found answers a question: a fitted chance, by language.

The numbers in fitted.json come from `bench/answers.py --write`, which says on what they were fitted and what to expect at
which threshold. Form: a logistic function of the standardised signals. Where a language has none of its own, no question in
it is answered.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from zhiyin.assist.answering.recalibrating import Scaling
from zhiyin.assist.answering.signals import Signals, Way
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
    name: str  # of the fit; another one has another, so that what was learned of this one is not taken for it

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


@dataclass(frozen=True)
class Told:
    """A chance as the fit tells it, with the fit's name; '' where nothing was found, or nothing was fitted for the language."""

    chance: float = 0.0
    fit: str = ""

    def set_right(self, scalings: Mapping[str, Scaling]) -> float:
        """The chance as the centre's own outcomes have it, where there is a scaling for its fit."""
        scaling = scalings.get(self.fit)
        return scaling.of(self.chance) if scaling is not None else self.chance


def chance_of(signals: Signals | None, language: str) -> Told:
    """The chance that the first entry answers."""
    fitted = fitted_for(language, signals.way) if signals is not None else None
    if signals is None or fitted is None:
        return Told()
    return Told(fitted.chance(signals.vector()), fitted.name)


def fitted_for(language: str, way: Way) -> Fitted | None:
    """The fit of a language (zh, en)."""
    key = f"{language[:2]}.{way}"
    told = _all().get(key)
    if told is None:
        return None
    numbers = [told[name] for name in ("names", "means", "spreads", "weights", "offset")]
    return Fitted(
        names=tuple(told["names"]),
        means=tuple(told["means"]),
        spreads=tuple(told["spreads"]),
        weights=tuple(told["weights"]),
        offset=told["offset"],
        expected=tuple(Expected(**one) for one in told["expected"]),
        name=f"{key}.{blake2b(json.dumps(numbers).encode(), digest_size=4).hexdigest()}",
    )


def expected_by_language() -> dict[str, list[dict[str, float]]]:
    """What to expect of each threshold, by language, with vectors where this machine has them."""
    encoder, way = index_encoder(), "words"
    if encoder is not None and encoder.is_fitted:
        way = "retrieval" if encoder.retrieves else "vectors"
    return {name: list(_all()[f"{name}.{way}"]["expected"]) for name in languages()}


def languages() -> tuple[str, ...]:
    """In which questions can be answered."""
    return tuple(sorted({name.partition(".")[0] for name in _all()}))


@cache
def _all() -> dict[str, Any]:
    told: dict[str, dict[str, Any]] = json.loads(FITTED.read_text(encoding="utf-8"))
    return told["fits"]
