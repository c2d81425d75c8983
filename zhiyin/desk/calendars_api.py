"""Business hours over HTTP: calendars are ground without permissions of their own, so the desk asks for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import File, Router, Schema, Status, UploadedFile
from pydantic import Field, StringConstraints

from zhiyin.automation.queries.log import rules_timed_by
from zhiyin.channels.queries import channels_with_setting
from zhiyin.people.access import Signed, needs
from zhiyin.platform.calendars.commands import (
    CalendarForm,
    DayForm,
    add_calendar,
    change_calendar,
    remove_calendar,
)
from zhiyin.platform.calendars.importing import read_days
from zhiyin.platform.calendars.models import Calendar
from zhiyin.platform.calendars.official_days import official_calendars
from zhiyin.platform.calendars.queries import calendars, hours_of
from zhiyin.platform.http.errors import DomainError
from zhiyin.sla.queries.hours import timed_by

router = Router(tags=["calendars"])
MANAGE = needs("settings.manage")
LARGEST_IMPORT = 2 * 1024 * 1024


class IntervalShape(Schema):
    """Open from one time of day to another; one that closes when or before it opens closes on the next day."""

    opens: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    closes: Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


Intervals = Annotated[list[IntervalShape], Field(max_length=12)]


class DayShape(Schema):
    """One date that differs from its weekday; `intervals` only for the kind `hours`."""

    on: date
    kind: Literal["closed", "hours", "makeup"]
    intervals: Intervals = []
    name: str = Field("", max_length=200)


class CalendarBody(Schema):
    """Business hours; `week` has seven days, Monday first."""

    name: str = Field(max_length=100)
    zone: str = Field("Asia/Shanghai", max_length=60)
    week: list[Intervals] = Field(min_length=7, max_length=7)
    official: str = Field("", max_length=10)
    makeup_weekday: int = Field(0, ge=0, le=6)
    days: list[DayShape] = Field([], max_length=2000)


class CalendarShape(CalendarBody):
    id: int
    is_open: bool
    opens_at: datetime | None
    closes_at: datetime | None


class OfficialDayShape(Schema):
    on: date
    is_makeup: bool
    zh: str
    en: str


class OfficialShape(Schema):
    """A country's official days; `sources` has the notice of each year."""

    key: str
    name_zh: str
    name_en: str
    sources: dict[int, str]
    days: list[OfficialDayShape]


class CalendarImportShape(Schema):
    days: list[DayShape]
    skipped: list[str]


class CalendarInUse(DomainError):
    code = "calendars.in_use"
    status = 409
    messages = {
        "zh": "渠道“{channels}”正在使用这份营业时间。请先为它们选择另一份，再删除。",
        "en": "The channels {channels} use these business hours. Choose others for them first, then remove these.",
    }


class CalendarTimes(DomainError):
    code = "calendars.times_promises"
    status = 409
    messages = {
        "zh": "“{policies}”（服务承诺策略或自动化规则）按这份营业时间计时，因此不能删除。",
        "en": "{policies} (service level policies or rules) are timed in these business hours, "
        "so these can't be removed.",
    }


class ImportTooLarge(DomainError):
    code = "calendars.import_too_large"
    status = 413
    messages = {
        "zh": "日历文件过大（最大 2 MB）。请只导出节假日日历后再试。",
        "en": "The calendar file is too large (2 MB at most). Export the calendar of days off alone.",
    }


@router.get("/calendars", response=list[CalendarShape], auth=MANAGE)
def get_calendars(request: Signed) -> Any:
    """All business hours, and whether each is open now."""
    now = timezone.now()
    return [_shape(calendar, now) for calendar in calendars()]


@router.get("/calendars/official", response=list[OfficialShape], auth=MANAGE)
def get_official_days(request: Signed) -> Any:
    """The official days off that come with Zhiyin, each year with its source."""
    return list(official_calendars().values())


@router.post("/calendars", response={201: CalendarShape}, auth=MANAGE)
def post_calendar(request: Signed, body: CalendarBody) -> Any:
    """Add business hours."""
    now = timezone.now()
    return Status(201, _shape(add_calendar(form=_form(body), by_id=request.auth.pk, now=now), now))


@router.post("/calendars/imports", response=CalendarImportShape, auth=MANAGE)
def post_import(request: Signed, file: File[UploadedFile]) -> Any:
    """The days off of an iCalendar file, to look at and save with a calendar; nothing is stored."""
    if (file.size or 0) > LARGEST_IMPORT:
        raise ImportTooLarge
    return read_days(file.read())


@router.put("/calendars/{int:calendar_id}", response=CalendarShape, auth=MANAGE)
def put_calendar(request: Signed, calendar_id: int, body: CalendarBody) -> Any:
    """Change business hours, as a whole."""
    now = timezone.now()
    changed = change_calendar(calendar_id=calendar_id, form=_form(body), by_id=request.auth.pk, now=now)
    return _shape(changed, now)


@router.delete("/calendars/{int:calendar_id}", response={204: None}, auth=MANAGE)
def delete_calendar(request: Signed, calendar_id: int) -> Any:
    """Remove business hours that nothing uses."""
    if used := channels_with_setting("calendar", str(calendar_id)):
        raise CalendarInUse(channels="、".join(used))
    if timed := [*timed_by(calendar_id), *rules_timed_by(calendar_id)]:
        raise CalendarTimes(policies="、".join(timed))
    remove_calendar(calendar_id=calendar_id, by_id=request.auth.pk, now=timezone.now())
    return Status(204, None)


def _form(body: CalendarBody) -> CalendarForm:
    told = body.dict()
    days = [DayForm(**{**day, "intervals": _pairs(day["intervals"])}) for day in told.pop("days")]
    return CalendarForm(**{**told, "week": [_pairs(day) for day in told["week"]], "days": days})


def _shape(calendar: Calendar, now: datetime) -> dict[str, Any]:
    hours = hours_of(calendar)
    return {
        **{name: getattr(calendar, name) for name in ("id", "name", "zone", "official", "makeup_weekday")},
        "week": [_intervals(day) for day in calendar.week],
        "days": [
            {"on": day.on, "kind": day.kind, "intervals": _intervals(day.intervals), "name": day.name}
            for day in calendar.days.all()
        ],
        "is_open": hours.is_open(now),
        "opens_at": hours.next_opening(now),
        "closes_at": hours.next_closing(now),
    }


def _pairs(intervals: list[dict[str, str]]) -> list[list[str]]:
    """As they are stored."""
    return [[one["opens"], one["closes"]] for one in intervals]


def _intervals(pairs: list[list[str]]) -> list[dict[str, str]]:
    return [{"opens": opens, "closes": closes} for opens, closes in pairs]
