"""Exact values of Erlang C (everybody waits for ever) and Erlang A (patience runs out).

Arrivals are Poisson, handling and patience exponential, served in order of arrival by equal people. All times are in
one unit. Sources: Erlang (1917); Palm (1946); for the answered share within a time, see `erlang_a`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

_ENOUGH = 1e-15


class Staffed(NamedTuple):
    """Shares are of 1. `service_level` is answered in time / offered; `wait` is the mean of the answered."""

    service_level: float
    wait: float
    occupancy: float
    abandoned: float


class TooFew(ValueError):
    """Without abandonment, a queue with so few people grows for ever."""


def erlang_c(*, rate: float, handling: float, people: int, within: float) -> Staffed:
    """Raises TooFew where the load is not below the number of people."""
    load = rate * handling
    if load >= people:
        raise TooFew(f"{load:.2f} at once, {people} people")
    blocked = _erlang_b(load, people)
    waits = blocked / (1 - (load / people) * (1 - blocked))
    spare = (people - load) / handling  # served per unit of time, less arrivals
    return Staffed(1 - waits * math.exp(-spare * within), waits / spare, load / people, 0.0)


def erlang_a(*, rate: float, handling: float, people: int, patience: float, within: float) -> Staffed:
    """The same with a mean patience.

    Who finds k waiting is served after k+1 departures at rates n·μ + j·θ (j = k … 0), unless their own patience ends.
    Weighted with the chance of still being there, the time to be served is that of rates n·μ + j·θ (j = k+1 … 1)
    times n·μ / (n·μ + (k+1)·θ), and a sum of exponential times whose rates go up by equal steps is distributed like
    an order statistic: a regularised incomplete beta function.
    """
    serve, leave = people / handling, 1 / patience
    chances = _states(rate, handling, people, leave)
    in_time = sum(chances[:people])
    answered, waited, busy = in_time, 0.0, 0.0
    for state, chance in enumerate(chances):
        busy += chance * min(state, people)
        if state < people:
            continue
        ahead = state - people + 1
        served = serve / (serve + ahead * leave)
        answered += chance * served
        in_time += chance * served * incomplete_beta(1 - math.exp(-leave * within), ahead, serve / leave + 1)
        waited += chance * served * sum(1 / (serve + step * leave) for step in range(1, ahead + 1))
    return Staffed(in_time, waited / answered, busy / people, 1 - answered)


def least_people(*, rate: float, handling: float, within: float, service_level: float) -> int:
    """The fewest by Erlang C who answer this share in time."""
    people = math.floor(rate * handling) + 1
    while erlang_c(rate=rate, handling=handling, people=people, within=within).service_level < service_level:
        people += 1
    return people


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz), to about 1e-12."""
    if x <= 0 or x >= 1:
        return min(1.0, max(0.0, float(x > 0)))
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    front = a * math.log(x) + b * math.log1p(-x)
    front += math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    tiny, c = 1e-300, 1.0
    d = 1 / (1 - (a + b) * x / (a + 1) or tiny)
    fraction = d
    for m in range(1, 500):
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + factor * d or tiny)
            c = 1 + factor / c or tiny
            fraction *= c * d
        if abs(c * d - 1) < 1e-13:
            break
    return math.exp(front) * fraction / a


def _erlang_b(load: float, people: int) -> float:
    blocked = 1.0
    for number in range(1, people + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def _states(rate: float, handling: float, people: int, leave: float) -> list[float]:
    """The chance of each number in the centre, until what is left does not count."""
    logs, state = [0.0], 0
    while state < people or logs[-1] - max(logs) > math.log(_ENOUGH):
        state += 1
        out = min(state, people) / handling + max(0, state - people) * leave
        logs.append(logs[-1] + math.log(rate / out))
    top = max(logs)
    weights = [math.exp(log - top) for log in logs]
    return [weight / sum(weights) for weight in weights]
