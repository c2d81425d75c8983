"""Asking which entry is meant: when, how an answer is understood, and that it is asked once and then answered or handed over."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from zhiyin.assist.answering.choosing import how_many_are_close, picked
from zhiyin.assist.commands.answering import decide
from zhiyin.assist.models import AnswerSettings, AutomaticAnswer, Holder, Turn
from zhiyin.assist.tests.test_answering import chat, lines, machine_lines, visitor, work
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.tests.world import Browser
from zhiyin.knowledge.models import AskedQuestion, Entry
from zhiyin.knowledge.search.searchables import Hit
from zhiyin.knowledge.search.store import Store
from zhiyin.people.models import Staff
from zhiyin.testing.knowledge import build_index, publish
from zhiyin.testing.spine import let_events_happen
from zhiyin.tickets.models import Ticket

__all__ = ["chat", "visitor"]  # fixtures of the neighbouring tests
CHOICES = ["怎么开具电子发票？", "怎么开具纸质发票？", "发票抬头怎么修改？"]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("1", 0), ("２", 1), ("3.", 2), ("第二个", 1), ("选三", 2), ("第1个吧", 0), ("我要问的是2", 1), ("the second one", 1),
        ("option 3 please", 2), ("怎么开具纸质发票", 1), ("電子發票", 0), ("抬头", 2), ("我要问发票抬头怎么修改谢谢", 2),
        ("0", "none"), ("都不是", "none"), ("None of these", "none"), ("no", "none"),
        ("9", None), ("", None), ("？？", None), ("发票", None), ("你们几点下班", None), ("100", None),
    ],
)  # fmt: skip
def test_how_an_answer_is_understood(said: str, place: Any) -> None:
    assert picked(said, CHOICES) == place


@pytest.mark.parametrize(
    ("scores", "close"),
    [([], 0), ([5.0], 0), ([5.0, 1.0], 0), ([5.0, 4.5], 2), ([5.0, 4.5, 4.0, 1.0], 3), ([5, 5, 5, 5], 0), ([0.0, 0.0], 0)],
)  # fmt: skip
def test_a_few_that_are_close_are_offered_and_not_many(scores: list[float], close: int) -> None:
    hits = [
        Hit(edition_id=at, entry_id=at, version_id=at, score=score, likeness=0.5, meaning=None, retrieval=None, total=0.5,
            title="", matched="", body="")
        for at, score in enumerate(scores)
    ]  # fmt: skip
    assert how_many_are_close(hits) == close


INVOICES = {
    "怎么开具电子发票？": "在订单详情点击“申请发票”，选择电子发票。",
    "怎么开具纸质发票？": "在订单详情点击“申请发票”，选择纸质发票，随货寄出。",
}
OTHERS = {
    "信用卡还款日是哪天？": "账单日后第 20 天。",
    "怎么修改收货地址？": "发货前可在订单详情里修改。",
    "忘记登录密码怎么办？": "在登录页点击“忘记密码”。",
    "会员积分什么时候过期？": "24 个月后过期。",
}


@pytest.fixture
def close(author: Staff, reviewer: Staff, knowledge_store: Store, chat: Channel) -> Store:
    """Two entries that a short question can't tell apart."""
    for title, text in {**INVOICES, **OTHERS}.items():
        publish(
            by=author, reviewer=reviewer, title=title, html=f"<p>{text}</p>", place={"audience": "public"}
        )
    build_index(knowledge_store)
    return knowledge_store


@pytest.mark.django_db
@pytest.mark.usefixtures("close")
class TestAsked:
    def asks(self, visitor: Browser) -> dict[str, Any]:
        visitor.say("我要开发票")
        work()
        line: dict[str, Any] = lines(visitor)[-1]
        assert line["machine"]["kind"] == "asked", AutomaticAnswer.objects.values("state", "reason", "chance")
        return line

    def test_it_asks_which_one_with_numbered_words_and_choices(self, visitor: Browser) -> None:
        line = self.asks(visitor)
        assert set(line["machine"]["choices"]) == set(INVOICES)
        assert "\n1. " in line["text"]
        assert "\n2. " in line["text"]
        assert (Holder.objects.get().who, Turn.objects.get().kind) == ("machine", "choice")
        assert Ticket.objects.get().waiting_since is not None  # nothing is answered yet

    @pytest.mark.parametrize("how", ["number", "title"])
    def test_the_one_that_is_picked_is_answered_and_counts_for_the_question(
        self, visitor: Browser, how: str
    ) -> None:
        choices = self.asks(visitor)["machine"]["choices"]
        visitor.say("2" if how == "number" else choices[1])
        work()
        assert lines(visitor)[-1]["text"] == INVOICES[choices[1]]
        answer = AutomaticAnswer.objects.latest("pk")
        assert (answer.state, answer.way, answer.question) == ("answered", "choice", "我要开发票")
        assert not Turn.objects.exists()
        noted = AskedQuestion.objects.get()
        assert (noted.text, noted.entry_id) == ("我要开发票", answer.entry_id)
        assert answer.entry == Entry.objects.get(editions__published__title=choices[1])

    @pytest.mark.parametrize(("said", "reason"), [("都不是", "none_fits"), ("0", "none_fits")])
    def test_none_of_them_brings_a_person_at_once(self, visitor: Browser, said: str, reason: str) -> None:
        self.asks(visitor)
        visitor.say(said)
        work()
        assert (Holder.objects.get().who, Holder.objects.get().reason) == ("people", reason)
        assert AskedQuestion.objects.get().outcome == "nothing"  # a gap for the authors
        assert not Turn.objects.exists()

    def test_it_is_asked_once_at_most(self, visitor: Browser) -> None:
        self.asks(visitor)
        visitor.say("想问一下发票的事情")
        work()
        assert machine_lines(visitor).count("asked") == 1
        assert Holder.objects.get().who == "people"

    def test_another_question_that_is_sure_is_answered(self, visitor: Browser) -> None:
        self.asks(visitor)
        visitor.say("信用卡还款日是哪天")
        work()
        assert lines(visitor)[-1]["text"] == OTHERS["信用卡还款日是哪天？"]
        assert not Turn.objects.exists()

    def test_who_asks_for_a_person_or_is_angry_gets_one(self, visitor: Browser) -> None:
        self.asks(visitor)
        visitor.say("转人工")
        let_events_happen()
        assert Holder.objects.get().reason == "asked_for_person"
        assert not Turn.objects.exists()

    def test_asked_once_though_the_effect_is_carried_out_twice(self, visitor: Browser) -> None:
        self.asks(visitor)
        answer = AutomaticAnswer.objects.get()
        AutomaticAnswer.objects.update(state="deciding")
        decide(answer_id=answer.pk, now=timezone.now())
        work()
        assert machine_lines(visitor) == ["asked"]

    def test_an_entry_withdrawn_meanwhile_is_not_said(self, visitor: Browser) -> None:
        self.asks(visitor)
        Entry.objects.update(audience="internal")
        visitor.say("1")
        work()
        assert machine_lines(visitor)[0] == "asked"
        assert AutomaticAnswer.objects.latest("pk").reason == "nothing_found"

    def test_nothing_is_asked_where_the_channel_only_drafts(self, visitor: Browser, chat: Channel) -> None:
        AnswerSettings.objects.filter(channel=chat).update(mode="draft")
        visitor.say("我要开发票")
        work()
        assert machine_lines(visitor) == []
        assert AutomaticAnswer.objects.get().state == "left"
