"""How long somebody will wait: honest, which is a range and not a number where few are before them."""

from __future__ import annotations

import math
from typing import NamedTuple

_FOUR_FIFTHS = 0.8416  # of a normal distribution: 80 % lie below the mean and so many deviations


class WaitEstimate(NamedTuple):
    """Seconds: the mean, and between which two values six of ten waits lie (a fifth below, a fifth above)."""

    mean: float
    low: float
    high: float


def estimate_wait(
    *, ahead: int, serving: float, handling: float, patience: float | None
) -> WaitEstimate | None:
    """The wait of somebody with so many before them; None when nobody serves.

    `serving` pieces of work are handled at once, each for `handling` seconds in the mean; who waits gives up after
    `patience` seconds in the mean. The wait is `ahead + 1` departures, by being served or by giving up: a sum of
    exponential times with rates serving/handling + j/patience, j = ahead … 0.
    """
    if serving <= 0 or handling <= 0:
        return None
    leave = 1 / patience if patience else 0.0
    rates = [serving / handling + step * leave for step in range(ahead + 1)]
    mean = sum(1 / rate for rate in rates)
    deviation = math.sqrt(sum(1 / rate**2 for rate in rates))
    # a sum of few exponential times is skewed: taken as log-normal with the same mean and deviation
    spread = math.log1p((deviation / mean) ** 2)
    middle = math.log(mean) - spread / 2
    low, high = (math.exp(middle + side * _FOUR_FIFTHS * math.sqrt(spread)) for side in (-1, 1))
    return WaitEstimate(mean, low, high)
