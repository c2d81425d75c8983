"""Hours, waiting, greetings, looks and the chat as a page of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.utils import timezone

from zhiyin.channels.models import InboundMessage
from zhiyin.channels.providers.chat import waiting
from zhiyin.channels.providers.chat.checking import check_settings
from zhiyin.channels.providers.chat.config import config_for
from zhiyin.channels.providers.chat.models import ChatPicture, Conversation, Line
from zhiyin.channels.providers.chat.tests.world import Browser, answer, make_chat, make_mailbox, work
from zhiyin.channels.providers.chat.waiting import Wait, recent_wait, tells_wait, wait_for
from zhiyin.people.models import Staff
from zhiyin.platform.calendars.commands import CalendarForm, add_calendar
from zhiyin.testing.people import client_for, make_staff

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def office() -> str:
    week: list[Any] = [[["09:00", "18:00"]]] * 5 + [[]] * 2
    form = CalendarForm(name="客服时间", zone="Asia/Shanghai", week=week)
    return str(add_calendar(form=form, by_id=1, now=timezone.now()).pk)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


class TestHours:
    def test_without_hours_the_chat_is_always_open(self) -> None:
        assert config_for(make_chat(), "zh", max_file_bytes=1, now=timezone.now())["hours"] is None

    def test_the_widget_learns_when_it_opens_and_closes(self) -> None:
        channel = make_chat(calendar=office(), continue_by=make_mailbox().key)
        friday = config_for(channel, "zh", max_file_bytes=1, now=at("2026-06-05T17:00"))
        assert friday["hours"] == {
            "is_open": True,
            "opens_at": None,
            "closes_at": at("2026-06-05T18:00"),
            "zone": "Asia/Shanghai",
        }
        night = config_for(channel, "zh", max_file_bytes=1, now=at("2026-06-05T18:00"))
        assert (night["hours"]["is_open"], night["hours"]["opens_at"]) == (False, at("2026-06-08T09:00"))
        assert night["offline"] == {"when_closed": True, "is_unstaffed": False, "intro": "", "fields": []}

    def test_hours_that_are_gone_count_as_always_open_and_the_test_says_so(self) -> None:
        channel = make_chat(calendar="999")
        assert config_for(channel, "zh", max_file_bytes=1, now=timezone.now())["hours"] is None
        assert "chat.no_calendar" in [finding.code for finding in check_settings(channel)]

    def test_hours_with_a_form_need_a_mailbox_and_the_test_says_so(self) -> None:
        found = [finding.code for finding in check_settings(make_chat(calendar=office()))]
        assert "chat.no_answer_by_mail" in found

    @pytest.mark.parametrize(
        ("roles", "minutes", "unstaffed"),
        [(["agent"], 5, False), (["agent"], 16, True), (["planner"], 5, True), ([], 5, True)],
    )
    def test_nobody_is_there_when_nobody_who_may_answer_has_used_the_desk_lately(
        self, roles: list[str], minutes: int, unstaffed: bool
    ) -> None:
        channel = make_chat(offline_when_unstaffed=True, continue_by=make_mailbox().key)
        staff = make_staff(roles=roles)
        now = timezone.now()
        session = UserSession.objects.create(user=staff, session_key="k", ip="127.0.0.1", user_agent="")
        UserSession.objects.filter(pk=session.pk).update(last_seen_at=now - timedelta(minutes=minutes))
        told = config_for(channel, "zh", max_file_bytes=1, now=now)
        assert told["offline"]["is_unstaffed"] is unstaffed


class TestWait:
    def asked_and_answered(
        self, channel: Any, seconds: int, *, ago: timedelta = timedelta(minutes=5)
    ) -> None:
        browser = Browser(channel)
        here = browser.come()["conversation_id"]
        browser.say("在吗")
        answer(channel, here, "在的")
        work()
        asked, answered = Line.objects.filter(conversation=here).order_by("number")
        Line.objects.filter(pk=asked.pk).update(at=timezone.now() - ago - timedelta(seconds=seconds))
        Line.objects.filter(pk=answered.pk).update(at=timezone.now() - ago)

    def test_it_is_the_median_of_recent_first_answers(self) -> None:
        channel = make_chat()
        for seconds in (30, 60, 900):
            self.asked_and_answered(channel, seconds)
        self.asked_and_answered(channel, 5, ago=timedelta(hours=2))
        self.asked_and_answered(make_chat(), 1)
        assert recent_wait(channel, timezone.now()) == 60

    def test_too_few_answers_say_nothing(self) -> None:
        channel = make_chat()
        for seconds in (30, 60):
            self.asked_and_answered(channel, seconds)
        browser = Browser(channel)
        browser.come()
        told = browser.get("/wait").json()
        assert (told["place"], told["seconds"], told["call_back"], told["is_closed"]) == (
            None,
            None,
            "",
            False,
        )

    def test_only_the_first_answer_counts_and_it_counts_from_the_first_question(self) -> None:
        channel = make_chat()
        for _ in range(3):
            browser = Browser(channel)
            here = browser.come()["conversation_id"]
            browser.say("一")
            browser.say("二")
            answer(channel, here, "三")
            answer(channel, here, "四")
            work()
            began = timezone.now() - timedelta(minutes=10)
            for line in Line.objects.filter(conversation=here):
                Line.objects.filter(pk=line.pk).update(at=began + timedelta(seconds=40 * (line.number - 1)))
        assert recent_wait(channel, timezone.now()) == 80

    def test_whoever_knows_better_is_asked_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(waiting, "_tellers", [])
        tells_wait(lambda channel, conversation, now: None)
        tells_wait(lambda channel, conversation, now: Wait(place=3, seconds=240))
        assert wait_for(make_chat(), None, timezone.now()) == Wait(place=3, seconds=240)


class TestGreeting:
    RULE = {"id": "hello", "text": {"zh": "需要帮忙选尺寸吗？"}, "pages": ["/shirts*"]}

    def test_it_joins_the_transcript_when_the_visitor_answers_and_is_owed_to_nobody(self) -> None:
        browser = Browser(make_chat(greetings=[self.RULE]))
        browser.come(locale="zh-CN")
        assert browser.get("/messages").json()["items"] == []
        browser.post(
            "/messages", {"client_id": "client-greeted", "text": "要，我穿多大？", "greeting": "hello"}
        )
        work()
        lines = browser.get("/messages").json()["items"]
        assert [(line["from"], line["text"]) for line in lines] == [
            ("agent", "需要帮忙选尺寸吗？"),
            ("visitor", "要，我穿多大？"),
        ]
        assert InboundMessage.objects.get().headers["greeting"] == "需要帮忙选尺寸吗？"
        assert Conversation.objects.get().visitor_read_up_to == 1

    def test_one_that_does_not_exist_joins_nothing(self) -> None:
        browser = Browser(make_chat(greetings=[self.RULE]))
        browser.come()
        browser.post("/messages", {"client_id": "client-greeted", "text": "你好", "greeting": "other"})
        assert Line.objects.count() == 1

    def test_one_that_is_switched_off_is_not_told(self) -> None:
        channel = make_chat(greetings=[self.RULE, {**self.RULE, "id": "off", "active": False}])
        told = config_for(channel, "en", max_file_bytes=1, now=timezone.now())["greetings"]
        assert [(one["id"], one["text"]) for one in told] == [("hello", "需要帮忙选尺寸吗？")]


class TestLooks:
    def put(self, staff: Staff, channel_id: int, content: bytes = PNG, use: str = "logo") -> Any:
        file = SimpleUploadedFile("logo.png", content, "image/png")
        path = f"/api/v1/channels/{channel_id}/pictures/{use}"
        return client_for(staff).post(path, {"file": file}, content_type=MULTIPART_CONTENT)

    def test_a_logo_is_shown_to_everybody_and_can_be_taken_away(self, administrator: Staff) -> None:
        channel = make_chat()
        url = self.put(administrator, channel.pk).json()["logo"]
        assert Browser(channel).get("/config").json()["logo"] == url
        served = Client().get(url)
        assert (served.content, served["Cross-Origin-Resource-Policy"]) == (PNG, "cross-origin")
        other = make_chat()
        assert Client().get(url.replace(channel.key, other.key)).status_code == 404
        gone = client_for(administrator).delete(f"/api/v1/channels/{channel.pk}/pictures/logo")
        assert (gone.status_code, Client().get(url).status_code) == (204, 404)

    @pytest.mark.parametrize(
        ("content", "use"), [(b"<svg/>", "logo"), (PNG, "banner"), (PNG + b"0" * 600_000, "logo")]
    )
    def test_only_small_pictures_with_a_use_are_taken(
        self, administrator: Staff, content: bytes, use: str
    ) -> None:
        assert self.put(administrator, make_chat().pk, content, use).json()["code"] == "chat.not_a_picture"
        assert ChatPicture.objects.count() == 0

    def test_the_preview_is_what_a_widget_would_be_told(self, administrator: Staff) -> None:
        body = {
            "name": "新聊天",
            "language": "en",
            "values": {"title_zh": "问问我们", "color": "#0a7", "texts": {"send": {"en": "Go"}}},
        }
        told = client_for(administrator).post("/api/v1/channels/previews", body).json()
        assert (told["name"], told["title"], told["color"], told["texts"]) == (
            "新聊天",
            "问问我们",
            "#0a7",
            {"send": "Go"},
        )
        wrong = client_for(administrator).post(
            "/api/v1/channels/previews", {**body, "values": {"greetings": [{}]}}
        )
        assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")

    def test_wrong_structures_are_not_saved(self, administrator: Staff) -> None:
        channel = make_chat()
        body = {"name": "x", "values": {"pre_chat": [{"fields": []}]}}
        refused = client_for(administrator).patch(f"/api/v1/channels/{channel.pk}", body)
        assert (refused.status_code, refused.json()["params"]["fields"]) == (422, {"pre_chat.0": "empty"})
        channel.refresh_from_db()
        assert "pre_chat" not in channel.settings


class TestPage:
    def test_the_chat_is_a_page_under_a_strict_policy(self) -> None:
        channel = make_chat(title_en="Talk <to> us")
        page = Client().get(f"/chat/{channel.key}?lang=en")
        text = page.content.decode()
        assert page.status_code == 200
        assert "<title>Talk &lt;to&gt; us</title>" in text
        assert f'data-channel="{channel.key}" data-page data-locale="en"' in text
        assert page["Content-Security-Policy"].startswith(
            "default-src 'none'; script-src 'self'; connect-src 'self'"
        )
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
        assert not page.cookies

    def test_there_is_none_of_a_chat_that_is_not(self) -> None:
        assert Client().get("/chat/nothing-here").status_code == 404
        assert Client().get(f"/chat/{make_mailbox().key}").status_code == 404

    def test_the_preview_may_stand_in_our_own_pages_only(self) -> None:
        page = Client().get("/chat/preview")
        assert page["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
