"""Days off from an iCalendar file, as governments and calendar programs publish them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar as ICalendar
from icalendar import Event

from zhiyin.platform.calendars.commands import DayForm
from zhiyin.platform.calendars.models import CalendarDay
from zhiyin.platform.http.errors import DomainError

MOST_DAYS = 2000
_LONGEST = timedelta(days=62)  # a longer entry is a term or a project, not days off
# “班” at the end or in brackets, 上班, 补班, 调休上班: what Chinese calendars write on make-up days
_MAKEUP = re.compile(
    r"上班|补班|[(（\[【]班[)）\]】]|班$|make-?up (work(ing)?)? ?day|working (day|saturday|sunday)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Imported:
    """Days the file tells, and the titles of entries that are none."""

    days: list[DayForm]
    skipped: list[str]


class NotACalendarFile(DomainError):
    code = "calendars.not_a_calendar_file"
    status = 422
    messages = {
        "zh": "无法读取这个文件。请选择 iCalendar（.ics）文件，可从日历软件导出或从节假日日历网站下载。",
        "en": "This file can't be read. Choose an iCalendar file (.ics), as calendar programs export them.",
    }


def read_days(content: bytes) -> Imported:
    """The days of a file, one per date, not stored. Raises NotACalendarFile."""
    try:
        told = ICalendar.from_ical(content, multiple=True)
    except (ValueError, LookupError, TypeError, AttributeError) as reason:
        raise NotACalendarFile from reason
    if not told:
        raise NotACalendarFile
    entries = [entry for one in told for entry in one.walk("VEVENT") if isinstance(entry, Event)]
    days: dict[date, DayForm] = {}
    skipped = []
    for entry in entries:
        title = str(entry.get("SUMMARY", "")).strip()[:200]
        dates = list(_dates(entry))
        if not dates or len(days) + len(dates) > MOST_DAYS:
            skipped.append(title)
            continue
        kind = CalendarDay.Kind.MAKEUP if _is_makeup(entry, title) else CalendarDay.Kind.CLOSED
        for on in dates:
            if (
                on not in days or kind == CalendarDay.Kind.MAKEUP
            ):  # that one works is the exception to the exception
                days[on] = DayForm(on=on, kind=kind, name=title)
    return Imported([days[on] for on in sorted(days)], skipped)


def _dates(entry: Event) -> Iterator[date]:
    """The whole days of an entry; none of one with times of day, or too long to be days off."""
    try:
        start, end = entry.DTSTART, entry.DTEND
    except (ValueError, AttributeError):
        return
    if not isinstance(start, date) or isinstance(start, datetime):
        return
    last = start + timedelta(days=1) if not isinstance(end, date) or isinstance(end, datetime) else end
    last = max(last, start + timedelta(days=1))
    if last - start > _LONGEST:
        return
    while start < last:
        yield start
        start += timedelta(days=1)


def _is_makeup(entry: Event, title: str) -> bool:
    """Apple's calendars say it in a property of their own, others in the title."""
    told = str(entry.get("X-APPLE-SPECIAL-DAY", "")).upper()
    return told == "ALTERNATE-WORKDAY" or (not told and _MAKEUP.search(title) is not None)
