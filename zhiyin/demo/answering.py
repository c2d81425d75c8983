"""The demo's chat answers simple questions by itself, with keywords, forms and switches as such a company would set them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhiyin.assist.answering.dialogues import Content
from zhiyin.assist.commands.answer_settings import AnswerChoices, change_answering, switch_answers
from zhiyin.assist.commands.dialogues import DialogueContent, save_dialogue
from zhiyin.assist.commands.keywords import KeywordContent, save_keyword_rule
from zhiyin.channels.models import Channel
from zhiyin.demo import company
from zhiyin.people.models import Staff
from zhiyin.tickets.models import Category

SURE_FROM = 0.75
LEFT_TO_PEOPLE = ("服务投诉", "质量投诉")  # wherever they come in
LEFT_IN_CHAT = "未到账"  # of refunds: somebody has to look into the account
_KEYWORDS = [
    KeywordContent(
        keywords=["营业时间", "客服时间", "几点下班", "opening hours"],
        text_zh="客服时间：周一至周五 8:30–12:00、13:00–21:30，周末 9:00–18:00（北京时间）。",
        text_en="We are here Monday to Friday 8:30–12:00 and 13:00–21:30, at weekends 9:00–18:00 (Beijing time).",
    ),
    KeywordContent(
        keywords=["会员群", "加入会员群"],
        text_zh="感谢关注！在小程序“我的 → 会员群”里扫码加入，每周三分享使用技巧。",
        frequency="once",
    ),
]
_WANT = [
    {"value": "refund", "zh": "退款", "en": "Refund"},
    {"value": "exchange", "zh": "换货", "en": "Exchange"},
]
_REASONS = [
    {"value": "broken", "zh": "质量问题", "en": "Broken"},
    {"value": "unwanted", "zh": "不想要了", "en": "Changed my mind"},
    {"value": "late", "zh": "发货太慢", "en": "Took too long"},
]
_ORDER = {
    "key": "order", "kind": "order", "field": "order_no",
    "prompt_zh": "请发一下订单号。", "prompt_en": "What is your order number?",
    "help_zh": "在“我的订单”里可以复制订单号，只发号码就行。",
    "help_en": "You can copy it from My orders; just the number will do.",
}  # fmt: skip


def _if(key: str, *values: str) -> list[dict[str, Any]]:
    return [{"key": key, "any_of": list(values)}]


_RETURN: list[dict[str, Any]] = [
    _ORDER,
    {"key": "want", "kind": "choice", "prompt_zh": "想退款还是换货？", "prompt_en": "Refund or exchange?", "options": _WANT},
    {
        "key": "reason", "kind": "choice", "field": "refund_reason", "options": _REASONS, "only_if": _if("want", "refund"),
        "prompt_zh": "退款的原因是？", "prompt_en": "What is the reason?",
    },
    {
        "key": "fault", "kind": "text", "only_if": _if("reason", "broken"),
        "prompt_zh": "出了什么问题？屏幕上有报错也请写上。", "prompt_en": "What is wrong with it? Any error it shows helps.",
    },
    {
        "key": "model", "kind": "text", "only_if": _if("want", "exchange"),
        "prompt_zh": "想换成哪个型号或颜色？", "prompt_en": "Which model or colour would you like instead?",
    },
    {
        "key": "pickup", "kind": "date", "when": "future", "field": "visit_on", "only_if": _if("want", "exchange"),
        "prompt_zh": "哪天方便上门取旧机？", "prompt_en": "On which day may we collect the old one?",
    },
]  # fmt: skip
_INSTALL: list[dict[str, Any]] = [
    _ORDER,
    {
        "key": "day", "kind": "date", "when": "future", "field": "visit_on",
        "prompt_zh": "希望哪天上门安装？", "prompt_en": "On which day should we come?",
    },
]  # fmt: skip


def answer_chats(*, by: Staff, now: datetime) -> None:
    """Switch answering on for the chat of the company's web site; mail is left to people, as it is everywhere at first."""
    chat = Channel.objects.get(key=company.CHAT)
    choices = AnswerChoices(
        mode="answer", threshold=SURE_FROM, most_answers=3, says_unsure=True, words_by_endpoint=False
    )
    change_answering(channel_id=chat.pk, choices=choices, by=by, now=now)
    for content in _KEYWORDS:
        save_keyword_rule(rule_id=None, content=content, by=by, now=now)
    for told in _forms():
        save_dialogue(dialogue_id=None, told=told, by=by, now=now)
    categories = {(one.parent_id is None, one.name): one.pk for one in Category.objects.all()}
    for name in LEFT_TO_PEOPLE:
        switch_answers(category_id=categories[True, name], channel_id=None, is_answered=False, by=by, now=now)
    beneath = categories[False, LEFT_IN_CHAT]
    switch_answers(category_id=beneath, channel_id=chat.pk, is_answered=False, by=by, now=now)


def _forms() -> list[DialogueContent]:
    of = dict(Category.objects.filter(parent=None).values_list("name", "pk"))
    returned = {
        "category_id": of["退货退款"],
        "text_zh": "已经登记，售后同事会核对后答复您。",
        "text_en": "That is noted; our after-sales colleagues check it and answer you here.",
    }
    booked = {
        "category_id": of["安装服务"],
        "text_zh": "已经登记，安装师傅会提前一天联系您。",
        "text_en": "That is noted; the engineer calls you the day before.",
    }
    return [
        DialogueContent(
            name="退换货登记",
            keywords=["申请退换货", "退换货申请", "return or exchange"],
            content=Content.model_validate({"slots": _RETURN, "ending": returned}),
            active=True,
        ),
        DialogueContent(
            name="预约安装",
            keywords=["预约安装", "安装预约", "book an installation"],
            content=Content.model_validate({"slots": _INSTALL, "ending": booked}),
            active=True,
        ),
    ]
