"""Reasons that come of promises: a deadline draws near, is missed, or a policy wants somebody told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zhiyin.notifications.reasons import Reason, Words
from zhiyin.notifications.registry import declare
from zhiyin.people.models import Membership
from zhiyin.sla.events import (
    ClockBreached,
    ClockBreachWithdrawn,
    ClockFulfilled,
    ClockWarned,
    EscalationReached,
)
from zhiyin.tickets.events import TicketClosed, TicketResolved
from zhiyin.tickets.models import Ticket


def _whose(fact: Any, ticket: Ticket) -> Iterable[int | None]:
    """Whoever has the ticket, or else its group."""
    if ticket.assignee_id is not None or ticket.group_id is None:
        return [ticket.assignee_id]
    return Membership.objects.of_groups([ticket.group_id])


ESCALATED = declare(
    Reason(
        code="escalated",
        name=Words("承诺策略要我知道", "A service level policy wants me told"),
        facts=(EscalationReached,),
        hears=lambda fact, ticket: fact.staff_ids,
        one=Words("这张工单的时限升级到你", "The time promised on this ticket was escalated to you"),
        more=Words(
            "这张工单的时限升级到你（{count} 次）", "This ticket was escalated to you ({count} times)"
        ),
        mass=Words("{count} 张工单的时限升级到你", "{count} tickets were escalated to you"),
        ways=("app", "mail", "push"),
        urgency="high",
        moot_after=(TicketResolved, TicketClosed),
    )
)
DEADLINE_MISSED = declare(
    Reason(
        code="deadline_missed",
        name=Words("我的工单超过了时限", "A ticket of mine missed a deadline"),
        facts=(ClockBreached,),
        hears=_whose,
        one=Words("这张工单超过了承诺的时限", "This ticket missed a deadline"),
        more=Words("这张工单超过了 {count} 个时限", "This ticket missed {count} deadlines"),
        mass=Words("{count} 张工单超过了承诺的时限", "{count} tickets missed a deadline"),
        ways=("app", "push"),
        urgency="high",
        covered_by=("escalated",),
        moot_after=(ClockBreachWithdrawn, TicketResolved, TicketClosed),
    )
)
DEADLINE_KEPT_AFTER_ALL = declare(
    Reason(
        code="deadline_kept_after_all",
        name=Words("误报的超时已撤回", "A missed deadline was withdrawn"),
        facts=(ClockBreachWithdrawn,),
        hears=_whose,
        one=Words("刚才的超时已撤回：没有超过时限", "The missed deadline was withdrawn: it was in time"),
        more=Words(
            "{count} 次超时已撤回：没有超过时限", "{count} missed deadlines were withdrawn: they were in time"
        ),
        mass=Words("{count} 张工单的超时已撤回", "Missed deadlines of {count} tickets were withdrawn"),
        ways=("app",),
        moot_after=(TicketResolved, TicketClosed),
    )
)
DEADLINE_NEAR = declare(
    Reason(
        code="deadline_near",
        name=Words("我的工单快到时限", "A deadline of a ticket of mine draws near"),
        facts=(ClockWarned,),
        hears=_whose,
        one=Words("这张工单快到时限了", "A deadline of this ticket draws near"),
        more=Words("这张工单有 {count} 个时限快到了", "{count} deadlines of this ticket draw near"),
        mass=Words("{count} 张工单快到时限了", "Deadlines of {count} tickets draw near"),
        ways=("app", "push"),
        covered_by=("escalated",),
        moot_after=(ClockFulfilled, TicketResolved, TicketClosed),
    )
)
