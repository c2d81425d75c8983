"""Calendars as what one computes with."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from zhiyin.platform.calendars.arithmetic import DAY_MINUTES, Hours, Interval
from zhiyin.platform.calendars.models import Calendar, CalendarDay
from zhiyin.platform.calendars.official_days import official_calendars


def calendars() -> QuerySet[Calendar]:
    """All by name, with their days; two queries."""
    days = Prefetch("days", CalendarDay.objects.order_by("on"))
    return Calendar.objects.order_by("name").prefetch_related(days)


def hours_of(calendar: Calendar) -> Hours:
    """The hours a calendar tells; its own days go before official ones."""
    week = tuple(intervals_of(day) for day in calendar.week)
    makeup = week[calendar.makeup_weekday]
    days: dict[date, tuple[Interval, ...]] = {}
    if (official := official_calendars().get(calendar.official)) is not None:
        days = {day.on: makeup if day.is_makeup else () for day in official.days}
    for day in calendar.days.all():
        days[day.on] = makeup if day.kind == CalendarDay.Kind.MAKEUP else intervals_of(day.intervals)
    return Hours(ZoneInfo(calendar.zone), week, days)


def intervals_of(told: list[list[str]]) -> tuple[Interval, ...]:
    """Pairs of times of day; one that closes when or before it opens closes on the next day."""
    return tuple(_interval(minutes_of(opens), minutes_of(closes)) for opens, closes in told)


def minutes_of(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _interval(start: int, end: int) -> Interval:
    return Interval(start, end if end > start else end + DAY_MINUTES)
