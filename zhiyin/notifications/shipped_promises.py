"""Reasons around approvals, compensation and promises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zhiyin.notifications.reasons import Reason, Words
from zhiyin.notifications.registry import declare
from zhiyin.procedures.events_approvals import ApprovalDecided, ApprovalWaits
from zhiyin.procedures.events_compensation import CompensationFailed
from zhiyin.procedures.events_incidents import IncidentOverForTicket
from zhiyin.procedures.events_promises import (
    CustomerUnreached,
    PromiseEscalated,
    PromiseHandedOver,
    PromiseKept,
    PromiseMissed,
    PromiseNear,
    PromiseReplanned,
    PromiseWithdrawn,
    UpdateProposed,
)
from zhiyin.tickets.models import Ticket


def _owner(fact: Any, ticket: Ticket) -> Iterable[int | None]:
    """Whoever keeps the promise; of an update whoever has the ticket."""
    return [fact.owner_id or ticket.assignee_id]


def _owner_and_assignee(fact: Any, ticket: Ticket) -> Iterable[int | None]:
    return [fact.owner_id, ticket.assignee_id]


APPROVAL_WAITS = declare(
    Reason(
        code="approval_waits",
        name=Words("有审批等我处理", "An approval waits for me"),
        facts=(ApprovalWaits,),
        hears=lambda fact, ticket: fact.people,
        one=Words("{who} 的申请等你审批", "{who} asks for your approval"),
        more=Words("这张工单有 {count} 次审批等你处理", "{count} approvals on this ticket wait for you"),
        mass=Words("{count} 张工单有审批等你处理", "Approvals on {count} tickets wait for you"),
        ways=("app", "push"),  # a mail with a link of its own goes out in any case
        urgency="high",
        pierces_mute=True,
        moot_after=(ApprovalDecided,),
    )
)
APPROVAL_DECIDED = declare(
    Reason(
        code="approval_decided",
        name=Words("我申请的审批有结果", "What I asked approval for is decided"),
        facts=(ApprovalDecided,),
        hears=lambda fact, ticket: [fact.asked_by_id],
        one=Words("你申请的审批有结果了", "What you asked approval for is decided"),
        more=Words("你申请的 {count} 次审批有结果了", "{count} approvals you asked for are decided"),
        mass=Words(
            "你在 {count} 张工单上申请的审批有结果了",
            "Approvals you asked for on {count} tickets are decided",
        ),
        ways=("app", "push"),
        urgency="high",
    )
)
COMPENSATION_FAILED = declare(
    Reason(
        code="compensation_failed",
        name=Words("我给的补偿未能办理", "Compensation I gave could not be carried out"),
        facts=(CompensationFailed,),
        hears=lambda fact, ticket: [fact.given_by_id, ticket.assignee_id],
        one=Words("补偿未能办理，请查看原因", "Compensation could not be carried out; see why"),
        more=Words("{count} 项补偿未能办理", "{count} compensations could not be carried out"),
        mass=Words(
            "{count} 张工单的补偿未能办理", "Compensation on {count} tickets could not be carried out"
        ),
        ways=("app", "mail"),
        urgency="high",
    )
)
PROMISE_MISSED = declare(
    Reason(
        code="promise_missed",
        name=Words("我对客户的承诺逾期", "A promise of mine is missed"),
        facts=(PromiseMissed,),
        hears=_owner_and_assignee,
        one=Words("对客户的承诺已逾期", "A promise to the customer is missed"),
        more=Words("对客户的 {count} 项承诺已逾期", "{count} promises to the customer are missed"),
        mass=Words("{count} 张工单上的承诺已逾期", "Promises on {count} tickets are missed"),
        ways=("app", "push", "mail"),
        urgency="high",
        pierces_mute=True,
        moot_after=(PromiseKept, PromiseReplanned, PromiseWithdrawn),
    )
)
PROMISE_ESCALATED = declare(
    Reason(
        code="promise_escalated",
        name=Words("团队对客户的承诺逾期未处理", "A missed promise of my people is still open"),
        facts=(PromiseEscalated,),
        hears=lambda fact, ticket: fact.people,
        one=Words("一项逾期的承诺仍未处理", "A missed promise is still open"),
        more=Words("{count} 项逾期的承诺仍未处理", "{count} missed promises are still open"),
        mass=Words("{count} 张工单上逾期的承诺仍未处理", "Missed promises on {count} tickets are still open"),
        ways=("app", "push", "mail"),
        urgency="high",
        pierces_mute=True,
        moot_after=(PromiseKept, PromiseReplanned, PromiseWithdrawn),
    )
)
PROMISE_NEAR = declare(
    Reason(
        code="promise_near",
        name=Words("我对客户的承诺快到期", "A promise of mine is nearly due"),
        facts=(PromiseNear,),
        hears=_owner,
        one=Words("对客户的承诺快到期了", "A promise to the customer is nearly due"),
        more=Words("对客户的 {count} 项承诺快到期了", "{count} promises to the customer are nearly due"),
        mass=Words("{count} 张工单上的承诺快到期了", "Promises on {count} tickets are nearly due"),
        ways=("app", "push"),
        moot_after=(PromiseKept, PromiseReplanned, PromiseWithdrawn),
    )
)
PROMISE_HANDED_OVER = declare(
    Reason(
        code="promise_handed_over",
        name=Words("同事把承诺交给我兑现", "A colleague hands a promise to me"),
        facts=(PromiseHandedOver,),
        hears=lambda fact, ticket: [fact.to_id],
        one=Words("{who} 把一项承诺交给你兑现", "{who} asks you to keep a promise"),
        more=Words("{who} 把 {count} 项承诺交给你兑现", "{who} asks you to keep {count} promises"),
        mass=Words(
            "{who} 把 {count} 张工单上的承诺交给你", "{who} asks you to keep promises on {count} tickets"
        ),
        ways=("app", "mail"),
    )
)
CUSTOMER_UNREACHED = declare(
    Reason(
        code="customer_unreached",
        name=Words("我的回访没有联系上客户", "A call-back of mine reached nobody"),
        facts=(CustomerUnreached,),
        hears=_owner_and_assignee,
        one=Words("回访多次未接通，已停止拨打", "The customer was called in vain; the call-back is given up"),
        more=Words("{count} 次回访未联系上客户", "{count} call-backs reached nobody"),
        mass=Words("{count} 张工单的回访未联系上客户", "Call-backs on {count} tickets reached nobody"),
    )
)
UPDATE_PROPOSED = declare(
    Reason(
        code="update_proposed",
        name=Words("该向客户说明进展，草稿已备好", "A draft of an update is ready for me"),
        facts=(UpdateProposed,),
        hears=lambda fact, ticket: [fact.staff_id],
        one=Words("该向客户说明进展了，草稿已备好", "The customer is due an update; a draft is ready"),
        more=Words("该向客户说明进展了，草稿已备好", "The customer is due an update; a draft is ready"),
        mass=Words(
            "{count} 张工单该说明进展了，草稿已备好", "{count} tickets are due an update; drafts are ready"
        ),
        covered_by=("promise_near",),
        moot_after=(PromiseKept, PromiseWithdrawn),
    )
)
INCIDENT_OVER = declare(
    Reason(
        code="incident_over",
        name=Words("我的工单等待的事件已恢复", "An incident that a ticket of mine waits for is over"),
        facts=(IncidentOverForTicket,),
        hears=lambda fact, ticket: [ticket.assignee_id],
        one=Words("等待的事件已恢复，工单回到队首", "The incident is over; this ticket is back in front"),
        more=Words("等待的事件已恢复，工单回到队首", "The incident is over; this ticket is back in front"),
        mass=Words(
            "事件已恢复，你有 {count} 张工单回到队首",
            "The incident is over; {count} tickets of yours are back",
        ),
        ways=("app", "push"),
    )
)
