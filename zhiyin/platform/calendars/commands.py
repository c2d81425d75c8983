"""Adding, changing and taking away calendars. The ground knows no staff: whoever calls has asked for permission."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import available_timezones

from django.db import transaction

from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.calendars.events import CalendarChanged
from zhiyin.platform.calendars.models import Calendar, CalendarDay
from zhiyin.platform.calendars.official_days import official_calendars
from zhiyin.platform.calendars.queries import intervals_of
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError, Invalid

Intervals = list[list[str]]


@dataclass(frozen=True, kw_only=True)
class DayForm:
    on: date
    kind: str
    intervals: Intervals = field(default_factory=list)
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class CalendarForm:
    """A calendar as a person fills it in; it is stored as a whole."""

    name: str
    zone: str
    week: list[Intervals]
    official: str = ""
    makeup_weekday: int = 0
    days: list[DayForm] = field(default_factory=list)


class CalendarNameTaken(DomainError):
    code = "calendars.name_taken"
    status = 409
    messages = {
        "zh": "已有名为“{name}”的营业时间，请换一个名称。",
        "en": "There are business hours named {name} already; choose another name.",
    }


@transaction.atomic
def add_calendar(*, form: CalendarForm, by_id: int, now: datetime) -> Calendar:
    """Add a calendar. Raises Invalid naming what doesn't fit, or CalendarNameTaken."""
    return _store(Calendar(created_at=now), form, "calendars.added", by_id, now)


@transaction.atomic
def change_calendar(*, calendar_id: int, form: CalendarForm, by_id: int, now: datetime) -> Calendar:
    """Give a calendar other hours and days. Raises Invalid naming what doesn't fit, or CalendarNameTaken."""
    calendar = Calendar.objects.select_for_update().get(pk=calendar_id)
    return _store(calendar, form, "calendars.changed", by_id, now)


@transaction.atomic
def remove_calendar(*, calendar_id: int, by_id: int, now: datetime) -> None:
    """Take a calendar away; the database refuses while a row points to it."""
    calendar = Calendar.objects.select_for_update().get(pk=calendar_id)
    name = calendar.name
    calendar.delete()
    _tell(calendar_id, name, "calendars.removed", by_id, now)


def _store(calendar: Calendar, form: CalendarForm, action: str, by_id: int, now: datetime) -> Calendar:
    if wrong := _what_is_wrong(form):
        raise Invalid(fields=wrong)
    name = form.name.strip()
    if Calendar.objects.filter(name=name).exclude(pk=calendar.pk).exists():
        raise CalendarNameTaken(name=name)
    calendar.name, calendar.zone, calendar.week = name, form.zone, form.week
    calendar.official, calendar.makeup_weekday, calendar.updated_at = form.official, form.makeup_weekday, now
    calendar.save()
    calendar.days.all().delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(
            calendar=calendar,
            on=day.on,
            kind=day.kind,
            intervals=day.intervals if day.kind == CalendarDay.Kind.HOURS else [],
            name=day.name.strip(),
        )
        for day in form.days
    )
    _tell(calendar.pk, name, action, by_id, now)
    return calendar


def _what_is_wrong(form: CalendarForm) -> dict[str, str]:
    wrong = {}
    if not form.name.strip():
        wrong["name"] = "required"
    if form.zone not in available_timezones():
        wrong["zone"] = "unknown"
    if form.official and form.official not in official_calendars():
        wrong["official"] = "unknown"
    if len({day.on for day in form.days}) < len(form.days):
        wrong["days"] = "twice"
    wrong |= {f"week.{number}": "overlap" for number, day in enumerate(form.week) if _overlaps(day)}
    wrong |= {f"days.{number}": "overlap" for number, day in enumerate(form.days) if _overlaps(day.intervals)}
    return wrong


def _overlaps(told: Intervals) -> bool:
    return any(one.end > other.start for one, other in pairwise(sorted(intervals_of(told))))


def _tell(calendar_id: int, name: str, action: str, by_id: int, now: datetime) -> None:
    emit(CalendarChanged(calendar_id=calendar_id, by_id=by_id, at=now))
    record_audit(action=action, by=by_id, target=f"calendar:{calendar_id}", details={"name": name}, now=now)
