"""What a visitor who has gone did not read goes on by e-mail, each message once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.channels.events import ThreadContinued
from zhiyin.channels.models import Channel, Delivery
from zhiyin.channels.providers.chat.models import Conversation, Visitor
from zhiyin.channels.providers.chat.tests.world import Browser, answer, make_chat, make_mailbox, work
from zhiyin.platform.event_log.models import Event

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=6)


class Shop:
    """A chat that goes on by e-mail, and one visitor in it."""

    def __init__(self, *, email: str = "lin@example.com") -> None:
        self.mailbox = make_mailbox()
        self.channel = make_chat(continue_by=self.mailbox.key)
        self.browser = Browser(self.channel)
        self.here: int = self.browser.come(locale="zh-CN")["conversation_id"]
        self.browser.say("我的退款怎么还没到？")
        if email:
            assert self.browser.post("/email", {"email": email}).status_code == 204

    def answer(self, text: str, **more: Any) -> Delivery:
        return answer(self.channel, self.here, text, **more)

    def gone_for(self, time: timedelta) -> datetime:
        """The time is past, and the visitor has not been seen."""
        return timezone.now() + time

    def mails(self) -> list[Delivery]:
        return list(Delivery.objects.filter(channel=self.mailbox).order_by("pk"))


def test_an_unread_answer_is_mailed_once_the_visitor_has_been_gone_long_enough() -> None:
    shop = Shop()
    shop.answer("已为您加急，今天到账。")
    work()
    assert shop.mails() == []

    work(shop.gone_for(LATER))
    work(shop.gone_for(2 * LATER))

    (mail,) = shop.mails()
    assert (mail.recipient_kind, mail.recipient, mail.author_name) == ("email", "lin@example.com", "王小雨")
    assert mail.subject == "关于您的咨询：我的退款怎么还没到？"
    assert mail.text.startswith("已为您加急，今天到账。")
    assert "> 我的退款怎么还没到？" in mail.text
    last = shop.browser.get("/messages?after=0").json()["items"][-1]
    assert (last["from"], last["text"]) == ("system", "您离开后，以上答复已发到 lin@example.com")
    told = Event.objects.get(type=ThreadContinued.type)
    assert told.payload == {"thread_key": f"chat:{shop.here}", "delivery_id": mail.pk}


def test_answers_in_several_lines_go_in_one_mail_and_later_ones_in_the_next() -> None:
    shop = Shop()
    shop.answer("第一句")
    shop.answer("第二句")
    work()
    work(shop.gone_for(LATER))
    shop.answer("第三句")
    work()
    work(shop.gone_for(2 * LATER))
    first, second = shop.mails()
    assert "第一句\n\n第二句" in first.text
    assert "第一句" not in second.text
    assert second.text.startswith("第三句")


def test_what_the_visitor_has_read_is_not_mailed() -> None:
    shop = Shop()
    shop.answer("看到了吗")
    work()
    shop.browser.post("/read", {"up_to": 2})
    work(shop.gone_for(LATER))
    assert shop.mails() == []


def test_a_visitor_who_is_still_there_gets_no_mail_until_they_go() -> None:
    shop = Shop()
    shop.answer("稍等")
    work()
    soon = shop.gone_for(LATER)
    Conversation.objects.update(seen_at=soon - timedelta(minutes=1))
    work(soon)
    assert shop.mails() == []
    work(soon + timedelta(minutes=4, seconds=1))
    assert len(shop.mails()) == 1


def test_an_address_left_after_the_answer_still_gets_it() -> None:
    shop = Shop(email="")
    shop.answer("答复在此")
    work()
    work(shop.gone_for(LATER))
    assert shop.mails() == []
    shop.browser.post("/email", {"email": "late@example.com"})
    work(shop.gone_for(LATER))
    assert [mail.recipient for mail in shop.mails()] == ["late@example.com"]


def test_without_a_mailbox_to_go_on_by_nothing_is_mailed() -> None:
    shop = Shop()
    Channel.objects.filter(pk=shop.mailbox.pk).update(active=False)
    shop.answer("你好")
    work()
    work(shop.gone_for(LATER))
    assert Delivery.objects.exclude(channel=shop.channel).count() == 0


def test_the_mail_speaks_the_visitors_language() -> None:
    shop = Shop()
    Visitor.objects.update(locale="en")
    shop.answer("It is on its way.")
    work()
    work(shop.gone_for(LATER))
    (mail,) = shop.mails()
    assert mail.subject.startswith("About your question: ")
    assert "Just reply to it to go on." in mail.text


@pytest.mark.parametrize(
    "email", ["", "lin", "lin@", "a b@example.com", "x@example.com\nBcc: y@example.com", "a@b,c@d.ef"]
)
def test_only_an_address_is_taken_for_an_address(email: str) -> None:
    shop = Shop(email="")
    assert shop.browser.post("/email", {"email": email}).status_code == 422
    assert Visitor.objects.get().email == ""
