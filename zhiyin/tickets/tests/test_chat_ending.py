"""The end: the case is solved or the visitor ends it, rates it, and has the transcript sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from zhiyin.channels.models import Delivery, ReceivedRating
from zhiyin.channels.providers.chat.ending import hear_case
from zhiyin.channels.providers.chat.models import Conversation
from zhiyin.channels.providers.chat.provider import ChatProvider
from zhiyin.channels.providers.chat.streaming import room_of, tell_visitors
from zhiyin.channels.providers.chat.tests.world import Browser, answer, make_chat, make_mailbox, work
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.testing.people import client_for
from zhiyin.tickets.models import Rating, Ticket

pytestmark = pytest.mark.django_db


class Talk:
    """A visitor who has asked and was answered; the ticket is the owner's."""

    def __init__(self, owner: Staff | None = None, **settings: Any) -> None:
        self.channel = make_chat(**settings)
        self.browser = Browser(self.channel)
        self.here: int = self.browser.come(locale="zh-CN")["conversation_id"]
        self.browser.say("我的退款怎么还没到？")
        work()
        self.ticket = Ticket.objects.get()
        if owner is not None:
            Ticket.objects.filter(pk=self.ticket.pk).update(assignee=owner)
        answer(self.channel, self.here, "已加急，今天到账。")
        work()

    def set_status(self, by: Staff, status: str) -> None:
        changed = client_for(by).patch(f"/api/v1/tickets/{self.ticket.pk}", {"status": status})
        assert changed.status_code == 200, changed.content
        work()

    def rate(self, **told: Any) -> Any:
        return self.browser.post("/ratings", {"score": 5, **told})

    def asked(self) -> bool:
        return bool(self.browser.come()["asks_rating"])


def test_solving_the_ticket_asks_the_visitor_who_rates_it_once(owner: Staff) -> None:
    talk = Talk(owner)
    assert not talk.asked()
    talk.set_status(owner, "solved")
    assert talk.asked()
    assert talk.rate(score=4, reasons=["quick"], words="很快").status_code == 204
    assert not talk.asked()
    again = talk.rate(score=1)
    assert (again.status_code, again.json()["code"]) == (409, "chat.not_asked_for_rating")
    work()
    rating = Rating.objects.get()
    assert (rating.ticket, rating.score, rating.reasons, rating.words) == (talk.ticket, 4, ["quick"], "很快")
    assert (rating.source, rating.assignee, ReceivedRating.objects.count()) == ("chat", owner, 1)


def test_who_has_rated_is_not_asked_again_when_it_is_solved_again(owner: Staff) -> None:
    talk = Talk(owner)
    talk.set_status(owner, "solved")
    talk.rate()
    work()
    talk.set_status(owner, "open")
    talk.set_status(owner, "solved")
    assert not talk.asked()


def test_reopening_the_ticket_takes_the_question_back(owner: Staff) -> None:
    talk = Talk(owner)
    talk.set_status(owner, "solved")
    talk.set_status(owner, "open")
    assert not talk.asked()
    assert talk.rate().status_code == 409
    assert ReceivedRating.objects.count() == 0


def test_the_visitor_hears_of_it_on_their_stream(owner: Staff) -> None:
    talk = Talk(owner)
    talk.set_status(owner, "solved")
    told = tell_visitors(list(Event.objects.filter(type="chat.case_changed")))
    assert [(one.name, one.data, one.rooms) for one in told] == [
        ("case", {"is_over": True, "asks_rating": True}, frozenset({room_of(talk.here)}))
    ]


def test_a_channel_that_does_not_want_ratings_asks_for_none(owner: Staff) -> None:
    talk = Talk(owner, asks_rating=False)
    talk.set_status(owner, "solved")
    assert not talk.asked()
    assert Conversation.objects.get().is_over


def test_the_visitor_ends_the_conversation_rates_it_and_the_ticket_tells(owner: Staff) -> None:
    talk = Talk(owner)
    assert talk.browser.post("/end").status_code == 204
    assert talk.browser.post("/end").status_code == 204
    session = talk.browser.come()
    assert (session["is_ended"], session["asks_rating"]) == (True, True)
    talk.rate(score=2, reasons=["slow"])
    work()
    events = list(Event.objects.filter(subject=f"ticket:{talk.ticket.pk}").order_by("position"))
    types = [event.type for event in events]
    assert types.count("tickets.customer_ended_chat") == 1
    assert types[-1] == "tickets.rated"
    assert Ticket.objects.get().status == "new"


