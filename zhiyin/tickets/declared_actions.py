"""The actions of tickets themselves; see actions.py for what an action is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from zhiyin.people.models import Group, Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.actions import Action, Changes, Check, Doing, register
from zhiyin.tickets.commands.answering import write_note
from zhiyin.tickets.commands.checking import put_steps_once, tick_steps_named
from zhiyin.tickets.commands.filling import fit_changes
from zhiyin.tickets.commands.following import add_followers
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.commands.snoozing import snooze_ticket
from zhiyin.tickets.commands.telling import tell_customer
from zhiyin.tickets.commands.wording import judge_words, refuse_banned_words
from zhiyin.tickets.fields.kinds import Unfit, fit_value, span_of
from zhiyin.tickets.models import Category, ChecklistTemplate, CustomStatus, Ticket, TicketType
from zhiyin.tickets.placeholders import fill, refuse_unfilled, values_for

STATUSES = ("open", "pending", "on_hold", "solved", "closed")
LONGEST_WORDS = 20_000
MOST_PEOPLE = 50
MOST_STEPS, LONGEST_STEP = 50, 500
LONGEST_REGION = 100


class ActionGone(DomainError):
    code = "tickets.action_gone"
    status = 422
    messages = {
        "zh": "动作里的{what}已不存在或已停用，请重新选择。",
        "en": "The {what} that this sets does not exist or is out of use; choose another.",
    }


class BadAction(DomainError):
    code = "tickets.bad_action"
    status = 422
    messages = {
        "zh": "动作“{zh}”的内容不对，请重新填写。",
        "en": "The action {en} does not work as it is; fill it in again.",
    }


class NotTold(DomainError):
    code = "tickets.not_told"
    status = 409
    messages = {
        "zh": "没有给客户发消息：没有可用的渠道，或对方可能是自动程序。",
        "en": "The customer was not written to: there is no way to them, or a machine might answer.",
    }


def check_words(value: Any, _by: Staff | None) -> str:
    """Some words, not endless. Raises BadAction."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_WORDS or "\0" in value:
        raise BadAction(zh="文字", en="text")
    return value


def _check_message(value: Any, by: Staff | None) -> str:
    """Raises BadAction, BannedInPrepared."""
    text = check_words(value, by)
    refuse_banned_words(text)
    return text


def check_people(value: Any, _by: Staff | None) -> list[int]:
    """Colleagues by number, all still here. Raises BadAction, ActionGone."""
    if not isinstance(value, list) or not value or len(value) > MOST_PEOPLE or not all(map(_is_id, value)):
        raise BadAction(zh="同事", en="people")
    ids = sorted(set(value))
    if Staff.objects.active().filter(pk__in=ids).count() != len(ids):
        raise ActionGone(what="colleague / 同事")
    return ids


def check_id(what: str, rows: Callable[[], QuerySet[Any]], *, may_be_none: bool = False) -> Check:
    """A number of one of the rows. Raises BadAction, ActionGone."""

    def check(value: Any, _by: Staff | None) -> int | None:
        if value is None and may_be_none:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadAction(zh=what.rsplit(" / ", maxsplit=1)[-1], en=what.split(" / ", maxsplit=1)[0])
        if not _is_id(value) or not rows().filter(pk=value).exists():
            raise ActionGone(what=what)
        return int(value)

    return check


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _one_of(known: tuple[Any, ...], zh: str, en: str) -> Check:
    def check(value: Any, _by: Staff | None) -> Any:
        if isinstance(value, bool) or value not in known:
            raise BadAction(zh=zh, en=en)
        return value

    return check


def _check_assignee(value: Any, by: Staff | None) -> Any:
    if value == "nobody" or (value == "me" and by is not None):
        return value
    return check_id("assignee / 负责人", Staff.objects.active)(value, by)


def _check_tags(value: Any, _by: Staff | None) -> list[str]:
    if not isinstance(value, list) or len(value) > 50 or not all(isinstance(one, str) for one in value):
        raise BadAction(zh="标签", en="tags")
    return value


def _check_fields(value: Any, by: Staff | None) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadAction(zh="字段", en="fields")
    return fit_changes(value, by=by)


def _check_snooze(value: Any, _by: Staff | None) -> dict[str, Any]:
    try:
        found: dict[str, Any] = fit_value("span", value, (), named=())
    except (Unfit, KeyError, TypeError) as unfit:
        raise BadAction(zh="稍后处理", en="snooze") from unfit
    return found


def _check_region(value: Any, _by: Staff | None) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_REGION or "\0" in value:
        raise BadAction(zh="地区", en="region")
    return value.strip()


def _check_checklist(value: Any, by: Staff | None) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) - {"template_id", "steps"}:
        raise BadAction(zh="清单", en="checklist")
    template_id = check_id(
        "checklist / 清单模板", lambda: ChecklistTemplate.objects.filter(active=True), may_be_none=True
    )(value.get("template_id"), by)
    steps = check_steps(value["steps"], by) if value.get("steps") else []
    if template_id is None and not steps:
        raise BadAction(zh="清单", en="checklist")
    return {"template_id": template_id, "steps": steps}


