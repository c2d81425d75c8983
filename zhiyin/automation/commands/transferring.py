"""Rules as a file: names in the place of numbers, so that another centre can read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from pydantic import ValidationError

from zhiyin.automation.commands.rules import RuleForm, add_rule, publish_rule
from zhiyin.automation.definitions import Occasion
from zhiyin.automation.models import Rule
from zhiyin.automation.queries.log import rules_in_order
from zhiyin.channels.models import Channel
from zhiyin.people.models import Group, Staff
from zhiyin.platform.calendars.models import Calendar
from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.models import Definition
from zhiyin.tickets.models import Category, CustomStatus, TicketType

FORMAT = "zhiyin.automation/1"
MOST_IN_FILE = 500

_NAMED: dict[str, tuple[type[Model], str]] = {  # kind → its rows, and what names one
    "group": (Group, "name"),
    "staff": (Staff, "email"),
    "category": (Category, "name"),
    "type": (TicketType, "name_zh"),
    "custom_status": (CustomStatus, "name_zh"),
    "channel": (Channel, "name"),
    "calendar": (Calendar, "name"),
    "procedure": (Definition, "key"),
}
_KIND_OF = {  # of actions, occasions and conditions, by the name of what holds a number
    "group_id": "group",
    "group": "group",
    "group_changed": "group",
    "assignee": "staff",
    "assignee_changed": "staff",
    "staff_id": "staff",
    "staff_ids": "staff",
    "follow": "staff",
    "follower": "staff",
    "category_id": "category",
    "category": "category",
    "category_changed": "category",
    "type_id": "type",
    "type": "type",
    "type_changed": "type",
    "custom_status_id": "custom_status",
    "custom_status": "custom_status",
    "channel": "channel",
    "calendar_id": "calendar",
    "procedure": "procedure",
}
_NO_WEB_HOOK = {
    "zh": "网络钩子不随文件带来，请导入后重新选择。",
    "en": "Web-hooks do not come with a file; choose one after importing.",
}


class NotRules(DomainError):
    code = "automation.not_rules"
    status = 422
    messages = {
        "zh": "这不是导出的规则文件。请用“导出”得到的 JSON，最多 500 条规则。",
        "en": "This is no file of rules. Take the JSON that Export gives, with 500 rules at most.",
    }


class NotHere(DomainError):
    code = "automation.not_here"
    status = 422
    messages = {
        "zh": "这里没有名为“{name}”的{kind}。请先建好，再导入这条规则。",
        "en": "There is no {kind} called {name} here. Make it first, then import this rule again.",
    }


@dataclass
class Imported:
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)


def export_rules() -> dict[str, Any]:
    """All rules in their order, by names; what is named by nobody keeps its number."""
    known = {
        kind: dict(model._default_manager.values_list("pk", column))
        for kind, (model, column) in _NAMED.items()
    }

    def name_of(kind: str, value: int) -> Any:
        name = known[kind].get(value)
        return {"name": name} if name else value

    return {"format": FORMAT, "rules": [_told(rule, name_of) for rule in rules_in_order()]}


def _told(rule: Rule, name_of: Callable[[str, int], Any]) -> dict[str, Any]:
    assert rule.version is not None
    parts: dict[str, Any] = _mapped(
        {
            "occasion": rule.version.occasion,
            "conditions": rule.version.conditions,
            "actions": rule.version.actions,
        },
        lambda kind, value: name_of(kind, value) if _is_number(value) else value,
    )
    return {"name": rule.name, "is_last": rule.version.is_last} | parts


@transaction.atomic
def import_rules(*, told: Any, by: Staff, now: datetime) -> Imported:
    """Add what is new, publish anew what has the same name; new ones are off. What does not fit is told and left out.

    Raises NotRules.
    """
    rules = told.get("rules") if isinstance(told, dict) else None
    if not isinstance(rules, list) or told.get("format") != FORMAT or len(rules) > MOST_IN_FILE:
        raise NotRules
    done = Imported()
    for rule in rules:
        name = str(rule.get("name", ""))[:100] if isinstance(rule, dict) else ""
        try:
            with transaction.atomic():
                _take(rule, done, by, now)
        except DomainError as refusal:
            done.refused.append({"name": name, "zh": refusal.told("zh"), "en": refusal.told("en")})
    return done


def _take(told: Any, done: Imported, by: Staff, now: datetime) -> None:
    if not isinstance(told, dict) or not all(isinstance(told.get(one), dict) for one in _PARTS):
        raise NotRules
    if "web_hook" in told["actions"]:
        raise WebHookStays
    parts = _mapped({one: told[one] for one in _PARTS}, _number_of)
    try:
        occasion = Occasion(**parts["occasion"])
    except (ValidationError, TypeError) as unfit:
        raise NotRules from unfit
    form = RuleForm(
        name=str(told.get("name", "")),
        occasion=occasion,
        conditions=parts["conditions"],
        actions=parts["actions"],
        is_last=told.get("is_last") is True,
    )
    same = Rule.objects.filter(name=form.name.strip()).order_by("pk").first()
    if same is None:
        add_rule(form=form, by=by, now=now)
        done.added.append(form.name)
    else:
        publish_rule(rule_id=same.pk, form=form, by=by, now=now)
        done.changed.append(form.name)


_PARTS = ("occasion", "conditions", "actions")


class WebHookStays(DomainError):
    code = "automation.web_hook_stays"
    status = 422
    messages = _NO_WEB_HOOK


def _number_of(kind: str, value: Any) -> Any:
    if not isinstance(value, dict) or set(value) != {"name"}:
        return value
    model, column = _NAMED[kind]
    found = model._default_manager.filter(**{column: str(value["name"])}).order_by("pk").first()
    if found is None:
        raise NotHere(kind=kind, name=str(value["name"])[:80])
    return found.pk


def _mapped(told: Any, change: Callable[[str, Any], Any], kind: str = "") -> Any:
    """The same with every value that stands for a row changed; `kind` is of the value in hand."""
    if isinstance(told, list):
        return [_mapped(one, change, kind) for one in told]
    if not isinstance(told, Mapping) or set(told) == {"name"}:
        return change(kind, told) if kind else told
    if "field" in told and "is" in told:  # a condition
        kind_of_value = _KIND_OF.get(str(told["field"]), "")
        return (
            {**told, "value": _mapped(told["value"], change, kind_of_value)}
            if "value" in told
            else dict(told)
        )
    about = _KIND_OF.get(str(told.get("on")), "")  # an occasion's values are of what it is about
    return {
        name: _mapped(value, change, about if name in ("was", "now") else _KIND_OF.get(name, ""))
        for name, value in told.items()
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
