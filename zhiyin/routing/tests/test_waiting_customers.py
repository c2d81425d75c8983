"""Customers who wait in the web chat: their place and what they are told, a call-back that keeps the place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.channels.models import CallBackWish, Channel
from zhiyin.channels.providers.chat.models import Conversation, Visitor
from zhiyin.channels.providers.chat.tests.world import Browser, make_chat
from zhiyin.people.models import Staff
from zhiyin.platform.calendars.commands import CalendarForm, add_calendar
from zhiyin.platform.event_log.models import Event
from zhiyin.routing.commands.entering import end_work
from zhiyin.routing.commands.offering import accept_offer
from zhiyin.routing.models import KindRule, Offer, Queue, WorkItem
from zhiyin.routing.telling import AGAIN_AFTER, Teller
from zhiyin.routing.tests.conftest import be
from zhiyin.routing.tests.visitors import calls, comes, set_queue, wait_of
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen

pytestmark = pytest.mark.django_db


@pytest.fixture
def chats(capacity: None) -> Channel:
    return make_chat()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """What goes over visitors' streams: (room, data)."""
    found: list[tuple[str, dict[str, Any]]] = []
    with connection.execute_wrapper(_listen(found)):
        yield found


def _listen(found: list[tuple[str, dict[str, Any]]]) -> Any:
    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "pg_notify" in sql and isinstance(params, list) and isinstance(params[-1], list):
            for told in map(json.loads, params[-1]):
                if told["name"] == "wait":
                    found.append((told["rooms"][0], told["data"]))
        return execute(sql, params, many, context)

    return wrapper


class TestPlace:
    def test_customers_see_their_place_and_a_range_of_minutes(
        self, administrator: Staff, colleague: Staff, chats: Channel
    ) -> None:
        set_queue(administrator)
        KindRule.objects.filter(kind="chat").update(units=1)
        be(colleague, "available")
        first, second, third = (comes(chats) for _ in range(3))
        offer = Offer.objects.get(state="open")
        accept_offer(offer_id=offer.pk, by=colleague, now=timezone.now())
        assert wait_of(first)["place"] is None  # somebody has it
        assert [wait_of(one)["place"] for one in (second, third)] == [1, 2]
        waits = wait_of(third)
        # ten minutes each is expected, and one start was seen at once: two places at 8 minutes, and a little
        assert (waits["seconds"], waits["is_closed"], waits["call_back"]) == (17 * 60, False, "")
        assert 60 <= waits["low"] < 17 * 60 < waits["high"]
        assert waits["low"] % 60 == waits["high"] % 60 == 0

    def test_without_anybody_there_no_time_is_promised(self, administrator: Staff, chats: Channel) -> None:
        set_queue(administrator)
        told = wait_of(comes(chats))
        assert (told["place"], told["seconds"], told["low"], told["high"]) == (1, None, None, None)

    def test_who_is_in_no_queue_has_no_place(self, chats: Channel) -> None:
        assert wait_of(comes(chats))["place"] is None

    def test_who_is_more_urgent_stands_before(self, administrator: Staff, chats: Channel) -> None:
        set_queue(administrator)
        first, vip = comes(chats), comes(chats)
        item = WorkItem.objects.latest("pk")
        WorkItem.objects.filter(pk=item.pk).update(key=item.key - 3600)
        assert [wait_of(one)["place"] for one in (vip, first)] == [1, 2]

    def test_the_queries_are_the_same_for_one_and_for_many(
        self, administrator: Staff, colleague: Staff, chats: Channel
    ) -> None:
        set_queue(administrator)
        browser = comes(chats)
        with CaptureQueriesContext(connection) as for_one:
            wait_of(browser)
        for _ in range(5):
            comes(chats)
        with CaptureQueriesContext(connection) as for_many:
            wait_of(browser)
        assert len(for_one) == len(for_many) <= 14


class TestShut:
    def set_hours(self, by: Staff, **content: Any) -> Queue:
        form = CalendarForm(
            name="从不", zone="Asia/Shanghai", week=[[] for _ in range(6)] + [[["09:00", "09:05"]]]
        )
        calendar = add_calendar(form=form, by_id=by.pk, now=timezone.now())
        return set_queue(by, calendar_id=calendar.pk, **content)

    def test_outside_the_hours_they_read_why_and_keep_their_place(
        self, administrator: Staff, colleague: Staff, chats: Channel
    ) -> None:
        self.set_hours(administrator, closed_zh="周日 9 点恢复", closed_en="Back on Sunday at 9")
        be(colleague, "available")
        told = wait_of(comes(chats))
        assert (told["is_closed"], told["closed"], told["place"], told["seconds"]) == (
            True,
            "周日 9 点恢复",
            1,
            None,
        )
        assert told["opens_at"] is not None
        assert Offer.objects.count() == 0

    def test_without_words_of_its_own_it_says_when_it_opens(
        self, administrator: Staff, chats: Channel
    ) -> None:
        self.set_hours(administrator)
        told = wait_of(comes(chats))
        at = datetime.fromisoformat(told["opens_at"]).astimezone(ZoneInfo("Asia/Shanghai"))
        assert told["closed"].startswith(f"{at.month} 月 {at.day} 日 09:00 恢复服务。")

    def test_words_of_the_other_language_are_better_than_none(
        self, administrator: Staff, chats: Channel
    ) -> None:
        self.set_hours(administrator, closed_en="Back on Sunday at 9")
        assert wait_of(comes(chats))["closed"] == "Back on Sunday at 9"

    def test_a_call_back_is_offered_where_the_queue_does_so(
        self, administrator: Staff, chats: Channel
    ) -> None:
        self.set_hours(administrator, offers_call_back=True, call_back_minutes=600)
        browser = comes(chats)
        assert wait_of(browser)["call_back"] == "offered"
        assert calls(browser).status_code == 201
        let_events_happen()
        opens_at = datetime.fromisoformat(wait_of(browser)["opens_at"])
        due = Event.objects.get(type="routing.call_back_taken").payload["due"]
        assert datetime.fromisoformat(due) == opens_at + timedelta(hours=2)


