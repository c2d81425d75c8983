"""A machine answers a chat where it is sure, leaves it to people where it is not, and never talks over anybody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.assist.commands.answering import decide
from zhiyin.assist.models import AnswerSettings, AutomaticAnswer, Holder
from zhiyin.assist.queries.answer_figures import answer_figures
from zhiyin.assist.queries.answering import PATIENCE, with_machine
from zhiyin.channels.models import Channel, Delivery
from zhiyin.channels.providers.chat.tests.world import SHOP, Browser, make_chat, proof
from zhiyin.customers.models import Customer
from zhiyin.knowledge.models import AskedQuestion, Entry, Feedback
from zhiyin.knowledge.search.store import Store
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.ledger.models import Effect
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.testing.knowledge import build_index, publish
from zhiyin.testing.spine import let_effects_happen, let_events_happen
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.models import KnowledgeUse, Message, Ticket

pytestmark = pytest.mark.django_db
REPAY, ANSWER = "信用卡还款日是哪天？", "还款日是账单日后第 20 天，可在“我的账单”里查看。"
OTHERS = {
    "怎么修改收货地址？": "发货前可在订单详情里修改收货地址。",
    "如何开具发票？": "订单完成后，在订单详情点击“申请发票”。",
    "忘记登录密码怎么办？": "在登录页点击“忘记密码”，用手机验证码重设。",
    "How do I change my delivery address?": "Open the order and choose Change address before it ships.",
}


@pytest.fixture
def known(author: Staff, reviewer: Staff, knowledge_store: Store) -> Store:
    """A small knowledge base, indexed."""
    tell(author, reviewer, questions=["还款日期是几号"])
    build_index(knowledge_store)
    return knowledge_store


def tell(author: Staff, reviewer: Staff, *, audience: str = "public", **more: Any) -> None:
    """Publish the answer for this audience, and all others for everybody."""
    place = {"audience": audience}
    publish(by=author, reviewer=reviewer, title=REPAY, html=f"<p>{ANSWER}</p>", place=place, **more)
    for title, text in OTHERS.items():
        publish(
            by=author,
            reviewer=reviewer,
            title=title,
            html=f"<p>{text}</p>",
            language="en" if title.isascii() else "zh-CN",
            place={"audience": "public"},
        )


@pytest.fixture
def chat() -> Channel:
    channel = make_chat()
    AnswerSettings.objects.create(channel=channel, mode="answer", threshold=0.7)
    return channel


@pytest.fixture
def visitor(chat: Channel) -> Browser:
    browser = Browser(chat)
    browser.come(locale="zh-CN")
    return browser


def work(now: datetime | None = None) -> None:
    """All there is to do, a few moments later."""
    moment = now or timezone.now() + timedelta(minutes=1)
    let_events_happen(now=moment)
    while let_effects_happen(now=moment):
        let_events_happen(now=moment)


def lines(visitor: Browser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = visitor.get("/messages").json()["items"]
    return found


def machine_lines(visitor: Browser) -> list[str]:
    return [line["machine"]["kind"] for line in lines(visitor) if line["machine"]]


def told(ticket: Ticket) -> list[str]:
    return list(
        Event.objects.filter(subject=f"ticket:{ticket.pk}", type__startswith="assist.")
        .exclude(type="assist.ticket_read")
        .order_by("position")
        .values_list("type", flat=True)
    )


@pytest.mark.usefixtures("known")
class TestSure:
    def test_it_answers_with_the_entry_its_source_and_a_mark(self, visitor: Browser) -> None:
        visitor.say("信用卡的还款日是哪天")
        work()
        [question, answer] = lines(visitor)
        assert (answer["from"], answer["text"]) == ("agent", ANSWER)
        [entry] = Entry.objects.filter(editions__published__title=REPAY)
        source = {"title": REPAY, "url": f"/help/zh/a/{entry.key}"}
        assert answer["machine"] == {"kind": "answer", "sources": [source], "choices": [], "helped": None}
        assert question["read"] is False  # nobody of the staff has read it
        ticket = Ticket.objects.get()
        assert (ticket.assignee_id, ticket.status, ticket.waiting_since) == (None, "new", None)
        assert told(ticket) == ["assist.question_answered"]
        use = KnowledgeUse.objects.get()
        assert (use.how, use.by_id, use.ticket_id) == ("automatic", None, ticket.pk)
        assert AskedQuestion.objects.get().outcome == "shown"
        assert AskedQuestion.objects.get().source == "bot"

    def test_in_the_customers_language_only(self, chat: Channel) -> None:
        visitor = Browser(chat, language="en")
        visitor.come(locale="en")
        visitor.say("How can I change my delivery address?")
        work()
        assert lines(visitor)[-1]["text"] == OTHERS["How do I change my delivery address?"]

    def test_once_though_the_effect_is_carried_out_twice(self, visitor: Browser) -> None:
        """A worker is killed after it sent and before it marked the effect: the next one finds it sent."""
        visitor.say("信用卡的还款日是哪天")
        work()
        answer = AutomaticAnswer.objects.get()
        Effect.objects.filter(kind="assist.answer").update(state="waiting", next_try_at=timezone.now())
        work()
        AutomaticAnswer.objects.update(state="deciding")  # as it was before the transaction that sent, too
        decide(answer_id=answer.pk, now=timezone.now())
        work()
        assert machine_lines(visitor) == ["answer"]

    def test_a_killed_decision_is_taken_up_again(self, visitor: Browser) -> None:
        visitor.say("信用卡的还款日是哪天")
        let_events_happen()
        Effect.objects.filter(kind="assist.answer").update(
            state="leased", attempts=1, lease_until=timezone.now() + timedelta(minutes=5)
        )  # of a worker whose session is gone
        work()
        assert machine_lines(visitor) == ["answer"]

    def test_two_messages_at_once_get_one_answer(self, visitor: Browser) -> None:
        visitor.say("你好")
        visitor.say("信用卡的还款日是哪天")
        work()
        assert machine_lines(visitor) == ["answer"]
        assert list(AutomaticAnswer.objects.order_by("pk").values_list("state", flat=True)) == [
            "overtaken",
            "answered",
        ]

    def test_a_greeting_is_asked_for_the_question(self, visitor: Browser) -> None:
        visitor.say("你好")
        work()
        assert machine_lines(visitor) == ["greeting"]
        visitor.say("信用卡的还款日是哪天")
        work()
        assert machine_lines(visitor) == ["greeting", "answer"]

    def test_helped_solves_the_ticket_and_counts_for_the_entry(self, visitor: Browser) -> None:
        visitor.say("信用卡的还款日是哪天")
        work()
        number = lines(visitor)[-1]["id"]
        assert visitor.post(f"/messages/{number}/feedback", {"helped": True}).status_code == 204
        assert visitor.post(f"/messages/{number}/feedback", {"helped": False}).status_code == 204  # no more
        work()
        assert lines(visitor)[-1]["machine"]["helped"] is True
        assert Ticket.objects.get().status == "solved"
        assert Feedback.objects.get().helpful is True
        assert AskedQuestion.objects.get().outcome == "helped"
        figures = answer_figures(since=timezone.now() - timedelta(hours=1))
        assert (figures.involved, figures.answered, figures.contained, figures.confirmed) == (1, 1, 1, 1)
        assert [(one.title, one.answered, one.helped) for one in figures.entries] == [(REPAY, 1, 1)]

    def test_no_help_brings_a_person_with_everything_said(self, visitor: Browser) -> None:
        visitor.say("信用卡的还款日是哪天")
        work()
        number = lines(visitor)[-1]["id"]
        assert visitor.post(f"/messages/{number}/source").status_code == 204
        visitor.post(f"/messages/{number}/feedback", {"helped": False})
        work()
        ticket = Ticket.objects.get()
        assert machine_lines(visitor) == ["answer", "handed"]
        assert ticket.waiting_since is not None
        assert Holder.objects.get().who == "people"
        assert told(ticket) == [
            "assist.question_answered",
            "assist.source_opened",
            "assist.answer_rated",
            "assist.left_to_people",
        ]
        assert AskedQuestion.objects.get().outcome in ("unhelpful", "asked_on")
        figures = answer_figures(since=timezone.now() - timedelta(hours=1))
        assert (figures.answered, figures.contained, figures.unhelpful, figures.handed_over) == (1, 0, 1, 1)

    @pytest.mark.parametrize(
        "words", ["转人工", "人工", "我要找真人客服", "agent", "can I talk to a real person?"]
    )
    def test_who_asks_for_a_person_gets_one_and_no_machine_any_more(
        self, visitor: Browser, words: str
    ) -> None:
        visitor.say("信用卡的还款日是哪天")
        work()
        visitor.say(words)
        let_events_happen()  # at once: nothing is decided on first
        assert Holder.objects.get().reason == "asked_for_person"
        assert Ticket.objects.get().waiting_since is not None
        visitor.say("忘记登录密码怎么办")
        work()
        assert machine_lines(visitor) == ["answer", "handed"]
        assert AskedQuestion.objects.get().outcome == "asked_on"

    def test_people_asked_for_stay_asked_for_whatever_was_being_decided(self, visitor: Browser) -> None:
        """An answer is said not to help while the next question is being decided on."""
        visitor.say("信用卡的还款日是哪天")
        work()
        number = lines(visitor)[-1]["id"]
        visitor.say("忘记登录密码怎么办")
        let_events_happen()
        visitor.post(f"/messages/{number}/feedback", {"helped": False})
        let_events_happen()
        work()
        assert machine_lines(visitor) == ["answer", "handed"]
        assert (Holder.objects.get().who, Holder.objects.get().reason) == ("people", "unhelpful")

    def test_after_so_many_answers_people_go_on(self, visitor: Browser, chat: Channel) -> None:
        AnswerSettings.objects.filter(channel=chat).update(most_answers=1)
        visitor.say("信用卡的还款日是哪天")
        work()
        visitor.say("忘记登录密码怎么办")
        work()
        assert machine_lines(visitor) == ["answer", "passed"]
        assert AutomaticAnswer.objects.latest("pk").reason == "often_enough"


@pytest.mark.usefixtures("known")
class TestLeft:
    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            ("你们的骗子公司，信用卡还款日到底哪天！！气死我了", "angry"),
            ("信用卡还款日是哪天？不说我就打 12315", "risk"),
            ("我要投诉，信用卡还款日是哪天", "complaint"),
            ("订单 SO-2026-001234 的信用卡还款日是哪天", "own_case"),
            ("我要退款，信用卡还款日是哪天", "claim"),
            ("火星上有没有你们的门店可以坐飞船去", "unsure"),
        ],
    )
    def test_people_get_what_is_theirs(self, visitor: Browser, words: str, reason: str) -> None:
        visitor.say(words)
        work()
        answer = AutomaticAnswer.objects.get()
        assert (answer.state, answer.reason) in [("left", reason), ("left", "nothing_found")]
        assert Holder.objects.get().who == "people"
        assert machine_lines(visitor) in (["unsure"], ["passed"])
        assert Ticket.objects.get().waiting_since is not None

    def test_what_nobody_has_an_answer_to_is_a_gap_for_the_authors(self, visitor: Browser) -> None:
        visitor.say("火星上有没有你们的门店可以坐飞船去")
        work()
        gap = AskedQuestion.objects.get()
        assert (gap.outcome, gap.source, gap.entry_id) == ("nothing", "bot", None)

    def test_nothing_is_said_where_the_channel_is_set_so(self, visitor: Browser, chat: Channel) -> None:
        AnswerSettings.objects.filter(channel=chat).update(says_unsure=False)
        visitor.say("火星上有没有你们的门店可以坐飞船去")
        work()
        assert machine_lines(visitor) == []
        assert told(Ticket.objects.get()) == ["assist.left_to_people"]

    def test_nobody_is_talked_over(self, visitor: Browser, owner: Staff) -> None:
        """Somebody answers between the question and the decision."""
        visitor.say("信用卡的还款日是哪天")
        let_events_happen()
        ticket = Ticket.objects.get()
        Ticket.objects.update(group=None)
        write_reply(
            ticket_id=ticket.pk,
            reply=ReplyText(text="您好，我来帮您看。"),
            idempotency_key="mine",
            by=owner,
            now=timezone.now(),
        )
        work()
        assert machine_lines(visitor) == []
        assert AutomaticAnswer.objects.get().reason == "owned"

    def test_a_ticket_somebody_has_is_not_looked_at(self, visitor: Browser, owner: Staff) -> None:
        visitor.say("火星上有没有你们的门店可以坐飞船去")
        work()
        Ticket.objects.update(assignee=owner)
        visitor.say("信用卡的还款日是哪天")
        work()
        assert AutomaticAnswer.objects.count() == 1


class TestReach:
    def test_nothing_is_done_where_nothing_is_switched_on(self, known: Store) -> None:
        visitor = Browser(make_chat())
        visitor.come()
        visitor.say("信用卡的还款日是哪天")
        work()
        assert not AutomaticAnswer.objects.exists()
        assert visitor.get("/config").json()["offers_person"] is False

    def test_the_widget_is_told_from_the_start(self, visitor: Browser) -> None:
        assert visitor.get("/config").json()["offers_person"] is True

    def test_without_an_index_people_get_it(self, visitor: Browser, knowledge_store: Store) -> None:
        visitor.say("信用卡的还款日是哪天")
        work()
        assert AutomaticAnswer.objects.get().reason == "no_index"
        assert machine_lines(visitor) == ["unsure"]

    @pytest.mark.parametrize(
        ("audience", "signed_in", "state"),
        [("signed_in", False, "left"), ("signed_in", True, "answered"), ("internal", True, "left")],
    )
    def test_only_what_this_customer_may_read(
        self, author: Staff, reviewer: Staff, knowledge_store: Store, chat: Channel, audience: str, signed_in: bool, state: str,
    ) -> None:  # fmt: skip
        tell(author, reviewer, audience=audience)
        build_index(knowledge_store)
        visitor = Browser(chat, origin=SHOP)
        visitor.come(identity=proof(id="u-1")) if signed_in else visitor.come()
        visitor.say("信用卡的还款日是哪天")
        work()
        assert AutomaticAnswer.objects.get().state == state
        if state == "answered":
            assert lines(visitor)[-1]["machine"]["sources"] == [{"title": REPAY, "url": ""}]

    @pytest.mark.parametrize("told", [{"region": "广东"}, {"valid_until": "past"}])
    def test_what_holds_elsewhere_or_no_longer_is_not_said(
        self, author: Staff, reviewer: Staff, knowledge_store: Store, visitor: Browser, told: dict[str, Any]
    ) -> None:
        if "valid_until" in told:
            told = {"valid_until": timezone.now() - timedelta(days=1)}
        tell(author, reviewer, **told)
        build_index(knowledge_store)
        visitor.say("信用卡的还款日是哪天")
        work()
        assert AutomaticAnswer.objects.get().state == "left"

    def test_what_holds_where_they_are_is(
        self, author: Staff, reviewer: Staff, knowledge_store: Store, visitor: Browser
    ) -> None:
        tell(author, reviewer, region="广东")
        build_index(knowledge_store)
        visitor.say("你好")
        work()
        Customer.objects.update(region="中国大陆/广东")
        visitor.say("信用卡的还款日是哪天")
        work()
        assert lines(visitor)[-1]["text"] == ANSWER

    def test_a_draft_is_a_note_for_colleagues(self, known: Store, visitor: Browser, chat: Channel) -> None:
        AnswerSettings.objects.filter(channel=chat).update(mode="draft")
        visitor.say("信用卡的还款日是哪天")
        work()
        assert machine_lines(visitor) == []
        note = Message.objects.get(kind="note")
        assert ANSWER in note.text
        assert Ticket.objects.get().waiting_since is not None
        assert not Holder.objects.exists()

    def test_mail_says_in_words_that_a_machine_wrote(self, known: Store) -> None:
        from zhiyin.testing.tickets import arrive, make_channel

        box = make_channel()
        AnswerSettings.objects.create(channel=box, mode="answer", threshold=0.5)
        arrive(subject="还款日", text="信用卡的还款日是哪天？", channel=box)
        let_events_happen()
        let_effects_once()
        sent = Delivery.objects.get()
        assert sent.text.startswith(ANSWER)
        assert "本条由机器人自动回答" in sent.text
        assert sent.automatic is True


class TestPatience:
    def test_nobody_is_offered_what_a_machine_decides_on(self, known: Store, visitor: Browser) -> None:
        visitor.say("信用卡的还款日是哪天")
        let_events_happen()
        ticket, now = Ticket.objects.get(), timezone.now()
        assert with_machine({ticket.pk}, now=now) == {ticket.pk}
        assert with_machine({ticket.pk}, now=now + PATIENCE + timedelta(seconds=1)) == set()
        work()
        assert with_machine({ticket.pk}, now=now + timedelta(hours=1)) == {ticket.pk}
        visitor.say("转人工")
        let_events_happen()
        assert with_machine({ticket.pk}, now=timezone.now()) == set()


def let_effects_once() -> None:
    """Decide, without a mail server to send by."""
    from zhiyin.platform.ledger.ledger import carry_out_next

    while carry_out_next(kind="assist.answer", now=timezone.now() + timedelta(minutes=1)):
        let_events_happen()
    fire_due_timers(now=timezone.now())
