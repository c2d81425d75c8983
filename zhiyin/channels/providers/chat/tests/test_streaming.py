"""The visitor's live stream: who may open it, and what is told in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.channels.providers.chat.models import Conversation
from zhiyin.channels.providers.chat.moments import hear_staff
from zhiyin.channels.providers.chat.streaming import room_of
from zhiyin.channels.providers.chat.tests.world import SHOP, Browser, answer, make_chat, work
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.stream.messages import StreamRefused, StreamRequest, Viewer, endpoint_for, messages_of

pytestmark = pytest.mark.django_db


def open_stream(browser: Browser, *, origin: str = SHOP, query: dict[str, str] | None = None) -> Viewer:
    found = endpoint_for(browser.path("/stream"))
    assert found is not None
    endpoint, path = found
    headers = {"origin": origin} | ({} if query else {"authorization": f"Visitor {browser.token}"})
    return endpoint(StreamRequest(path, query or {}, headers, {}))


def test_a_visitor_hears_their_own_conversation_and_is_seen() -> None:
    browser = Browser(make_chat())
    here = browser.come()["conversation_id"]
    Conversation.objects.update(seen_at=timezone.now() - timedelta(hours=1))
    viewer = open_stream(browser)
    assert viewer.rooms == {room_of(here)}
    assert viewer.headers["Access-Control-Allow-Origin"] == SHOP
    assert timezone.now() - Conversation.objects.get().seen_at < timedelta(minutes=1)
    assert open_stream(browser, query={"t": browser.token}).rooms == {room_of(here)}


def test_no_stream_without_a_token_from_another_site_or_of_another_channel() -> None:
    browser = Browser(make_chat())
    browser.come()
    for stranger, origin, status in (
        (Browser(browser.channel), SHOP, 401),
        (browser, "https://evil.example", 403),
        (Browser(make_chat()), SHOP, 401),
    ):
        with pytest.raises(StreamRefused) as refused:
            open_stream(stranger, origin=origin)
        assert refused.value.status == status


def test_new_lines_are_told_whole_in_the_conversations_room() -> None:
    channel = make_chat()
    browser = Browser(channel)
    here = browser.come()["conversation_id"]
    browser.say("在吗")
    answer(channel, here, "在的")
    work()
    told = [
        one for one in messages_of(list(Event.objects.order_by("position"))) if one.rooms == {room_of(here)}
    ]
    assert [message.name for message in told] == ["message", "read", "message"]
    assert (told[0].data["text"], told[2].data["text"]) == ("在吗", "在的")
    assert told[1].data == {"up_to": 1}
    assert b'"from":"agent"' in told[2].encoded()


def test_staff_reading_is_kept_and_staff_typing_is_not() -> None:
    browser = Browser(make_chat())
    here = browser.come()["conversation_id"]
    browser.say("看到了吗")
    before = Event.objects.count()
    hear_staff(thread=str(here), moment="typing", name="王小雨")
    assert Event.objects.count() == before
    hear_staff(thread=str(here), moment="read", name="王小雨")
    assert browser.get("/messages?after=0").json()["items"][0]["read"] is True