class TestCallBack:
    def test_it_is_offered_when_it_takes_as_long_as_the_queue_says(
        self, administrator: Staff, colleague: Staff, chats: Channel
    ) -> None:
        queue = set_queue(administrator, offers_call_back=True, call_back_minutes=15)
        KindRule.objects.filter(kind="chat").update(units=1)
        be(colleague, "available")
        for _ in range(3):
            comes(chats)
        second, third = WorkItem.objects.filter(state="waiting").order_by("key")
        browsers = [comes(chats) for _ in range(1)]
        assert wait_of(browsers[0])["call_back"] == "offered"  # the third place: half an hour
        Queue.objects.filter(pk=queue.pk).update(call_back_minutes=120)
        assert wait_of(browsers[0])["call_back"] == ""
        Queue.objects.filter(pk=queue.pk).update(most_wait_minutes=20)
        assert wait_of(browsers[0])["call_back"] == "offered"  # it will be over the longest wait
        assert second.key < third.key

    def test_where_none_is_offered_none_can_be_taken(
        self, administrator: Staff, colleague: Staff, chats: Channel
    ) -> None:
        set_queue(administrator)
        browser = comes(chats)
        refused = calls(browser)
        assert (refused.status_code, refused.json()["code"]) == (409, "chat.no_call_back")
        assert (CallBackWish.objects.count(), Visitor.objects.get().phone) == (0, "")
        assert Conversation.objects.get().last_number == 1

    @pytest.mark.parametrize("phone", ["", "nonsense", "12", "1" * 60])
    def test_what_is_no_number_is_refused_and_nothing_is_kept(
        self, administrator: Staff, chats: Channel, phone: str
    ) -> None:
        set_queue(administrator, offers_call_back=True)
        browser = comes(chats)
        refused = calls(browser, phone)
        assert refused.status_code == 422
        assert set(refused.json()["params"]["fields"]) == {"phone"}
        assert CallBackWish.objects.count() == 0

    def test_a_closed_settings_text_is_kept_trimmed_and_told_by_the_api(self, administrator: Staff) -> None:
        body = {"name": "Q", "closed_zh": "  休息中 ", "offers_call_back": True, "call_back_minutes": 10}
        made = client_for(administrator).post("/api/v1/routing/queues", body).json()
        names = ("closed_zh", "closed_en", "offers_call_back", "call_back_minutes")
        assert [made[name] for name in names] == ["休息中", "", True, 10]
        wrong = client_for(administrator).post(
            "/api/v1/routing/queues", body | {"name": "R", "call_back_minutes": -1}
        )
        assert wrong.status_code == 422


class TestTelling:
    def test_those_who_look_on_hear_what_has_changed_for_them(
        self, administrator: Staff, chats: Channel, told: list[tuple[str, dict[str, Any]]]
    ) -> None:
        set_queue(administrator)
        first, second = comes(chats), comes(chats)
        teller, now = Teller(), timezone.now()
        assert teller.tell(now=now) == 2
        assert [data["place"] for _, data in told] == [1, 2]
        assert teller.tell(now=now) == 0  # nothing has changed
        ticket_id = WorkItem.objects.order_by("pk").values_list("ticket_id", flat=True)[0]
        end_work(ticket_id=ticket_id, state="done", now=now)
        told.clear()
        assert teller.tell(now=now) == 2
        assert sorted((room, data["place"]) for room, data in told) == sorted(
            [(self.room(first), None), (self.room(second), 1)]
        )
        assert teller.tell(now=now + AGAIN_AFTER) == 1

    def test_who_has_gone_is_told_nothing(
        self, administrator: Staff, chats: Channel, told: list[tuple[str, dict[str, Any]]]
    ) -> None:
        set_queue(administrator)
        comes(chats)
        assert Teller().tell(now=timezone.now() + timedelta(minutes=10)) == 0
        assert told == []

    def test_a_channel_that_shows_no_waits_tells_none(self, administrator: Staff, capacity: None) -> None:
        set_queue(administrator)
        comes(make_chat(shows_wait=False))
        assert Teller().tell(now=timezone.now()) == 0

    def test_the_queries_are_the_same_for_one_and_for_many(
        self, administrator: Staff, chats: Channel
    ) -> None:
        set_queue(administrator)
        with CaptureQueriesContext(connection) as for_nobody:
            Teller().tell(now=timezone.now())
        comes(chats)
        with CaptureQueriesContext(connection) as for_one:
            assert Teller().tell(now=timezone.now()) == 1
        for _ in range(6):
            comes(chats)
        with CaptureQueriesContext(connection) as for_many:
            assert Teller().tell(now=timezone.now()) == 7
        assert len(for_nobody) == 1
        assert len(for_one) == len(for_many) <= 15

    def room(self, browser: Browser) -> str:
        return f"conversation:{browser.come()['conversation_id']}"
