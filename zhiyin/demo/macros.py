"""Prepared answers of the demo's company: macros and scripts to start from, and two drafts that somebody left."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from zhiyin.demo import company
from zhiyin.people.models import Group, Staff
from zhiyin.tickets.models import Category, Draft, DraftEdit, Macro, Ticket
from zhiyin.tickets.sounding import sounds_of


@dataclass(frozen=True, kw_only=True)
class Prepared:
    name: str
    text: str
    folder: str = ""
    situation: str = ""
    mood: str = ""
    region: str = ""
    language: str = "zh"
    group: str = ""  # plan name; none: everyone
    tags: tuple[str, ...] = ()
    actions: dict[str, Any] = field(default_factory=dict)
    category: str = ""
    used: int = 0


SCRIPTS = [
    Prepared(
        name="问候",
        folder="开头",
        situation="首次回复",
        text="{{customer.name}}您好，我是{{company.name}}的{{agent.name}}，很高兴为您服务。",
        used=412,
    ),
    Prepared(
        name="抱歉久等",
        folder="开头",
        situation="首次回复",
        mood="着急",
        text="{{customer.name}}您好，让您久等了，非常抱歉。您的工单 {{ticket.number}} 我已经接手，马上为您查看。",
        used=287,
    ),
    Prepared(
        name="安抚：理解您的心情",
        folder="安抚",
        situation="投诉",
        mood="生气",
        text="非常理解您现在的心情，换作是我也会着急。请给我一点时间核实，今天之内一定给您明确的答复。",
        used=143,
    ),
    Prepared(
        name="安抚：感谢反馈",
        folder="安抚",
        situation="建议",
        mood="平静",
        text="谢谢您愿意告诉我们这些，我已经转给产品同事，有进展会第一时间回复您。",
        used=88,
    ),
    Prepared(
        name="请提供订单号与照片",
        folder="核实",
        situation="质量问题",
        text="为了尽快处理，请您发一下订单号，以及问题部位和机身铭牌的照片，我收到后立即为您登记。",
        used=231,
    ),
    Prepared(
        name="请提供故障视频",
        folder="核实",
        situation="故障",
        text="方便的话，请录一段十秒左右的视频，拍到指示灯和异响，技术同事看过就能判断是否需要上门。",
        used=96,
    ),
    Prepared(
        name="顺祝结束语",
        folder="结尾",
        text="如果还有其他问题，直接回复这封邮件即可。祝您生活愉快！\n{{company.name}} {{agent.name}}",
        used=350,
    ),
    Prepared(
        name="偏远地区时效",
        folder="物流",
        situation="催单",
        region="新疆、西藏",
        text="您所在的地区一般需要 7 到 10 天送达，物流信息更新会慢一两天，请您放心，包裹在路上。",
        used=41,
    ),
    Prepared(
        name="Greeting",
        folder="Opening",
        language="en",
        situation="First reply",
        text="Hello {{customer.name}},\n\nThank you for writing to {{company.name}}. I'm {{agent.name}} and will look after it.",
        used=120,
    ),
    Prepared(
        name="Sorry for the wait",
        folder="Opening",
        language="en",
        mood="impatient",
        text="Hello {{customer.name}}, I'm sorry you had to wait. I have your case {{ticket.number}} in front of me now.",
        used=75,
    ),
    Prepared(
        name="Please send photos",
        folder="Checking",
        language="en",
        situation="Defect",
        text="Could you send us your order number, and a photo of the part and of the type plate? We'll register it at once.",
        used=54,
    ),
]
MACROS = [
    Prepared(
        name="退款到账时间",
        folder="售后/退款",
        situation="退款",
        text="{{customer.name}}您好，退款已于今天提交，原路退回，一般 1 到 3 个工作日到账。请以银行入账为准。",
        tags=("退款",),
        category="退货退款",
        actions={"status": "pending"},
        used=198,
    ),
    Prepared(
        name="同意退货",
        folder="售后/退货",
        situation="退货",
        group="aftersales",
        text="{{customer.name}}您好，您的退货申请已通过。请将商品连同附件寄回，运费我们承担，寄出后把单号回复给我即可。",
        tags=("退货",),
        category="退货退款",
        actions={"status": "pending", "assignee": "me"},
        used=121,
    ),
    Prepared(
        name="安排上门维修",
        folder="售后/维修",
        situation="维修",
        group="tech",
        text="{{customer.name}}您好，维修师傅会在 24 小时内与您电话预约上门时间，请保持电话畅通。",
        category="维修服务",
        actions={"status": "on_hold", "priority": 3},
        used=67,
    ),
    Prepared(
        name="转给技术支持",
        folder="内部",
        text="",
        actions={"note": "已完成基础排查，请技术支持继续。客户：{{customer.name}}"},
        tags=("已排查",),
        used=58,
    ),
    Prepared(
        name="升级投诉",
        folder="内部",
        situation="投诉",
        mood="生气",
        text="",
        actions={"priority": 4},
        tags=("升级",),
        category="服务投诉",
        used=23,
    ),
    Prepared(
        name="电子发票已开",
        folder="订单/发票",
        situation="发票",
        group="orders",
        text="{{customer.name}}您好，电子发票已发送到 {{customer.email}}，抬头如需修改，请在三天内回复。",
        category="发票问题",
        actions={"status": "solved"},
        used=109,
    ),
    Prepared(
        name="Refund sent",
        folder="Refunds",
        language="en",
        situation="Refund",
        text="Hello {{customer.name}},\n\nYour refund was sent today and arrives within 3 working days, the way you paid.",
        tags=("refund",),
        actions={"status": "pending"},
        used=47,
    ),
]


def prepare_answers(*, now: datetime) -> None:
    """Make what is missing of the company's prepared answers."""
    author = Staff.objects.get(email=f"lu.yaqin@{company.DOMAIN}")
    groups = {key: Group.objects.get(name=plan.name) for key, plan in company.GROUPS.items()}
    categories = dict(Category.objects.values_list("name", "pk"))
    known = set(Macro.objects.values_list("name", flat=True))
    made = [("script", one) for one in SCRIPTS] + [("macro", one) for one in MACROS]
    Macro.objects.bulk_create(
        Macro(
            kind=kind,
            name=one.name,
            folder=one.folder,
            situation=one.situation,
            mood=one.mood,
            region=one.region,
            languages=[one.language],
            visibility="group" if one.group else "everyone",
            owner=author,
            group=groups.get(one.group),
            text=one.text,
            actions=_actions(one, categories) if kind == "macro" else {},
            sounds=sounds_of(one.name),
            used_count=one.used,
            created_at=now,
            updated_at=now,
            updated_by=author,
        )
        for kind, one in made
        if one.name not in known
    )


def leave_drafts(*, now: datetime) -> None:
    """Somebody shared a draft and somebody left one: on the two tickets that wait longest and have an assignee."""
    waiting = Ticket.objects.active().filter(waiting_since__isnull=False, assignee__isnull=False)
    for number, ticket in enumerate(waiting.order_by("waiting_since", "pk")[:2]):
        if Draft.objects.filter(ticket=ticket).exists():
            continue
        assert ticket.assignee is not None
        left = now - timedelta(minutes=25 * (number + 1))
        text = "您好，已经向仓库核实，今天会给您补发。补发的单号是："
        draft = Draft.objects.create(
            ticket=ticket,
            staff=ticket.assignee,
            text=text,
            updated_at=left,
            shared_at=None if number else left,
        )
        if draft.is_shared:
            DraftEdit.objects.create(draft=draft, staff=ticket.assignee, began_at=left, at=left, text=text)


def _actions(one: Prepared, categories: dict[str, int]) -> dict[str, Any]:
    actions = dict(one.actions)
    if one.category:
        actions["category_id"] = categories[one.category]
    if one.tags:
        actions["tags_add"] = list(one.tags)
    return actions
