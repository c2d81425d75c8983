"""Reasons that come of rules: one wants somebody told, or one of one's own was switched off."""

from __future__ import annotations

from zhiyin.automation.events import NoticeWanted, RuleSwitchedOff
from zhiyin.notifications.reasons import Reason, Words
from zhiyin.notifications.registry import declare
from zhiyin.tickets.events import TicketClosed, TicketResolved

RULE_NOTICE = declare(
    Reason(
        code="rule_notice",
        name=Words("自动化规则要我知道", "A rule wants me told"),
        facts=(NoticeWanted,),
        hears=lambda fact, ticket: fact.staff_ids,
        one=Words("自动化规则请你看这张工单", "A rule asks you to look at this ticket"),
        more=Words(
            "自动化规则请你看这张工单（{count} 次）", "Rules ask you to look at this ticket ({count} times)"
        ),
        mass=Words("自动化规则请你看 {count} 张工单", "Rules ask you to look at {count} tickets"),
        ways=("app", "push"),
        moot_after=(TicketResolved, TicketClosed),
    )
)
RULE_SWITCHED_OFF = declare(
    Reason(
        code="rule_switched_off",
        name=Words("我的自动化规则因连续失败被停用", "A rule of mine was switched off after failures"),
        facts=(RuleSwitchedOff,),
        hears=lambda fact, ticket: [fact.owner_id],
        one=Words(
            "你的一条自动化规则连续失败，已停用；请看它的运行记录",
            "A rule of yours failed again and again and is off; see its log",
        ),
        more=Words(
            "你的 {count} 条自动化规则连续失败，已停用",
            "{count} rules of yours failed again and again and are off",
        ),
        mass=Words(
            "你的 {count} 条自动化规则连续失败，已停用",
            "{count} rules of yours failed again and again and are off",
        ),
        ways=("app", "mail"),
        urgency="high",
    )
)
