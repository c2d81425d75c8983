"""Procedures under way in the demo's company: complaints, a task force, refunds, each somewhere on its way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from zhiyin.people.models import Skill, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.ledger.models import Effect
from zhiyin.procedures.commands.handing import Request, ask_for, hand_on, hand_up
from zhiyin.procedures.commands.starting import start_case
from zhiyin.procedures.commands.working import Settlement, settle_task, tick_check
from zhiyin.procedures.models import Case, Definition, Task
from zhiyin.tickets.models import Ticket

SKILLED = {
    "技术支持": 3,
    "研发": 2,
    "产品": 1,
    "物流": 2,
}  # how many have each, from the group that is nearest
NEAR = {"技术支持": "技术支持组", "研发": "技术支持组", "产品": "售后服务组", "物流": "订单物流组"}


@dataclass(frozen=True)
class Told:
    """One settled step: its outcome and what was filled in."""

    outcome: str
    values: dict[str, Any] = field(default_factory=dict)
    note: str = ""


RECEIVED = Told("accepted", {"severity": "important", "area": "hardware", "complaint": "要求更换新机并补偿"})
DIAGNOSED = Told(
    "known", {"model": "鹿汀 R7", "symptom": "error", "error_code": "E42", "tried": "重启、恢复出厂"}
)
STORIES: list[tuple[str, list[Told], bool]] = [  # procedure, steps that are behind it, whether it went up
    ("complex_complaint", [], False),
    ("complex_complaint", [RECEIVED], True),
    (
        "complex_complaint",
        [RECEIVED, DIAGNOSED, Told("offered", {"solution": "换新机，旧机上门取回"})],
        False,
    ),
    ("vip_task_force", [], False),
    ("refund", [], False),
    ("key_account_delay", [], False),
]


ASKED = [  # of the collaborator: title, what it is about, hours until it is due
    (
        "核对这台设备的固件版本",
        "客户反复报错 E42，请确认该批次固件是否已知有问题，并写一句可以转告客户的话。",
        6,
    ),
    ("确认退换件库存", "客户接受换新，请确认同型号库存和最早发出时间。", 24),
]


def lead_on(*, by: Staff, now: datetime) -> None:
    """Give people their skills and start the stories on open tickets; what would have been told stays untold."""
    told_before = set(PendingEvent.objects.values_list("pk", flat=True))
    _give_skills()
    open_ones = (
        Ticket.objects.themselves().filter(status="open", assignee__isnull=False).order_by("-last_message_at")
    )
    for ticket, (key, behind, is_up) in zip(open_ones[: len(STORIES)], STORIES, strict=False):
        began = max(ticket.created_at, now - timedelta(hours=20))
        case = start_case(
            ticket_id=ticket.pk, definition_id=Definition.objects.get(key=key).pk, by=by, now=began
        )
        for number, told in enumerate(behind, start=1):
            _settle(case, told, ticket.assignee or by, began + timedelta(minutes=25 * number))
        if is_up:
            task = _present(case)
            hand_up(
                task_id=task.pk, note="已重启两次，E42 依旧，请看日志。", by=by, now=now - timedelta(hours=1)
            )
    _ask_other_departments(open_ones[: len(STORIES)], by, now)
    PendingEvent.objects.exclude(pk__in=told_before).delete()
    Effect.objects.filter(kind="procedures.call").delete()


def _ask_other_departments(tickets: Iterable[Ticket], by: Staff, now: datetime) -> None:
    """Colleagues who see tasks only have some: one that is a team's, and what they were asked for by name."""
    helper = Staff.objects.active().filter(roles__code="collaborator").order_by("pk").first()
    if helper is None:
        return
    task = Task.objects.open().filter(kind=Task.Kind.BESIDE, key="engineering").first()
    if task is not None:
        hand_on(task_id=task.pk, to_staff_id=helper.pk, to_group_id=None, note="请先看日志。", by=by, now=now)
    for ticket, (title, about, hours) in zip(tickets, ASKED, strict=False):
        asked = Request(
            title=title,
            about=about,
            assignee_id=helper.pk,
            due_at=now + timedelta(hours=hours),
            shows=["customer", "conversation"],
        )
        ask_for(ticket_id=ticket.pk, request=asked, by=by, now=now)


def _settle(case: Case, told: Told, by: Staff, at: datetime) -> None:
    task = _present(case)
    for number in range(len(task.checks)):
        tick_check(task_id=task.pk, number=number, done=True, by=by, now=at)
    settle_task(
        task_id=task.pk,
        how=Settlement(outcome=told.outcome, values=told.values, note=told.note),
        by=by,
        now=at,
    )


def _present(case: Case) -> Task:
    return Task.objects.open().get(case=case, kind=Task.Kind.STEP)


def _give_skills() -> None:
    for name, many in SKILLED.items():
        people = Staff.objects.active().filter(groups__name=NEAR[name]).order_by("pk")
        Skill.objects.get(name_zh=name).holders.add(*people[:many])
