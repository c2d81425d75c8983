"""Calendars as rows, official days as data, days off from a file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.calendars.commands import (
    CalendarForm,
    CalendarNameTaken,
    DayForm,
    add_calendar,
    change_calendar,
    remove_calendar,
)
from zhiyin.platform.calendars.importing import NotACalendarFile, read_days
from zhiyin.platform.calendars.models import Calendar, CalendarDay
from zhiyin.platform.calendars.official_days import official_calendars
from zhiyin.platform.calendars.queries import hours_of
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.http.errors import Invalid

OFFICE: list[list[list[str]]] = [[["09:00", "18:00"]]] * 5 + [[]] * 2
SHANGHAI = ZoneInfo("Asia/Shanghai")


def form(**told: Any) -> CalendarForm:
    return CalendarForm(**{"name": "客服时间", "zone": "Asia/Shanghai", "week": OFFICE, **told})


def add(**told: Any) -> Calendar:
    return add_calendar(form=form(**told), by_id=1, now=timezone.now())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_the_official_days_are_those_of_the_notices() -> None:
    china = official_calendars()["cn"]
    off = {day.on for day in china.days if not day.is_makeup}
    makeup = sorted(day.on for day in china.days if day.is_makeup)
    assert china.sources == {
        2025: "国务院办公厅关于2025年部分节假日安排的通知（2024-11-12）",
        2026: "国务院办公厅关于2026年部分节假日安排的通知（2025-11-04）",
    }
    assert len([on for on in off if on.year == 2025]) == 1 + 8 + 3 + 5 + 3 + 8
    assert len([on for on in off if on.year == 2026]) == 3 + 9 + 3 + 5 + 3 + 3 + 7
    assert makeup == [
        date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11),
        date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10),
    ]  # fmt: skip
    assert {on.weekday() for on in makeup} == {5, 6}  # one makes up on weekends only
    assert not off & set(makeup)


@pytest.mark.django_db
def test_official_days_hold_where_a_calendar_has_none_of_its_own() -> None:
    own = [
        DayForm(on=date(2026, 10, 1), kind="hours", intervals=[["10:00", "16:00"]], name="国庆值班"),
        DayForm(on=date(2026, 10, 10), kind="closed", name="团建"),
        DayForm(on=date(2026, 6, 6), kind="makeup"),
    ]
    add(official="cn", makeup_weekday=4, days=own)
    hours = hours_of(Calendar.objects.get())
    assert hours.is_open(at("2026-10-01T10:00"))
    assert not hours.is_open(at("2026-10-02T10:00"))
    assert hours.is_open(at("2026-09-20T10:00"))  # an official make-up Sunday
    assert not hours.is_open(at("2026-10-10T10:00"))
    assert hours.is_open(at("2026-06-06T17:30"))
    assert hours.next_opening(at("2026-10-01T16:00")) == at("2026-10-08T09:00")


@pytest.mark.django_db
def test_closing_when_or_before_opening_is_closing_on_the_next_day() -> None:
    add(week=[[["22:00", "02:00"]], [["00:00", "24:00"]], [["08:00", "08:00"]], *[[]] * 4])
    hours = hours_of(Calendar.objects.get())
    assert hours.is_open(at("2026-06-02T01:59"))
    assert hours.is_open(at("2026-06-02T23:59"))
    assert hours.next_closing(at("2026-06-03T12:00")) == at("2026-06-04T08:00")


@pytest.mark.django_db
def test_a_calendar_is_stored_as_a_whole_and_told() -> None:
    calendar = add(days=[DayForm(on=date(2026, 6, 1), kind="closed")])
    change_calendar(
        calendar_id=calendar.pk,
        form=form(
            name=" 夜班 ", days=[DayForm(on=date(2026, 6, 2), kind="closed", intervals=[["09:00", "10:00"]])]
        ),
        by_id=1,
        now=timezone.now(),
    )
    assert Calendar.objects.get().name == "夜班"
    assert list(CalendarDay.objects.values_list("on", "kind", "intervals")) == [
        (date(2026, 6, 2), "closed", [])
    ]
    remove_calendar(calendar_id=calendar.pk, by_id=1, now=timezone.now())
    assert Calendar.objects.count() == 0
    facts = PendingEvent.objects.filter(type="platform.calendar_changed")
    assert [event.payload for event in facts] == [{"calendar_id": calendar.pk, "by_id": 1}] * 3
    actions = list(AuditEntry.objects.order_by("number").values_list("action", flat=True))
    assert actions == ["calendars.added", "calendars.changed", "calendars.removed"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"name": "  "}, {"name": "required"}),
        ({"zone": "Mars/Base"}, {"zone": "unknown"}),
        ({"official": "atlantis"}, {"official": "unknown"}),
        ({"week": [[["09:00", "12:00"], ["11:00", "13:00"]], *[[]] * 6]}, {"week.0": "overlap"}),
        ({"days": [DayForm(on=date(2026, 6, 1), kind="closed")] * 2}, {"days": "twice"}),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_stored(
    told: dict[str, Any], wrong: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        add(**told)
    assert refused.value.params["fields"] == wrong
    assert (Calendar.objects.count(), PendingEvent.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_two_calendars_have_two_names() -> None:
    add()
    with pytest.raises(CalendarNameTaken):
        add(zone="UTC")
    assert Calendar.objects.get().zone == "Asia/Shanghai"


def ics(*entries: str) -> bytes:
    body = "".join(
        f"BEGIN:VEVENT\nUID:{n}\nDTSTAMP:20260101T000000Z\n{entry}\nEND:VEVENT\n"
        for n, entry in enumerate(entries)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//t//\n{body}END:VCALENDAR\n".replace(
        "\n", "\r\n"
    ).encode()


def test_days_off_are_read_from_a_calendar_file() -> None:
    told = read_days(
        ics(
            "SUMMARY:国庆节（休）\nDTSTART;VALUE=DATE:20271001\nDTEND;VALUE=DATE:20271004",
            "SUMMARY:国庆节（班）\nDTSTART;VALUE=DATE:20271009",
            "SUMMARY:元旦\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY\nDTSTART;VALUE=DATE:20280101\nDTEND;VALUE=DATE:20280102",
            "SUMMARY:元旦\nX-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY\nDTSTART;VALUE=DATE:20280102",
            "SUMMARY:周会\nDTSTART:20271005T090000Z\nDTEND:20271005T100000Z",
            "SUMMARY:学期\nDTSTART;VALUE=DATE:20270901\nDTEND;VALUE=DATE:20280115",
        )
    )
    assert [(day.on, day.kind, day.name) for day in told.days] == [
        (date(2027, 10, 1), "closed", "国庆节（休）"),
        (date(2027, 10, 2), "closed", "国庆节（休）"),
        (date(2027, 10, 3), "closed", "国庆节（休）"),
        (date(2027, 10, 9), "makeup", "国庆节（班）"),
        (date(2028, 1, 1), "closed", "元旦"),
        (date(2028, 1, 2), "makeup", "元旦"),
    ]
    assert told.skipped == ["周会", "学期"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"<html>", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"])
def test_what_is_no_calendar_file_is_refused(content: bytes) -> None:
    with pytest.raises(NotACalendarFile):
        read_days(content)
