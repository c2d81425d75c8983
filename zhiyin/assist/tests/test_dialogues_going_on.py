"""A dialogue in a conversation: it begins, asks, fills in the ticket and hands over, once, and never over people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.assist.answering.dialogues import Content
from zhiyin.assist.commands.answering import decide
from zhiyin.assist.commands.turning import PATIENCE_IN_CHAT, today_at
from zhiyin.assist.models import AnswerSettings, AutomaticAnswer, Dialogue, Holder, Turn
from zhiyin.assist.queries.answer_figures import answer_figures
from zhiyin.assist.queries.answering import with_machine
from zhiyin.assist.tests.test_answering import REPAY, chat, known, lines, machine_lines, visitor, work
from zhiyin.assist.tests.test_dialogues import OPTIONS
from zhiyin.channels.models import Channel, Delivery
from zhiyin.channels.providers.chat.tests.world import Browser
from zhiyin.knowledge.models import Entry
from zhiyin.people.models import Staff
from zhiyin.platform.ledger.ledger import carry_out_next
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, make_channel
from zhiyin.tickets.commands.assigning import claim_ticket
from zhiyin.tickets.commands.blanking import blank_rows
from zhiyin.tickets.models import Category, CustomField, Message, Ticket

pytestmark = pytest.mark.django_db
__all__ = ["chat", "known", "visitor"]  # fixtures of the neighbouring tests


@pytest.fixture
def category() -> Category:
    return Category.objects.create(name="安装")


@pytest.fixture
def booking(category: Category) -> Dialogue:
    """Order, day and service; into fields of the ticket, then over to people."""
    for key, kind, rules in (
        ("order_no", "text", {}),
        ("visit_on", "date", {}),
        ("service", "choice", {"options": OPTIONS}),
    ):
        CustomField.objects.create(key=key, kind=kind, name_zh=key, name_en=key, rules=rules)
    content = Content.model_validate(
        {
            "slots": [
                {"key": "order", "kind": "order", "prompt_zh": "请发订单号。", "field": "order_no"},
                {"key": "day", "kind": "date", "when": "future", "prompt_zh": "哪天上门？", "field": "visit_on"},
                {"key": "what", "kind": "choice", "prompt_zh": "要哪种服务？", "options": OPTIONS, "field": "service"},
            ],
            "ending": {"category_id": category.pk, "text_zh": "已为您登记，安装组会联系您。"},
        }
    )  # fmt: skip
    return Dialogue.objects.create(
        name="预约安装", keywords=["预约安装"], content=content.model_dump(mode="json"), active=True, at=timezone.now()
    )  # fmt: skip


def says(visitor: Browser, text: str) -> str:
    """What is said to it, and what is heard then."""
    visitor.say(text)
    work()
    return str(lines(visitor)[-1]["text"])


@pytest.mark.usefixtures("booking")
class TestToItsEnd:
    def test_it_fills_in_the_ticket_and_hands_over_with_a_note(
        self, visitor: Browser, category: Category
    ) -> None:
        assert says(visitor, "我要预约安装") == "请发订单号。"
        ticket = Ticket.objects.get()
        assert with_machine({ticket.pk}, now=timezone.now()) == {ticket.pk}  # nobody is offered it yet
        assert says(visitor, "SO-2026-001234") == "哪天上门？"
        assert says(visitor, "明天").startswith("要哪种服务？")
        assert lines(visitor)[-1]["machine"]["choices"] == ["维修", "换货"]
        assert says(visitor, "2") == "已为您登记，安装组会联系您。"
        ticket.refresh_from_db()
        tomorrow = today_at(timezone.now() + timedelta(minutes=1)) + timedelta(days=1)
        assert ticket.fields == {
            "order_no": "SO-2026-001234",
            "visit_on": tomorrow.isoformat(),
            "service": "swap",
        }
        assert ticket.category_id == category.pk
        note = Message.objects.get(kind="note").text
        assert "预约安装" in note
        assert "SO-2026-001234" in note
        assert "换货" in note
        assert (Holder.objects.get().who, Holder.objects.get().reason) == ("people", "form_done")
        assert ticket.waiting_since is not None
        assert not Turn.objects.exists()
        assert machine_lines(visitor) == ["asked", "asked", "asked", "handed"]
        figures = answer_figures(since=timezone.now() - timedelta(hours=1))
        assert (figures.dialogues_begun, figures.dialogues_finished, figures.answered) == (1, 1, 0)

    def test_what_the_first_words_name_is_not_asked_for(self, visitor: Browser) -> None:
        assert says(visitor, "预约安装，订单 SO-2026-001234") == "哪天上门？"

    def test_it_may_answer_instead(self, visitor: Browser, booking: Dialogue) -> None:
        content = booking.content | {"slots": booking.content["slots"][:1]}
        content["ending"] |= {"hands_over": False}
        Dialogue.objects.update(content=content)
        says(visitor, "预约安装")
        assert says(visitor, "SO-2026-001234") == "已为您登记，安装组会联系您。"
        assert (Holder.objects.get().who, machine_lines(visitor)[-1]) == ("machine", "answer")
        assert answer_figures(since=timezone.now() - timedelta(hours=1)).ways == {"dialogue": 1}

    def test_each_step_once_though_its_effect_is_carried_out_twice(self, visitor: Browser) -> None:
        says(visitor, "预约安装")
        says(visitor, "SO-2026-001234")
        answer = AutomaticAnswer.objects.latest("pk")
        AutomaticAnswer.objects.filter(pk=answer.pk).update(state="deciding")
        decide(answer_id=answer.pk, now=timezone.now())
        work()
        assert machine_lines(visitor) == ["asked", "asked"]

    def test_a_change_concerns_those_that_begin_after_it(self, visitor: Browser) -> None:
        says(visitor, "预约安装")
        Dialogue.objects.all().delete()
        assert says(visitor, "SO-2026-001234") == "哪天上门？"

    def test_a_field_that_is_gone_is_named_in_the_note_and_nothing_else_is_lost(
        self, visitor: Browser
    ) -> None:
        says(visitor, "预约安装 订单 SO-2026-001234")
        CustomField.objects.filter(key="service").update(active=False)
        says(visitor, "明天")
        says(visitor, "1")
        ticket = Ticket.objects.get()
        assert ticket.fields["order_no"] == "SO-2026-001234"
        assert "service" not in ticket.fields
        assert "手工填写：what" in Message.objects.get(kind="note").text


@pytest.mark.usefixtures("booking")
class TestLeft:
    def test_after_two_more_tries_people_go_on_with_what_is_there(self, visitor: Browser) -> None:
        says(visitor, "预约安装 订单 SO-2026-001234")
        for _ in range(2):
            assert says(visitor, "尽快吧").startswith("没有认出日期")
        says(visitor, "越快越好")
        assert Holder.objects.get().reason == "gave_up"
        assert "SO-2026-001234" in Message.objects.get(kind="note").text
        assert not Turn.objects.exists()

    def test_who_asks_for_a_person_gets_one_at_once_and_the_note_is_kept(self, visitor: Browser) -> None:
        says(visitor, "预约安装 订单 SO-2026-001234")
        visitor.say("转人工")
        let_events_happen()
        assert Holder.objects.get().reason == "asked_for_person"
        assert "没有填完" in Message.objects.get(kind="note").text

    @pytest.mark.parametrize(
        ("said", "reason"), [("你们这群骗子，气死我了！！", "angry"), ("再不来我就打 12315", "risk")]
    )
    def test_anger_and_threats_leave_it(self, visitor: Browser, said: str, reason: str) -> None:
        says(visitor, "预约安装")
        says(visitor, said)
        assert (Holder.objects.get().who, Holder.objects.get().reason) == ("people", reason)
        assert not Turn.objects.exists()

    def test_never_mind_ends_it_and_the_machine_goes_on(self, visitor: Browser) -> None:
        says(visitor, "预约安装")
        assert says(visitor, "算了").startswith("好的，已取消")
        assert (Holder.objects.get().who, Turn.objects.count()) == ("machine", 0)
        assert says(visitor, "预约安装") == "请发订单号。"  # named again, it begins again

    def test_people_who_came_are_not_talked_over(self, visitor: Browser, owner: Staff) -> None:
        says(visitor, "预约安装")
        visitor.say("SO-2026-001234")
        let_events_happen()
        Ticket.objects.update(group=None)
        claim_ticket(
            ticket_id=Ticket.objects.get().pk, expected_assignee_id=None, by=owner, now=timezone.now()
        )
        work()
        assert machine_lines(visitor) == ["asked"]
        assert not Turn.objects.exists()

    def test_who_does_not_answer_is_left_to_people_with_what_is_there(self, visitor: Browser) -> None:
        says(visitor, "预约安装 订单 SO-2026-001234")
        ticket, soon = Ticket.objects.get(), timezone.now() + timedelta(minutes=20)
        fire_due_timers(now=soon)
        let_events_happen(now=soon)
        assert Holder.objects.get().who == "machine"
        later = timezone.now() + PATIENCE_IN_CHAT + timedelta(minutes=5)
        fire_due_timers(now=later)
        let_events_happen(now=later)
        assert (Holder.objects.get().who, Holder.objects.get().reason) == ("people", "went_silent")
        assert with_machine({ticket.pk}, now=later) == set()
        assert "SO-2026-001234" in Message.objects.get(kind="note").text
        assert not Turn.objects.exists()
        fire_due_timers(now=later + timedelta(days=1))
        let_events_happen(now=later + timedelta(days=1))
        assert Message.objects.filter(kind="note").count() == 1

    def test_nothing_begins_where_the_channel_only_drafts(self, visitor: Browser, chat: Channel) -> None:
        AnswerSettings.objects.filter(channel=chat).update(mode="draft")
        visitor.say("预约安装")
        work()
        assert machine_lines(visitor) == []
        assert not Turn.objects.exists()

    def test_anonymising_takes_what_was_said(self, visitor: Browser) -> None:
        says(visitor, "预约安装 订单 SO-2026-001234")
        blank_rows([Ticket.objects.get().pk], now=timezone.now())
        assert not Turn.objects.exists()


class TestBegins:
    def test_instead_of_an_entry(self, known: Any, visitor: Browser, booking: Dialogue) -> None:
        [entry] = Entry.objects.filter(editions__published__title=REPAY)
        Dialogue.objects.update(keywords=[], entries=[entry.pk])
        assert says(visitor, "信用卡的还款日是哪天") == "请发订单号。"

    def test_by_the_category_of_the_ticket_once_in_a_conversation(
        self, visitor: Browser, booking: Dialogue, category: Category
    ) -> None:
        beneath = Category.objects.create(name="空调", parent=category)
        Dialogue.objects.update(keywords=[], categories=[category.pk])
        says(visitor, "你好")
        Ticket.objects.update(category=beneath)
        assert says(visitor, "空调什么时候能装") == "请发订单号。"
        says(visitor, "算了")
        says(visitor, "空调什么时候能装")
        assert machine_lines(visitor).count("asked") == 2  # the question, and that it is called off

    def test_by_mail_it_says_that_a_machine_asks(self, booking: Dialogue) -> None:
        box = make_channel()
        AnswerSettings.objects.create(channel=box, mode="answer")
        arrive(subject="安装", text="我要预约安装", channel=box)
        let_events_happen()
        while carry_out_next(kind="assist.answer", now=timezone.now() + timedelta(minutes=1)):
            let_events_happen()
        sent = Delivery.objects.get()
        assert sent.text.startswith("请发订单号。")
        assert "机器人自动发送" in sent.text
