"""When people write and when they are answered. Moments are whole microseconds since 1970, UTC."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from itertools import accumulate
from random import Random

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
CHINA = 8 * HOUR  # no summer time

# share of each hour of the day in China, and of each day of the week
_HOURS = (8, 4, 2, 2, 2, 3, 8, 20, 42, 70, 82, 74, 56, 60, 72, 76, 72, 66, 58, 64, 74, 66, 42, 20)
_WEEKDAYS = (1.12, 1.06, 1.02, 1.0, 0.98, 0.86, 0.80)
_SALES = (
    {(6, day): 2.1 for day in range(16, 22)} | {(11, day): 2.4 for day in range(10, 17)} | {(12, 12): 1.8}
)
_GROWTH = 0.7  # the first day has this share of the last day's customers less
OPENS, CLOSES = 9, 21


def history_days(tickets: int) -> int:
    """How many days a history of so many tickets spans: months for hundreds, a year and a half for a million."""
    return max(60, min(540, int(30 * math.log10(max(10, tickets)) ** 1.6)))


def arrivals(count: int, *, until: int, rng: Random) -> array[int]:
    """The moments at which `count` tickets begin, in order: more by day, on Mondays, at sales, and ever more."""
    days = history_days(count)
    first = (until - days * DAY) // HOUR
    hours = range(first, until // HOUR + 1)
    heaps = list(accumulate(_weight(hour, (hour - first) / len(hours)) for hour in hours))
    total = heaps[-1]
    found = []
    for _ in range(count):
        at = rng.random() * total
        index = bisect_left(heaps, at)
        found.append(min((first + index) * HOUR + int(rng.random() * HOUR), until - 1))
    return array("q", sorted(found))


def in_opening_hours(at: int, rng: Random) -> int:
    """The same moment where somebody is at work; else soon after the next opening."""
    hour = (at + CHINA) // HOUR % 24
    if OPENS <= hour < CLOSES:
        return at
    midnight = (at + CHINA) // DAY * DAY - CHINA
    day = midnight if hour < OPENS else midnight + DAY
    return day + OPENS * HOUR + int(rng.random() * 1.5 * HOUR)


def answer_time(at: int, *, live: bool, rng: Random) -> int:
    """When an agent answers what came at a moment."""
    # by mail, the middle of them after an hour and a half
    seconds = 12 + rng.expovariate(1 / 55) if live else rng.lognormvariate(8.6, 1.0)
    return in_opening_hours(at + int(seconds * SECOND), rng)


def reply_time(at: int, *, live: bool, rng: Random) -> int:
    """When the customer comes back to what they read."""
    if live:
        return at + int(rng.expovariate(1 / 40) * SECOND) + 8 * SECOND
    later = at + int(rng.lognormvariate(9.3, 1.1) * SECOND)
    hour = (later + CHINA) // HOUR % 24
    return later if 7 <= hour <= 23 else later + 8 * HOUR


def _weight(hour: int, share: float) -> float:
    local = hour + CHINA // HOUR
    day = local // 24
    sale = _SALES.get(_month_and_day(day), 1.0)
    return _HOURS[local % 24] * _WEEKDAYS[(day + 3) % 7] * sale * (1 - _GROWTH * (1 - share))


def _month_and_day(day: int) -> tuple[int, int]:
    """Of a day counted from 1970-01-01 (Howard Hinnant's civil_from_days)."""
    era_day = day + 719_468
    of_era = era_day % 146_097
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    return (month + 3 if month < 10 else month - 9), of_year - (153 * month + 2) // 5 + 1
