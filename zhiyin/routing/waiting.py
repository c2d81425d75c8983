"""How long somebody will wait: honest, which is a range and not a number where few are before them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

_FOUR_FIFTHS = 1.2816  # of a normal distribution: eight of ten lie within so many deviations of the middle
BELIEVED = 4  # starts: how many seen ones weigh as much as what people and handling times let expect
PATIENT = 3600.0  # seconds waited without anybody giving up, from which one begins
LONGEST_WATCHED = 900.0  # seconds: what was longer ago says little of now
_AT_ONCE = 15.0  # seconds, where somebody is free
_SUMMED = 40  # departures
_SURE = 1.6  # the widest a range may be (high / low) to be told as one number


class WaitEstimate(NamedTuple):
    """Seconds: the mean, and between which two values eight of ten waits lie (a tenth below, a tenth above)."""

    mean: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether the mean alone says enough."""
        return self.high <= self.low * _SURE


@dataclass(frozen=True, slots=True)
class QueueState:
    """What is known of a queue at a moment. Times in seconds.

    `watched` is how long, up to now, somebody waited without a break: only then does what is taken tell how fast the
    queue moves, and not how fast work comes in. `waited` is the time all together waited in it.
    """

    serving: float  # pieces of work its people can have at once
    handling: float  # of one piece, in the mean
    free: int = 0  # of those places nobody has
    starts: int = 0  # work taken within `watched`
    given_up: int = 0  # and work whose customer left before that
    watched: float = 0.0
    waited: float = 0.0

    def rate(self) -> float:
        """Starts a second, in the mean: what is seen, and as long as little is seen what is expected; 0 when nobody
        serves and nothing moves."""
        expected = self.serving / self.handling if self.serving > 0 and self.handling > 0 else 0.0
        if not expected:
            return self.starts / self.watched if self.watched > 0 else 0.0
        return (BELIEVED + self.starts) / (BELIEVED / expected + max(0.0, self.watched))

    def leaving(self) -> float:
        """How often a second somebody who waits gives up."""
        return self.given_up / (PATIENT + max(0.0, self.waited))


def estimate_wait(state: QueueState, *, place: int) -> WaitEstimate | None:
    """The wait of somebody at a place (1 is next); None when nobody serves.

    It takes as many departures as the place says, less those that free people make at once; with j still ahead the
    next comes at the rate of starts and j times that of giving up. Departures of many people come like a Poisson
    stream, so the wait is a sum of exponential times, told as a gamma distribution with its mean and variance; the
    rate being known from few starts adds to that. Quantiles by Wilson and Hilferty (1931).
    """
    rate, leaving = state.rate(), state.leaving()
    if not rate:
        return None
    ahead = place - state.free
    if ahead <= 0:
        return WaitEstimate(_AT_ONCE, 0.0, 2 * _AT_ONCE)
    mean, variance = _departures(ahead, rate, leaving)
    shape = mean**2 / (variance + mean**2 / (BELIEVED + state.starts))
    low, high = (
        mean * max(0.0, 1 - 1 / (9 * shape) + side * _FOUR_FIFTHS / (3 * math.sqrt(shape))) ** 3
        for side in (-1, 1)
    )
    return WaitEstimate(mean, low, high)


def _departures(ahead: int, rate: float, leaving: float) -> tuple[float, float]:
    """Mean and variance of so many departures, one after the other; long sums by their integrals."""
    if ahead <= _SUMMED or not leaving:
        rates = [rate + step * leaving for step in range(ahead if leaving else 1)]
        times = 1 if leaving else ahead
        return times * sum(1 / one for one in rates), times * sum(1 / one**2 for one in rates)
    mean, variance = _departures(_SUMMED, rate, leaving)
    first, last = (rate + (step - 0.5) * leaving for step in (_SUMMED, ahead))
    return mean + math.log(last / first) / leaving, variance + (1 / first - 1 / last) / leaving
