"""Business hours over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from zhiyin.channels.models import Channel
from zhiyin.people.models import Staff
from zhiyin.platform.calendars.models import Calendar
from zhiyin.testing.people import ApiClient, client_for

pytestmark = pytest.mark.django_db


def span(opens: str, closes: str) -> dict[str, str]:
    return {"opens": opens, "closes": closes}


DAY = [span("09:00", "12:00"), span("13:00", "18:00")]
BODY: dict[str, Any] = {"name": "客服时间", "week": [DAY] * 5 + [[]] * 2, "official": "cn"}


@pytest.fixture
def client(administrator: Staff) -> ApiClient:
    return client_for(administrator)


def make(client: ApiClient, **told: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/calendars", {**BODY, **told})
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


def test_a_calendar_is_made_changed_listed_and_removed(client: ApiClient) -> None:
    made = make(client, days=[{"on": "2026-10-01", "kind": "hours", "intervals": [span("22:00", "02:00")]}])
    assert (made["zone"], made["makeup_weekday"]) == ("Asia/Shanghai", 0)
    changed = client.put(
        f"/api/v1/calendars/{made['id']}",
        {**BODY, "name": "全天", "week": [[span("00:00", "24:00")]] * 7, "official": ""},
        content_type="application/json",
    )
    assert (changed.json()["is_open"], changed.json()["closes_at"], changed.json()["days"]) == (
        True,
        None,
        [],
    )
    assert [one["name"] for one in client.get("/api/v1/calendars").json()] == ["全天"]
    assert client.delete(f"/api/v1/calendars/{made['id']}").status_code == 204
    assert Calendar.objects.count() == 0


@pytest.mark.parametrize(
    "week",
    [
        [[span("9:00", "18:00")]] * 7,
        [[span("09:00", "25:00")]] * 7,
        [DAY] * 6,
        [[span("24:00", "09:00")]] * 7,
    ],
)
def test_only_times_of_day_make_a_week(client: ApiClient, week: Any) -> None:
    assert client.post("/api/v1/calendars", {**BODY, "week": week}).status_code == 422
    assert Calendar.objects.count() == 0


def test_hours_in_use_are_not_removed(client: ApiClient) -> None:
    made = make(client)
    Channel.objects.create(kind="chat", name="官网", settings={"calendar": str(made["id"])})
    refused = client.delete(f"/api/v1/calendars/{made['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "calendars.in_use")
    assert "官网" in refused.json()["detail"]
    assert Calendar.objects.count() == 1


def test_official_days_come_with_their_source(client: ApiClient) -> None:
    [china] = client.get("/api/v1/calendars/official").json()
    assert china["key"] == "cn"
    assert china["sources"]["2026"] == "国务院办公厅关于2026年部分节假日安排的通知（2025-11-04）"
    assert {"on": "2026-09-20", "is_makeup": True, "zh": "国庆节", "en": "National Day"} in china["days"]


def test_a_calendar_file_is_read_and_nothing_is_stored(client: ApiClient) -> None:
    content = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
    )
    content += "SUMMARY:元旦\r\nDTSTART;VALUE=DATE:20270101\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()
    file = SimpleUploadedFile("days.ics", content, "text/calendar")
    told = client.post("/api/v1/calendars/imports", {"file": file}, content_type=MULTIPART_CONTENT).json()
    assert told == {
        "days": [{"on": "2027-01-01", "kind": "closed", "intervals": [], "name": "元旦"}],
        "skipped": [],
    }
    assert Calendar.objects.count() == 0


def test_the_list_takes_two_queries_beside_signing_in(
    client: ApiClient, django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        make(client, name=f"第{number}份")
    client.get("/api/v1/calendars")
    with django_assert_max_num_queries(8):
        assert len(client.get("/api/v1/calendars").json()) == 3


def test_hours_are_for_those_who_change_settings(owner: Staff) -> None:
    assert client_for(owner).get("/api/v1/calendars").status_code == 403
