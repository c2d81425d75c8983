"""Hours as one counts with them: opening times laid out once, so that each answer is a look-up.

Moments and amounts are whole microseconds, of UTC since 1970: what is added can be measured again to the last one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol

from zhiyin.platform.calendars.arithmetic import Hours

SECOND = 1_000_000
MINUTE = 60 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_STEP = timedelta(days=400)  # how much is laid out at a time
_FARTHEST = timedelta(days=366 * 30)  # who needs longer never gets there


def ticks_of(at: datetime) -> int:
    """A moment as microseconds since 1970."""
    return (at - _EPOCH) // _TICK


def moment_of(ticks: int) -> datetime:
    return _EPOCH + timedelta(microseconds=ticks)


class Measure(Protocol):
    """Counts working time."""

    def between(self, a: int, b: int) -> int:
        """How much of it lies between two moments, the earlier one first."""
        ...

    def after(self, at: int, amount: int) -> int | None:
        """The first moment by which `amount` has passed since `at`; None when it never will."""
        ...


class Always:
    """Around the clock."""

    def between(self, a: int, b: int) -> int:
        return b - a

    def after(self, at: int, amount: int) -> int | None:
        return at + amount


class Timetable:
    """Opening times from a moment on, laid out further as they are asked for; by one thread at a time."""

    def __init__(self, hours: Hours, *, since: datetime) -> None:
        self._hours, self._lock = hours, Lock()
        self._begin(ticks_of(since))

    def _begin(self, since: int) -> None:
        self._since = self._known_until = since
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._opened: list[int] = []  # working time before each opening, from the beginning on
        self._total = 0
        self._is_over = False

    def between(self, a: int, b: int) -> int:
        """How much working time lies between two moments, in microseconds; `a` is not after `b`."""
        with self._lock:
            before = self._worked_until(a)  # first: it may lay everything out anew, from further back
            return self._worked_until(b) - before

    def after(self, at: int, amount: int) -> int | None:
        """The first moment by which `amount` of working time has passed since `at`; None when it never will."""
        if not amount:
            return at
        with self._lock:
            return self._after(at, amount)

    def _after(self, at: int, amount: int) -> int | None:
        wanted = self._worked_until(at) + amount
        farthest = at + _FARTHEST // _TICK
        while self._total < wanted:
            if self._is_over or self._known_until > farthest:
                return None
            self._lay_out(self._known_until + 1)
        place = bisect_left(self._opened, wanted) - 1
        return self._starts[place] + wanted - self._opened[place]

    def _worked_until(self, at: int) -> int:
        if at < self._since:
            self._begin(at - _STEP // _TICK)
        if at > self._known_until:
            self._lay_out(at)
        place = bisect_right(self._starts, at) - 1
        if place < 0:
            return 0
        return self._opened[place] + min(at, self._ends[place]) - self._starts[place]

    def _lay_out(self, at: int) -> None:
        """Lay out opening times until some way behind the moment."""
        start = self._known_until
        until = max(at, start) + _STEP // _TICK
        for span in self._hours.spans(moment_of(start)) if not self._is_over else ():
            opens, closes = max(ticks_of(span.start), start), ticks_of(span.end)
            if opens >= until:
                break
            self._add(opens, min(closes, until))
        else:
            self._is_over = True
        self._known_until = until

    def _add(self, opens: int, closes: int) -> None:
        if self._ends and self._ends[-1] == opens:
            self._ends[-1] = closes
        else:
            self._starts.append(opens)
            self._ends.append(closes)
            self._opened.append(self._total)
        self._total += closes - opens
