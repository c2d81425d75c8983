"""The demo's chat: keywords, a form that branches, and what is left to people there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.assist.models import AnswerSwitch, Dialogue, KeywordRule, Turn
from zhiyin.assist.tests.test_answering import lines, work
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.tests.world import Browser
from zhiyin.demo import company
from zhiyin.demo.making import make_demo
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Browser:
    make_demo(tickets=20, seed=1, now=timezone.now() - timedelta(minutes=1))
    chat = Channel.objects.get(key=company.CHAT)
    chat.settings["allowed_origins"] = ["https://shop.example"]  # where the browser of tests is
    chat.save(update_fields=["settings"])
    browser = Browser(chat)
    browser.come(locale="zh-CN")
    return browser


def says(visitor: Browser, text: str) -> str:
    visitor.say(text)
    work()
    return str(lines(visitor)[-1]["text"])


def test_the_demo_answers_by_keywords_and_asks_by_branches(visitor: Browser) -> None:
    assert (KeywordRule.objects.count(), Dialogue.objects.filter(active=True).count()) == (2, 2)
    assert AnswerSwitch.objects.filter(is_answered=False).count() == 3
    assert says(visitor, "营业时间？").startswith("客服时间：周一至周五")
    assert says(visitor, "我想申请退换货").startswith("请发一下订单号")
    assert says(visitor, "LT2026031234").startswith("想退款还是换货？")
    assert says(visitor, "换货") == "想换成哪个型号或颜色？"
    assert says(visitor, "白色") == "哪天方便上门取旧机？"
    assert says(visitor, "后天") == "已经登记，售后同事会核对后答复您。"
    ticket = Ticket.objects.latest("pk")
    assert ticket.fields["order_no"] == "LT2026031234"
    assert "visit_on" in ticket.fields
    assert "refund_reason" not in ticket.fields
    assert not Turn.objects.exists()


def test_the_other_branch_asks_for_the_fault(visitor: Browser) -> None:
    says(visitor, "我想申请退换货")
    says(visitor, "LT2026031234")
    assert says(visitor, "1").startswith("退款的原因是？")
    assert says(visitor, "质量问题").startswith("出了什么问题")
    says(visitor, "充不进电")
    assert Ticket.objects.latest("pk").fields["refund_reason"] == "broken"
