"""How good a classifier is on texts it has not learned from: accuracy, F1, confusion, calibration, and what is unlike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhiyin.assist.classifying.model import Guess

BINS = 10
MOST_CONFUSED = 20


@dataclass(frozen=True)
class Report:
    """Shares from 0 to 1; `confused` are [truth, answer, count], `bins` [mean confidence, share right, count]."""

    texts: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    by_category: list[dict[str, Any]] = field(default_factory=list)
    confused: list[list[Any]] = field(default_factory=list)
    bins: list[list[float]] = field(default_factory=list)


def report_on(guesses: Sequence[Guess], truth: Sequence[str]) -> Report:
    """The figures of these answers against what people said."""
    answers = [one.category for one in guesses]
    right = np.array([one == name for one, name in zip(answers, truth, strict=True)], dtype=bool)
    sure = np.array([one.confidence for one in guesses], dtype=float)
    rows = [_row(name, answers, truth) for name in sorted({*truth, *answers})]
    wrong = Counter((name, one) for one, name in zip(answers, truth, strict=True) if one != name)
    known = [row["f1"] for row in rows if row["texts"]]
    return Report(
        texts=len(truth),
        accuracy=round(float(right.mean()), 4) if len(truth) else 0.0,
        macro_f1=round(float(np.mean(known)), 4) if known else 0.0,
        calibration_error=round(calibration_error(sure, right), 4),
        by_category=rows,
        confused=[[name, one, count] for (name, one), count in wrong.most_common(MOST_CONFUSED)],
        bins=_bins(sure, right),
    )


def calibration_error(sure: NDArray[Any], right: NDArray[Any]) -> float:
    """Expected calibration error over ten bins of equal width: how far confidence and share right are apart."""
    return float(
        sum(abs(mean - share) * count for mean, share, count in _bins(sure, right)) / max(1, len(sure))
    )


def population_stability(before: Sequence[float], now: Sequence[float]) -> float:
    """Population stability index of two sets of confidences over ten bins; above 0.25 they are not alike any more."""
    edges = np.linspace(0, 1, BINS + 1)
    shares = [np.histogram(one, edges)[0] / max(1, len(one)) for one in (before, now)]
    old, new = (np.maximum(one, 0.001) for one in shares)
    return round(float(((new - old) * np.log(new / old)).sum()), 4)


def _row(name: str, answers: Sequence[str], truth: Sequence[str]) -> dict[str, Any]:
    hits = sum(one == name == other for one, other in zip(answers, truth, strict=True))
    said, meant = sum(one == name for one in answers), sum(one == name for one in truth)
    return {
        "category": name,
        "texts": meant,
        "precision": round(hits / said, 4) if said else 0.0,
        "recall": round(hits / meant, 4) if meant else 0.0,
        "f1": round(2 * hits / (said + meant), 4) if said + meant else 0.0,
    }


def _bins(sure: NDArray[Any], right: NDArray[Any]) -> list[list[float]]:
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    return [
        [round(float(sure[inside].mean()), 4), round(float(right[inside].mean()), 4), int(inside.sum())]
        for place in range(BINS)
        if (inside := places == place).any()
    ]
