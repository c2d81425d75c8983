"""Chances set right by what became of answers. Pure.

J. Platt, Probabilistic outputs for support vector machines (1999): chance′ = 1 / (1 + exp(−(slope · logit(chance) + offset))),
two numbers for each fit that ships, so that they can be learned from some dozens of outcomes and never change which of two
questions is surer. They are drawn towards (1, 0), which changes nothing. All that is reported is measured on outcomes held
back: each fifth of the tickets is judged by numbers fitted to the other four.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FOLDS = 5
LEAST_OF_EACH = 5  # right ones, and wrong ones
STEEPEST, FLATTEST = 4.0, 0.25  # of the slope
SPREAD_OF_SLOPE, SPREAD_OF_OFFSET = 0.5, 1.0  # how far from (1, 0) they are believed to lie beforehand
_CERTAIN = 1.96  # standard deviations: 95 %
_EDGE = 1e-6


@dataclass(frozen=True)
class Outcome:
    """What became of an entry that was told, or would have been: `chance` is what the fit that ships said of it."""

    ticket_id: int
    fit: str
    chance: float
    right: bool


@dataclass(frozen=True)
class Scaling:
    """How the chances of one fit are set right."""

    slope: float = 1.0
    offset: float = 0.0

    def of(self, chance: float) -> float:
        """The chance set right."""
        return _share(self.slope * _logit(chance) + self.offset)


@dataclass(frozen=True)
class FitReport:
    """Of outcomes held back: the share that was right, the mean chance told before and after, and the mean log loss of both."""

    outcomes: int
    right: float
    told_before: float
    told_after: float
    loss_before: float
    loss_after: float
    is_better: bool


@dataclass(frozen=True)
class Recalibrated:
    scaling: Scaling
    report: FitReport


def recalibrate(outcomes: Sequence[Outcome], *, least: int) -> dict[str, Recalibrated]:
    """By fit, where there are enough outcomes, right ones and wrong ones."""
    found = {}
    for fit in sorted({one.fit for one in outcomes}):
        own = [one for one in outcomes if one.fit == fit]
        right = sum(one.right for one in own)
        if len(own) >= least and LEAST_OF_EACH <= right <= len(own) - LEAST_OF_EACH:
            found[fit] = Recalibrated(fitted_to(own), _report(own))
    return found


def fitted_to(outcomes: Sequence[Outcome]) -> Scaling:
    """The likeliest numbers, from the outcomes and from what was believed beforehand."""
    import numpy as np
    from scipy.optimize import minimize

    told = np.array([_logit(one.chance) for one in outcomes])
    signs = np.array([1.0 if one.right else -1.0 for one in outcomes])

    def surprise(numbers: Sequence[float]) -> float:
        slope, offset = numbers
        believed = ((slope - 1) / SPREAD_OF_SLOPE) ** 2 / 2 + (offset / SPREAD_OF_OFFSET) ** 2 / 2
        return float(believed + np.logaddexp(0, -signs * (slope * told + offset)).sum())

    slope, offset = map(float, minimize(surprise, (1.0, 0.0), method="BFGS").x)
    return Scaling(round(min(max(slope, FLATTEST), STEEPEST), 4), round(offset, 4))


def mean_loss(outcomes: Sequence[Outcome], scalings: Mapping[str, Scaling]) -> float:
    """Log loss of the chances of these, set right where there is a scaling for their fit."""
    unchanged = Scaling()
    losses = [_loss(scalings.get(one.fit, unchanged).of(one.chance), one.right) for one in outcomes]
    return sum(losses) / len(losses) if losses else 0.0


def fold_of(ticket_id: int) -> int:
    """The same from one night to the next."""
    return hashlib.sha256(f"outcome {ticket_id}".encode()).digest()[0] % FOLDS


def _report(outcomes: Sequence[Outcome]) -> FitReport:
    after = [0.0] * len(outcomes)
    for fold in range(FOLDS):
        learned = fitted_to([one for one in outcomes if fold_of(one.ticket_id) != fold])
        for place, one in enumerate(outcomes):
            if fold_of(one.ticket_id) == fold:
                after[place] = learned.of(one.chance)
    before = [one.chance for one in outcomes]
    losses = [
        (_loss(was, one.right), _loss(now, one.right))
        for one, was, now in zip(outcomes, before, after, strict=True)
    ]
    count = len(outcomes)
    gains = [was - now for was, now in losses]
    gain = sum(gains) / count
    spread = math.sqrt(sum((one - gain) ** 2 for one in gains) / max(count - 1, 1))
    return FitReport(
        outcomes=count,
        right=round(sum(one.right for one in outcomes) / count, 4),
        told_before=round(sum(before) / count, 4),
        told_after=round(sum(after) / count, 4),
        loss_before=round(sum(was for was, _ in losses) / count, 4),
        loss_after=round(sum(now for _, now in losses) / count, 4),
        is_better=gain > _CERTAIN * spread / math.sqrt(count),
    )


def _loss(chance: float, right: bool) -> float:
    return -math.log(max(chance if right else 1 - chance, _EDGE))


def _logit(chance: float) -> float:
    inside = min(max(chance, _EDGE), 1 - _EDGE)
    return math.log(inside / (1 - inside))


def _share(told: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, told))))