def check_steps(value: Any, _by: Staff | None) -> list[str]:
    """Steps by their words. Raises BadAction."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST_STEPS:
        raise BadAction(zh="清单步骤", en="checklist")
    if not all(isinstance(one, str) and one.strip() and len(one) <= LONGEST_STEP for one in value):
        raise BadAction(zh="清单步骤", en="checklist")
    if any("\0" in one for one in value):
        raise BadAction(zh="清单步骤", en="checklist")
    return list(dict.fromkeys(one.strip() for one in value))


def _set(name: str) -> Changes:
    def changes(value: Any, ticket: Ticket, _by: Staff | None) -> dict[str, Any]:
        return {name: value} if getattr(ticket, name) != value else {}

    return changes


def _more_urgent(_value: Any, ticket: Ticket, _by: Staff | None) -> dict[str, Any]:
    is_top = ticket.priority >= Ticket.Priority.URGENT or not ticket.is_active
    return {} if is_top else {"priority": ticket.priority + 1}


def _fields(value: dict[str, Any], ticket: Ticket, _by: Staff | None) -> dict[str, Any]:
    fresh = {key: one for key, one in value.items() if ticket.fields.get(key) != one}
    return {"fields": fresh} if fresh else {}


def _assignee(value: Any, ticket: Ticket, by: Staff | None) -> dict[str, Any]:
    to = {"me": by.pk if by is not None else None, "nobody": None}.get(value, value)
    return {"assignee_id": to} if to != ticket.assignee_id else {}


def _no_tags(_value: Any, _ticket: Ticket, _by: Staff | None) -> dict[str, Any]:
    """Both lists of tags make one value: see commands/macro_actions.changes_of."""
    return {}


def _note(value: str, doing: Doing) -> None:
    ticket = lock_for("tickets.edit", ticket_id=doing.ticket_id, by=doing.by)
    write_note(
        ticket_id=ticket.pk,
        text=fill(value, values_for(ticket, by=doing.by, now=doing.now)).text,
        file_ids=[],
        mentions=[],
        idempotency_key=f"{doing.key}:note",
        by=doing.by,
        now=doing.now,
    )


def _message(value: str, doing: Doing) -> None:
    """By the same guards as all that nobody writes: never to a machine, and not many to one address."""
    ticket = lock_for("tickets.edit", ticket_id=doing.ticket_id, by=doing.by)
    last = (
        ticket.messages.filter(kind="inbound")
        .order_by("-at", "-pk")
        .values_list("inbound__automatic", flat=True)
    )
    if last.first():
        raise NotTold
    text = fill(value, values_for(ticket, by=doing.by, now=doing.now)).text
    refuse_unfilled(text)
    judge_words(text, ticket, despite=True)  # refused with its words rather than left unsaid
    told = tell_customer(
        ticket_id=ticket.pk, text=text, key=f"{doing.key}:message", by=doing.by, now=doing.now
    )
    if told is None:
        raise NotTold


def _follow(value: list[int], doing: Doing) -> None:
    ticket = lock_for("tickets.edit", ticket_id=doing.ticket_id, by=doing.by)
    staff_ids = Staff.objects.active().filter(pk__in=value).order_by("pk").values_list("pk", flat=True)
    add_followers(ticket, list(staff_ids), by=doing.by, now=doing.now)


def _snooze(value: dict[str, Any], doing: Doing) -> None:
    until = doing.now + max(span_of(value), timedelta(minutes=1))
    snooze_ticket(ticket_id=doing.ticket_id, until=until, by=doing.by, now=doing.now)


def _checklist(value: dict[str, Any], doing: Doing) -> None:
    put_steps_once(
        ticket_id=doing.ticket_id,
        template_id=value["template_id"],
        texts=value["steps"],
        by=doing.by,
        now=doing.now,
    )


def _steps_done(value: list[str], doing: Doing) -> None:
    tick_steps_named(ticket_id=doing.ticket_id, texts=value, by=doing.by, now=doing.now)


register(
    Action("note", "写内部备注", "Leave a note", check_words, perform=_note),
    Action("status", "设置状态", "Set the status", _one_of(STATUSES, "状态", "status"), _set("status")),
    Action("custom_status_id", "设置自定义状态", "Set the custom status",
           check_id("status / 状态", lambda: CustomStatus.objects.filter(active=True)), _set("custom_status_id")),
    Action("priority", "设置优先级", "Set the priority", _one_of((1, 2, 3, 4), "优先级", "priority"), _set("priority")),
    Action("raise_priority", "提高一级优先级", "Raise the priority",
           lambda _value, _by: True, _more_urgent, only_rules=True),
    Action("type_id", "设置类型", "Set the type",
           check_id("type / 类型", lambda: TicketType.objects.filter(active=True), may_be_none=True), _set("type_id")),
    Action("category_id", "设置分类", "Set the category",
           check_id("category / 分类", lambda: Category.objects.filter(active=True), may_be_none=True),
           _set("category_id")),
    Action("fields", "填写字段", "Fill in fields", _check_fields, _fields),
    Action("tags_add", "添加标签", "Add tags", _check_tags, _no_tags),
    Action("tags_remove", "去掉标签", "Take tags away", _check_tags, _no_tags),
    Action("assignee", "分配给", "Assign to", _check_assignee, _assignee),
    Action("group_id", "转到小组", "Move to a group",
           check_id("group / 小组", Group.objects.all, may_be_none=True), _set("group_id")),
    Action("region", "设置地区", "Set the region", _check_region, _set("own_region")),
    Action("follow", "加关注者", "Add followers", check_people, perform=_follow, only_rules=True),
    Action("message", "给客户发消息", "Write to the customer", _check_message, perform=_message, only_rules=True),
    Action("checklist", "放上清单", "Put a checklist on", _check_checklist, perform=_checklist, only_rules=True),
    Action("steps_done", "勾选清单步骤", "Tick steps of the checklist", check_steps, perform=_steps_done, only_rules=True),
    Action("snooze", "稍后处理", "Snooze", _check_snooze, perform=_snooze, only_rules=True),
)  # fmt: skip
