"""What rules can do beside the actions of tickets: tell people, ask for a task, start a procedure, call a web-hook."""

from __future__ import annotations

from typing import Any

from zhiyin.automation.events import NoticeWanted, WebHookWanted
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.procedures.commands.handing import ask_by_rule
from zhiyin.procedures.commands.starting import start_case
from zhiyin.procedures.models import Definition
from zhiyin.sla.queries.recipients import recipients_of
from zhiyin.tickets.actions import Action, Doing, register
from zhiyin.tickets.declared_actions import ActionGone, BadAction, check_id, check_people
from zhiyin.tickets.models import Ticket

WHOM = ("assignee", "group", "lead", "followers")
LONGEST_TITLE = 200


def _check_notify(value: Any, by: Staff | None) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) - {"whom", "staff_ids"}:
        raise BadAction(zh="通知", en="notify")
    whom, staff_ids = value.get("whom") or "", value.get("staff_ids") or []
    if (whom and whom not in WHOM) or not (whom or staff_ids):
        raise BadAction(zh="通知", en="notify")
    return {"whom": whom, "staff_ids": check_people(staff_ids, by) if staff_ids else []}


def _notify(value: dict[str, Any], doing: Doing) -> None:
    ticket = Ticket.objects.get(pk=doing.ticket_id)
    staff_ids = recipients_of([{"act": "notify", **value}], ticket)
    if staff_ids:
        emit(NoticeWanted(ticket_id=ticket.pk, rule_id=_rule_of(doing), staff_ids=staff_ids, at=doing.now))


def _check_task(value: Any, by: Staff | None) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) - {"title", "group_id", "staff_id"}:
        raise BadAction(zh="任务", en="task")
    title = value.get("title")
    if not isinstance(title, str) or not title.strip() or len(title) > LONGEST_TITLE or "\0" in title:
        raise BadAction(zh="任务标题", en="task title")
    group = check_id("group / 小组", Group.objects.all, may_be_none=True)
    person = check_id("colleague / 同事", Staff.objects.active, may_be_none=True)
    return {
        "title": title.strip(),
        "group_id": group(value.get("group_id"), by),
        "staff_id": person(value.get("staff_id"), by),
    }


def _task(value: dict[str, Any], doing: Doing) -> None:
    ask_by_rule(ticket_id=doing.ticket_id, source=doing.key, now=doing.now, **value)


def _start(value: int, doing: Doing) -> None:
    start_case(ticket_id=doing.ticket_id, definition_id=value, by=None, now=doing.now)


def _check_web_hook(value: Any, _by: Staff | None) -> int:
    """Which there are is known above; one that is gone shows in its deliveries and among the findings."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ActionGone(what="web-hook / 网络钩子")
    return value


def _call(value: int, doing: Doing) -> None:
    emit(WebHookWanted(ticket_id=doing.ticket_id, rule_id=_rule_of(doing), webhook_id=value, at=doing.now))


def _rule_of(doing: Doing) -> int:
    """Keys of runs are rule:<id>:…"""
    return int(doing.key.split(":")[1])


register(
    Action("notify", "通知同事", "Tell people", _check_notify, perform=_notify, only_rules=True),
    Action("task", "发起任务", "Ask for a task", _check_task, perform=_task, only_rules=True),
    Action(
        "procedure",
        "启动流程",
        "Start a procedure",
        check_id("procedure / 流程", lambda: Definition.objects.filter(active=True)),
        perform=_start,
        only_rules=True,
    ),
    Action("web_hook", "调用网络钩子", "Call a web-hook", _check_web_hook, perform=_call, only_rules=True),
)
