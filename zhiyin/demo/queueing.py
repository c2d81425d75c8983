"""Queues of the usual demo as on a busy morning: people at work with what they can, some of it taken, some waiting.

Done by the commands that people use, on tickets that are there; three visitors have just come, whom the demo's worker
takes in. Whoever of the demo counts as present has no desk open: they stay so until somebody says otherwise, and they
have as much as they can take, so that nothing is held out to somebody who isn't there.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.identity import Claim
from zhiyin.channels.providers.chat.talking import Said, write_as_visitor
from zhiyin.channels.providers.chat.visitors import start_session
from zhiyin.demo.company import CHAT, GROUPS, HOURS
from zhiyin.people.commands.skills import save_skill
from zhiyin.people.models import Group, Presence, Skill, Staff
from zhiyin.platform.calendars.models import Calendar
from zhiyin.routing.commands.entering import enter_queue
from zhiyin.routing.commands.seats import refresh_seats, take_seat
from zhiyin.routing.commands.settings import (
    QueueContent,
    RingContent,
    save_kind_rule,
    save_need,
    save_queue,
    set_limits,
)
from zhiyin.routing.models import Seat, WorkItem
from zhiyin.tickets.models import Ticket

_MINUTE = timedelta(minutes=1)
_SKILLS: dict[
    tuple[str, str, str], tuple[dict[str, int], dict[str, Any]]
] = {  # Chinese and English name, kind, who has it to which level, what asks for it
    ("英语", "English", "language"): (
        {"emma.fischer": 5, "daniel.weber": 5, "sophie.martin": 4, "lin.xiaomeng": 3, "luo.jiaxin": 2},
        {"languages": ["en"]},
    ),
    ("粤语", "Cantonese", "dialect"): ({"huang.lijuan": 5, "liu.huimin": 3}, {"languages": ["yue"]}),
    ("扫地机器人", "Robot vacuums", "product"): (
        {"he.zhiyuan": 5, "guo.tianyu": 4, "song.wenbo": 3, "luo.jiaxin": 2},
        {"fields": {"product": ["robot"]}},
    ),
}
_AVAILABLE = (95, 64, 118, 41, 77, 52)  # minutes, of those with the most open tickets
_OTHERS = [("busy", "回电", 6), ("break", "午饭", 12), ("training", "新品培训", 25), ("after_contact", "", 2)]
_VISITORS = [  # minutes ago, name, language, what they write
    (9, "", "zh-CN", "你好，扫地机器人一直报 E42，重启也没用，能帮我看一下吗？"),
    (5, "Olivia", "en", "Hello, my parcel shows delivered but nothing arrived."),
    (2, "", "zh-CN", "想问下昨天申请的退款什么时候到账？"),
]
_MOST = 13  # unassigned tickets that come into queues; a third of them is taken
_LEAST = 5  # tickets that somebody has


def set_queues(*, now: datetime) -> int:
    """Set queues up and put work into them; returns how many tickets wait, none where there are too few."""
    by = Staff.objects.filter(roles__code="administrator").order_by("pk").first()
    unassigned = Ticket.objects.at_hand().themselves().filter(status__in=["new", "open"], assignee=None)
    newest = list(unassigned.order_by("-last_message_at", "-pk")[:_MOST])
    if by is None or Ticket.objects.at_hand().exclude(assignee=None).count() < _LEAST:
        return 0
    _name_skills(by, now)
    _found_queues(by, now)
    present = _come(now)
    for ticket in Ticket.objects.at_hand().themselves().filter(assignee__in=present, status="open"):
        enter_queue(ticket_id=ticket.pk, now=now)
    left = len(newest) - len(newest) // 3
    for ticket in newest[left:]:
        enter_queue(ticket_id=ticket.pk, now=now - _MINUTE)
    _fill_up(by, now)
    for ticket in newest[:left]:
        enter_queue(ticket_id=ticket.pk, now=now)
    _visitors_write(now)
    return WorkItem.objects.waiting().count()


def _name_skills(by: Staff, now: datetime) -> None:
    people = {staff.email.partition("@")[0]: staff.pk for staff in Staff.objects.active()}
    for (zh, en, kind), (holders, condition) in _SKILLS.items():
        known = Skill.objects.filter(name_zh=zh).first()
        levels = {people[name]: level for name, level in holders.items() if name in people}
        skill = save_skill(
            skill_id=known.pk if known else None,
            name_zh=zh,
            name_en=en,
            kind=kind,
            levels=levels,
            by=by,
            now=now,
        )
        save_need(skill_id=skill.pk, condition=condition, level=2, by=by, now=now)


def _found_queues(by: Staff, now: datetime) -> None:
    groups = {key: Group.objects.get(name=plan.name).pk for key, plan in GROUPS.items()}
    hours = Calendar.objects.filter(name=HOURS["name"]).first()
    english = Skill.objects.get(name_zh="英语").pk
    save_kind_rule(
        kind="chat",
        values={"units": 3, "exclusive": False, "after_contact_seconds": 30, "quiet_minutes": 10},
        by=by,
        now=now,
    )
    mails = QueueContent(name="邮件与客户中心", position=3, dispatch="pull")
    overflow = save_queue(queue_id=None, content=mails, by=by, now=now)
    key_accounts = QueueContent(
        name="重要客户", position=1, condition={"tier_from": 2}, accept_seconds=45, preferred_seconds=120
    )
    save_queue(queue_id=None, content=key_accounts, by=by, now=now)
    chats = QueueContent(
        name="在线客服",
        position=2,
        condition={"kinds": ["chat"]},
        accepts_by_itself=True,
        calendar_id=hours.pk if hours else None,
        most_wait_minutes=30,
        overflow_id=overflow.pk,
        offers_call_back=True,
        call_back_minutes=5,
        closed_zh="现在是休息时间，你的位置已保留，上班后依次答复。",
        closed_en="We are closed right now. Your place is kept, and we answer in turn when we are back.",
        rings=[
            RingContent(group_ids=[groups[key] for key in ("presales", "orders", "aftersales", "global")]),
            RingContent(after_seconds=120, group_ids=[groups["tech"], groups["care"]]),
            RingContent(after_seconds=300, without=[english]),
        ],
    )
    save_queue(queue_id=None, content=chats, by=by, now=now)


def _come(now: datetime) -> list[int]:
    """People are there, each for a while; returns those who take work."""
    agents = Staff.objects.active().filter(roles__code="agent")
    has = dict(
        Ticket.objects.at_hand()
        .filter(assignee__in=agents, status="open")
        .values_list("assignee")
        .annotate(count=Count("pk"))
    )
    busiest = sorted(agents, key=lambda staff: (-has.get(staff.pk, 0), staff.pk))
    standing = [("available", "", minutes) for minutes in _AVAILABLE] + _OTHERS
    available = []
    for staff, (state, reason, minutes) in zip(busiest, standing, strict=False):
        since = now - minutes * _MINUTE
        Presence.objects.update_or_create(
            staff=staff, defaults={"state": state, "reason": reason, "since": since, "seen_at": now}
        )
        take_seat(staff_id=staff.pk, is_ready=state == "available", now=since)
        available += [staff.pk] if state == "available" else []
    refresh_seats(now=now)
    return available


def _fill_up(by: Staff, now: datetime) -> None:
    """What they have is as much as they take."""
    for seat in Seat.objects.filter(is_ready=True):
        load = Counter({kind: units for kind, units in seat.load.items() if units})
        limits = {kind: load[kind] for kind in seat.limits}
        set_limits(staff_id=seat.pk, limits=limits, by=by, now=now)


def _visitors_write(now: datetime) -> None:
    channel = Channel.objects.get(key=CHAT)
    for number, (minutes, name, locale, text) in enumerate(_VISITORS):
        at = now - minutes * _MINUTE
        here = start_session(
            channel=channel, token="", claim=Claim(name=name), page_url="", locale=locale, now=at
        )
        said = Said(client_id=f"demo-visitor-{number}", text=text)
        write_as_visitor(conversation_id=here.conversation.pk, said=said, now=at)
