"""Which questions are answered, by category and channel: what holds, who may set it, and that the record says why not."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.assist.answering.switching import Ruling, Switches, ruling_on
from zhiyin.assist.commands.answer_settings import switch_answers
from zhiyin.assist.commands.deciding import Around, Decision, decision_on
from zhiyin.assist.models import AnswerSettings, AnswerSwitch, AutomaticAnswer, Dialogue, Holder
from zhiyin.assist.queries.answering import Asking
from zhiyin.assist.tests.test_answering import ANSWER, chat, known, lines, visitor, work
from zhiyin.assist.tests.test_dialogues import CONTENT
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.tests.world import Browser
from zhiyin.people.models import Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.event_log.models import Event
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import make_channel
from zhiyin.tickets.models import Category, Ticket

pytestmark = pytest.mark.django_db
__all__ = ["chat", "known", "visitor"]  # fixtures of the neighbouring tests
AT = "/api/v1/assist/answering"
QUESTION = "信用卡的还款日是哪天"
FEES, INVOICES, CHAT, MAIL = 1, 2, 10, 20


@pytest.mark.parametrize(
    ("switches", "lineage", "channel", "holds"),
    [
        ({}, [FEES, INVOICES], CHAT, Ruling()),
        ({(FEES, None): False}, [FEES, INVOICES], CHAT, (False, FEES, None)),
        ({(FEES, None): False}, [], CHAT, Ruling()),
        # of one category, the channel's goes before that of every channel
        ({(FEES, None): False, (FEES, CHAT): True}, [FEES], CHAT, (True, FEES, CHAT)),
        ({(FEES, None): False, (FEES, CHAT): True}, [FEES], MAIL, (False, FEES, None)),
        # the nearest category goes before those above it, wherever it is set
        ({(FEES, CHAT): False, (INVOICES, None): True}, [FEES, INVOICES], CHAT, (True, INVOICES, None)),
        ({(FEES, CHAT): False}, [FEES, INVOICES], CHAT, (False, FEES, CHAT)),
        # what holds by default comes last, and holds for questions of no category
        ({(None, MAIL): False}, [FEES], MAIL, (False, None, MAIL)),
        ({(None, MAIL): False}, [], MAIL, (False, None, MAIL)),
        ({(None, MAIL): False}, [], CHAT, Ruling()),
        ({(None, None): False, (None, MAIL): True}, [], MAIL, (True, None, MAIL)),
        ({(None, None): False, (FEES, None): True}, [FEES], MAIL, (True, FEES, None)),
        ({(None, MAIL): True, (FEES, None): False}, [FEES], MAIL, (False, FEES, None)),
    ],
)
def test_what_holds(switches: Switches, lineage: list[int], channel: int, holds: Any) -> None:
    found = ruling_on(lineage, channel, switches)
    if isinstance(holds, tuple):
        is_answered, category, at = holds
        holds = Ruling(is_answered=is_answered, is_set=True, category_id=category, channel_id=at)
    assert found == holds


@pytest.fixture
def fees() -> Category:
    return Category.objects.create(name="费用")


@pytest.fixture
def invoices(fees: Category) -> Category:
    return Category.objects.create(name="发票", parent=fees)


def put(by: Staff, category: Category | None, channel: Channel | None, is_answered: bool | None) -> Any:
    body = {
        "category_id": category.pk if category else None,
        "channel_id": channel.pk if channel else None,
        "is_answered": is_answered,
    }
    return client_for(by).put(f"{AT}/switches", body)


def cell(told: Any, category: Category | None, channel: Channel | None) -> Any:
    [row] = [one for one in told["rows"] if one["id"] == (category.pk if category else None)]
    [found] = [one for one in row["cells"] if one["channel_id"] == (channel.pk if channel else None)]
    return found


class TestMatrix:
    def test_it_says_what_holds_in_each_cell_and_whose_switch_that_is(
        self, administrator: Staff, author: Staff, chat: Channel, fees: Category, invoices: Category
    ) -> None:
        box = make_channel()
        assert put(administrator, fees, None, False).status_code == 204
        assert put(administrator, fees, chat, True).status_code == 204
        assert put(administrator, None, box, False).status_code == 204
        told = client_for(author).get(f"{AT}/switches").json()
        assert told["may_change"] is False
        assert {one["id"]: one["mode"] for one in told["channels"]} == {chat.pk: "answer", box.pk: "off"}
        assert [one["path"] for one in told["rows"]] == ["", "费用", "费用 / 发票"]
        assert cell(told, invoices, chat) == {
            "channel_id": chat.pk,
            "is_answered": None,
            "holds": True,
            "is_set": True,
            "from_category_id": fees.pk,
            "from_channel_id": chat.pk,
        }
        assert (cell(told, invoices, box)["holds"], cell(told, invoices, box)["from_channel_id"]) == (
            False,
            None,
        )
        assert (cell(told, None, box)["is_answered"], cell(told, None, chat)["is_set"]) == (False, False)

    def test_only_who_manages_changes_it_and_the_same_again_is_no_change(
        self, administrator: Staff, author: Staff, chat: Channel, fees: Category
    ) -> None:
        assert put(author, fees, chat, False).status_code == 403
        assert not AnswerSwitch.objects.exists()
        for _ in range(2):
            assert put(administrator, fees, chat, False).status_code == 204
        [entry] = AuditEntry.objects.filter(action="assist.answers_switched")
        assert (entry.target, entry.details) == (
            f"category:{fees.pk}",
            {"is_answered": [None, False], "channel_id": chat.pk},
        )
        assert put(administrator, fees, chat, None).status_code == 204
        assert not AnswerSwitch.objects.exists()

    def test_what_is_not_there_is_refused_and_nothing_is_kept(
        self, administrator: Staff, chat: Channel, fees: Category
    ) -> None:
        gone = make_channel()
        Channel.objects.filter(pk=gone.pk).update(active=False)
        assert put(administrator, fees, gone, False).status_code == 404
        client, body = (
            client_for(administrator),
            {"category_id": None, "channel_id": None, "is_answered": False},
        )
        assert client.put(f"{AT}/switches", body | {"category_id": 999999}).status_code == 404
        assert client.put(f"{AT}/switches", body | {"channel_id": 999999}).status_code == 404
        assert client.put(f"{AT}/switches", body | {"is_answered": "maybe"}).status_code == 422
        assert client.put(f"{AT}/switches", {"is_answered": False}).status_code == 422
        assert not AnswerSwitch.objects.exists()

    def test_the_matrix_costs_the_same_for_few_and_for_many(
        self, administrator: Staff, chat: Channel, fees: Category
    ) -> None:
        client, counts = client_for(administrator), []
        client.get(f"{AT}/switches")  # that somebody was here is noted once
        for number in range(12):
            beneath = Category.objects.create(name=f"分类 {number}", parent=fees)
            put(
                administrator,
                beneath,
                make_channel(name=f"邮箱 {number}", settings={"address": f"box{number}@shop.example"}),
                False,
            )
            if number in (0, 11):
                with CaptureQueriesContext(connection) as captured:
                    told = client.get(f"{AT}/switches").json()
                counts.append(len(captured))
        assert len(told["rows"]) == 14
        assert all(len(row["cells"]) == 14 for row in told["rows"])
        assert counts[0] == counts[1]

    def test_a_category_that_goes_takes_its_switches_along(
        self, administrator: Staff, chat: Channel, fees: Category
    ) -> None:
        put(administrator, fees, chat, False)
        fees.delete()
        assert not AnswerSwitch.objects.exists()


@pytest.mark.usefixtures("known")
class TestDecision:
    def decided(self, channel: Channel, category: Category | None, text: str = QUESTION) -> Decision:
        settings = AnswerSettings(channel=channel, mode="answer", threshold=0.7)
        asking = Asking(
            message_id=0, ticket_id=0, channel_id=channel.pk, channel_kind="chat", text=text, locale="zh-CN", region="",
            at=timezone.now(), is_signed_in=False, settings=settings,
        )  # fmt: skip
        around = Around(category_id=category.pk if category else None)
        return decision_on(text, asking, around, now=timezone.now())

    def test_a_category_may_be_left_to_people_on_one_channel_alone(
        self, chat: Channel, fees: Category, invoices: Category, administrator: Staff
    ) -> None:
        box, now = make_channel(), timezone.now()
        told: dict[str, Any] = {"by": administrator, "now": now}
        switch_answers(category_id=fees.pk, channel_id=box.pk, is_answered=False, **told)
        assert self.decided(chat, invoices).reason is None
        off = self.decided(box, invoices)
        assert off.reason == "category_off"
        assert off.switched_off is not None
        assert (off.switched_off.category_id, off.switched_off.by.category_id, off.switched_off.by.channel_id) == (
            invoices.pk, fees.pk, box.pk
        )  # fmt: skip
        switch_answers(category_id=invoices.pk, channel_id=None, is_answered=True, **told)
        assert self.decided(box, invoices).reason is None
        assert self.decided(box, fees).reason == "category_off"

    def test_a_channel_may_answer_some_categories_only(
        self, chat: Channel, fees: Category, administrator: Staff
    ) -> None:
        told: dict[str, Any] = {"by": administrator, "now": timezone.now()}
        switch_answers(category_id=None, channel_id=chat.pk, is_answered=False, **told)
        off = self.decided(chat, None)
        assert (off.reason, off.switched_off and off.switched_off.category_id) == ("category_off", None)
        switch_answers(category_id=fees.pk, channel_id=chat.pk, is_answered=True, **told)
        assert self.decided(chat, fees).reason is None
        assert self.decided(chat, None).reason == "category_off"

    def test_the_words_of_the_house_hold_all_the_same(
        self, chat: Channel, fees: Category, administrator: Staff
    ) -> None:
        Dialogue.objects.create(
            name="预约安装", keywords=["预约安装"], content=CONTENT, active=True, at=timezone.now()
        )
        switch_answers(
            category_id=None, channel_id=None, is_answered=False, by=administrator, now=timezone.now()
        )
        begun = self.decided(chat, fees, "预约安装")
        assert (begun.reason, begun.dialogue and begun.dialogue.name) == (None, "预约安装")


@pytest.mark.usefixtures("known")
class TestConversation:
    def test_the_record_says_which_category_and_whose_switch(
        self, chat: Channel, visitor: Browser, fees: Category, invoices: Category, administrator: Staff
    ) -> None:
        put(administrator, fees, chat, False)
        visitor.say("你好")
        work()
        Ticket.objects.update(category=invoices)
        visitor.say(QUESTION)
        work()
        assert "已经转给同事" in lines(visitor)[-1]["text"]
        answer = AutomaticAnswer.objects.latest("pk")
        assert (answer.state, answer.reason, answer.category_id) == ("left", "category_off", invoices.pk)
        assert (Holder.objects.get().who, Holder.objects.get().reason) == ("people", "category_off")
        payload = Event.objects.get(type="assist.left_to_people").payload
        assert (payload["category_id"], payload["switched_category_id"], payload["switched_channel_id"]) == (
            invoices.pk, fees.pk, chat.pk
        )  # fmt: skip
        figures = client_for(administrator).get(f"{AT}/figures?days=30").json()
        assert figures["left"] == {"category_off": 1}
        assert figures["switched_off"] == [{"category_id": invoices.pk, "path": "费用 / 发票", "count": 1}]

    def test_a_question_of_no_category_is_answered_while_only_categories_are_off(
        self, visitor: Browser, fees: Category, administrator: Staff
    ) -> None:
        put(administrator, fees, None, False)
        visitor.say(QUESTION)
        work()
        assert lines(visitor)[-1]["text"] == ANSWER

    def test_a_trial_says_whose_switch_it_is(
        self, chat: Channel, fees: Category, administrator: Staff
    ) -> None:
        put(administrator, None, chat, False)
        told = (
            client_for(administrator).post(f"{AT}/trials", {"text": QUESTION, "channel_id": chat.pk}).json()
        )
        assert (told["outcome"], told["reason"]) == ("left", "category_off")
        assert told["switched_off"] == {
            "category_id": None,
            "from_category_id": None,
            "from_channel_id": chat.pk,
        }
