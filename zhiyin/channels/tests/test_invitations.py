"""Invitations: read in any zone, answered in the words of calendar programs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from zhiyin.channels.invitations import read_invitation, write_answer

OURS = {"help@shop.example"}
ASKED = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y
METHOD:REQUEST
BEGIN:VEVENT
UID:42@example.cn
SEQUENCE:3
DTSTAMP:20241101T000000Z
DTSTART;TZID=Asia/Shanghai:20241105T100000
DTEND;TZID=Asia/Shanghai:20241105T113000
SUMMARY:验收会议
LOCATION:上海 3 楼
ORGANIZER;CN=李雷:mailto:lilei@example.cn
ATTENDEE;CN=客服;PARTSTAT=NEEDS-ACTION:mailto:Help@shop.example
ATTENDEE:mailto:han@example.cn
END:VEVENT
END:VCALENDAR
"""


def changed(was: str, now: str) -> str:
    return ASKED.replace(was, now)


def test_what_staff_should_see_of_it() -> None:
    assert read_invitation(ASKED, ours=OURS) == {
        "method": "request",
        "uid": "42@example.cn",
        "sequence": 3,
        "summary": "验收会议",
        "start": "2024-11-05T02:00:00Z",
        "end": "2024-11-05T03:30:00Z",
        "all_day": False,
        "place": "上海 3 楼",
        "repeats": False,
        "organiser": {"name": "李雷", "address": "lilei@example.cn"},
        "invited": 2,
        "attendee": {"name": "客服", "address": "Help@shop.example"},
    }


@pytest.mark.parametrize(
    ("was", "now", "field", "value"),
    [
        ("METHOD:REQUEST", "METHOD:CANCEL", "method", "cancel"),
        ("DTEND;TZID=Asia/Shanghai:20241105T113000", "DURATION:PT2H", "end", "2024-11-05T04:00:00Z"),
        ("DTSTART;TZID=Asia/Shanghai:20241105T100000", "DTSTART;VALUE=DATE:20241105", "all_day", True),
        ("DTSTART;TZID=Asia/Shanghai:20241105T100000", "DTSTART:20241105T100000Z", "start", "2024-11-05T10:00:00Z"),
        ("SEQUENCE:3", "RRULE:FREQ=WEEKLY", "repeats", True),
        ("SUMMARY:验收会议", "SUMMARY:" + "长" * 5_000, "summary", "长" * 500),
    ],
)  # fmt: skip
def test_other_kinds(was: str, now: str, field: str, value: object) -> None:
    told = read_invitation(changed(was, now), ours=OURS)
    assert told is not None
    assert told[field] == value


@pytest.mark.parametrize(
    "told",
    ["", "BEGIN:VCALENDAR", "nonsense", changed("DTSTART;TZID=Asia/Shanghai:20241105T100000\n", ""),
     changed("20241105T100000", "99999999T999999"), changed("20241105T113000", "00010101T000000"),
     changed("METHOD:REQUEST", "METHOD:COUNTER"), changed("SEQUENCE:3", "SEQUENCE:x"), "BEGIN:VEVENT\n" * 5_000],
)  # fmt: skip
def test_what_is_none_is_none(told: str) -> None:
    assert read_invitation(told, ours=OURS) is None


@pytest.mark.parametrize(
    ("answer", "told"), [("accepted", "ACCEPTED"), ("tentative", "TENTATIVE"), ("declined", "DECLINED")]
)
def test_the_answer_names_the_meeting_and_who_answers(answer: str, told: str) -> None:
    invitation = read_invitation(ASKED, ours=OURS)
    assert invitation is not None
    written = write_answer(
        invitation,
        answer=answer,
        attendee=("客服", "help@shop.example"),
        now=datetime(2024, 11, 2, tzinfo=UTC),
    )
    calendar = Calendar.from_ical(written)
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REPLY"
    assert (event["UID"], event["SEQUENCE"], event["ORGANIZER"]) == (
        "42@example.cn",
        3,
        "mailto:lilei@example.cn",
    )
    assert (event["ATTENDEE"], event["ATTENDEE"].params["PARTSTAT"]) == ("mailto:help@shop.example", told)
    assert event.decoded("DTSTART") == datetime(2024, 11, 5, 2, tzinfo=UTC)
    assert read_invitation(written, ours=())["status"] == answer  # type: ignore[index]