def test_writing_again_goes_on_and_takes_the_question_back() -> None:
    talk = Talk()
    talk.browser.post("/end")
    talk.browser.say("还有个问题")
    session = talk.browser.come()
    assert (session["is_ended"], session["asks_rating"]) == (False, False)


def test_what_has_not_begun_does_not_end() -> None:
    browser = Browser(make_chat())
    browser.come()
    refused = browser.post("/end")
    assert (refused.status_code, refused.json()["code"]) == (409, "chat.nothing_to_end")
    assert Conversation.objects.get().ended_at is None


@pytest.mark.parametrize(
    "told", [{"score": 0}, {"score": 6}, {"reasons": ["handsome"]}, {"words": "长" * 2001}]
)
def test_what_is_no_rating_is_refused(told: dict[str, Any]) -> None:
    talk = Talk()
    talk.browser.post("/end")
    assert talk.rate(**told).status_code == 422
    assert ReceivedRating.objects.count() == 0
    assert talk.asked()


def test_a_thread_of_nobody_is_nothing_to_the_chat() -> None:
    ChatProvider().hear_case("999", is_over=True, asks_rating=True, now=timezone.now())
    assert Conversation.objects.count() == 0


def test_being_told_the_same_again_tells_nothing(support: Group) -> None:
    talk = Talk()
    for _ in range(2):
        hear_case(conversation_id=talk.here, is_over=True, asks_rating=True, now=timezone.now())
    work()
    assert Event.objects.filter(type="chat.case_changed").count() == 1


class TestTranscript:
    def test_the_visitor_gets_the_whole_conversation_by_mail(self) -> None:
        mailbox = make_mailbox()
        talk = Talk(continue_by=mailbox.key, title_zh="青禾客服")
        assert talk.browser.post("/transcripts", {"email": "lin@example.com"}).status_code == 204
        [mail] = Delivery.objects.filter(channel=mailbox)
        assert (mail.recipient, mail.subject, mail.automatic) == (
            "lin@example.com",
            "对话记录：青禾客服",
            True,
        )
        assert mail.text.startswith("以下是你与青禾客服的对话记录（Asia/Shanghai）。")
        assert "  你\n我的退款怎么还没到？" in mail.text
        assert "  王小雨\n已加急，今天到账。" in mail.text
        last = talk.browser.get("/messages").json()["items"][-1]
        assert (last["from"], last["text"]) == ("system", "对话记录已发到 lin@example.com")

    def test_answering_the_mail_comes_back_to_the_ticket(self) -> None:
        mailbox = make_mailbox()
        talk = Talk(continue_by=mailbox.key)
        talk.browser.post("/transcripts", {"email": "lin@example.com"})
        work()
        [mail] = Delivery.objects.filter(channel=mailbox)
        told = Event.objects.get(type="channels.thread_continued")
        assert told.payload == {"thread_key": f"chat:{talk.here}", "delivery_id": mail.pk}

    def test_nobodys_inbox_is_filled(self) -> None:
        talk = Talk(continue_by=make_mailbox().key)
        sent = [talk.browser.post("/transcripts", {"email": "lin@example.com"}) for _ in range(4)]
        assert [one.status_code for one in sent] == [204, 204, 204, 429]
        assert Delivery.objects.filter(subject__startswith="对话记录").count() == 3

    @pytest.mark.parametrize("has_mailbox", [True, False])
    def test_without_words_or_a_mailbox_there_is_nothing_to_send(self, has_mailbox: bool) -> None:
        browser = Browser(make_chat(continue_by=make_mailbox().key if has_mailbox else ""))
        browser.come()
        if not has_mailbox:
            browser.say("你好")
        refused = browser.post("/transcripts", {"email": "lin@example.com"})
        assert (refused.status_code, refused.json()["code"]) == (409, "chat.no_transcript")
        assert Delivery.objects.count() == 0
