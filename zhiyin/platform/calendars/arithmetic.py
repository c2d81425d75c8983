"""Arithmetic of business hours. Pure: a week, days that differ, a time zone; nothing is read or stored.

Intervals are told in the zone's own clock and become moments day by day, so that a day on which the clock
changes has the hours its clock shows: a time that the clock skips is the moment of the jump, and of a time
that comes twice the opening is the first and the closing the second. All answers are in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
_LAST_DAY = date.max - timedelta(days=7)
_FIRST_DAY = date.min + timedelta(days=7)
_LOOKED_AHEAD = timedelta(days=366)  # who has not closed within a year never closes


@dataclass(frozen=True, order=True)
class Interval:
    """Open from `start` to `end`: minutes after its day's midnight; past the next one `end` exceeds 1,440."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < DAY_MINUTES and self.start < self.end <= self.start + DAY_MINUTES):
            raise ValueError(f"not an interval of one day: {self.start} to {self.end}")


@dataclass(frozen=True)
class Span:
    """A stretch of open time in UTC, its end not included."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Hours:
    """A week of intervals, Monday first; a date in `days` has those it names in place of its weekday's."""

    zone: ZoneInfo
    week: tuple[tuple[Interval, ...], ...]
    days: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")

    def is_open(self, at: datetime) -> bool:
        return next((span.start <= at for span in self.spans(at)), False)

    def next_opening(self, at: datetime) -> datetime | None:
        """The first moment from `at` on that is open (`at` itself when it is); None when none will come."""
        return next((max(span.start, at.astimezone(UTC)) for span in self.spans(at)), None)

    def next_closing(self, at: datetime) -> datetime | None:
        """When the hours in force at `at`, or the next ones, end; None when they never do."""
        end: datetime | None = None
        for span in self.spans(at):
            if end is not None and span.start > end:
                return end
            if span.end - at > _LOOKED_AHEAD:
                return None
            end = span.end
        return end

    def working_time(self, a: datetime, b: datetime) -> timedelta:
        """How long it is open between two moments; negative when `b` is the earlier one."""
        if b < a:
            return -self.working_time(b, a)
        open_time = timedelta()
        for span in self.spans(a):
            if span.start >= b:
                break
            open_time += min(span.end, b.astimezone(UTC)) - max(span.start, a.astimezone(UTC))
        return open_time

    def add_working_time(self, at: datetime, amount: timedelta) -> datetime | None:
        """The first moment by which `amount` of open time has passed since `at`; None when it never will."""
        if amount < timedelta():
            raise ValueError("working time is added, not taken away")
        at = at.astimezone(UTC)
        if not amount:
            return at
        for span in self.spans(at):
            start = max(span.start, at)
            if span.end - start >= amount:
                return start + amount
            amount -= span.end - start
        return None

    def spans(self, at: datetime) -> Iterator[Span]:
        """Open time that ends after `at`, in order and without overlaps; endless when the week has hours."""
        day = min(max(at.astimezone(self.zone).date(), _FIRST_DAY), _LAST_DAY) - timedelta(days=2)
        last = _LAST_DAY if any(self.week) else max(self.days, default=day)
        done = at.astimezone(UTC)
        while day <= last:
            for interval in sorted(self.days.get(day, self.week[day.weekday()])):
                start = self._moment(day, interval.start, is_closing=False)
                end = self._moment(day, interval.end, is_closing=True)
                if done > at:  # what an earlier one has covered is not covered twice
                    start = max(start, done)
                if end > max(start, done):
                    yield Span(start, end)
                    done = end
            day += timedelta(days=1)

    def _moment(self, day: date, minutes: int, *, is_closing: bool) -> datetime:
        """When the zone's clock shows this many minutes after the day's midnight."""
        wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
        first = wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        second = wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        if first > second:
            return self._jump(second, first)
        return second if is_closing else first

    def _jump(self, before: datetime, after: datetime) -> datetime:
        """The moment between two at which the clock jumps; to the second."""
        offset = before.astimezone(self.zone).utcoffset()
        while after - before > timedelta(seconds=1):
            middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
            if middle.astimezone(self.zone).utcoffset() == offset:
                before = middle
            else:
                after = middle
        return after
