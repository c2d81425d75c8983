"""Rules that a company like this one would have; they hold for what comes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from zhiyin.automation.commands.rules import RuleForm, add_rule
from zhiyin.automation.definitions import Occasion
from zhiyin.automation.models import Rule
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent


def _is(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "is": operator, "value": value}


_ACTIVE = _is("status", "any_of", ["new", "open"])
_RULES: list[tuple[bool, dict[str, Any]]] = [
    (
        True,
        {
            "name": "VIP 与大客户优先 / VIPs first",
            "occasion": {"on": "created"},
            "conditions": {
                "all": [
                    _is("customer_tier", "any_of", ["vip", "key"]),
                    _is("priority", "any_of", [1, 2]),
                ]
            },
            "actions": {"priority": 3, "tags_add": ["VIP"]},
        },
    ),
    (
        True,
        {
            "name": "提到 12315 或曝光：升级 / Threats to go public",
            "occasion": {"on": "customer_wrote"},
            "conditions": {"any": [_is("words", "contains", "12315"), _is("words", "contains", "曝光")]},
            "actions": {
                "priority": 4,
                "tags_add": ["舆情"],
                "notify": {"whom": "lead", "staff_ids": []},
                "note": "客户提到投诉渠道或曝光，请先电话联系，再书面答复。",
            },
        },
    ),
    (
        True,
        {
            "name": "客户等了四小时：告诉组长 / Waiting for four hours",
            "occasion": {"on": "time", "since": "waiting", "minutes": 240},
            "conditions": {"all": [_ACTIVE]},
            "actions": {"notify": {"whom": "lead", "staff_ids": []}, "tags_add": ["久等"]},
        },
    ),
    (
        True,
        {
            "name": "评分 1、2 分：回访 / Call back after a bad rating",
            "occasion": {"on": "rated", "now": [1, 2]},
            "actions": {"tags_add": ["差评"], "task": {"title": "致电了解不满意的原因"}},
        },
    ),
    (
        False,
        {
            "name": "解决七天后关闭 / Close a week after it was solved",
            "occasion": {"on": "time", "since": "solved", "minutes": 7 * 24 * 60},
            "conditions": {"all": [_is("status", "any_of", ["solved"])]},
            "actions": {"status": "closed"},
        },
    ),
]


def write_rules(*, by: Staff, now: datetime) -> None:
    """Publish the rules; they hold for what comes. That they were published stays untold."""
    told_before = set(PendingEvent.objects.values_list("pk", flat=True))
    group = Group.objects.order_by("pk").first()
    for is_on, values in _RULES:
        told = {**values, "occasion": Occasion(**values["occasion"])}
        if "task" in told["actions"] and group is not None:
            task = {**told["actions"]["task"], "group_id": group.pk, "staff_id": None}
            told["actions"] = {**told["actions"], "task": task}
        add_rule(form=RuleForm(**told), by=by, now=now - timedelta(days=30), active=is_on)
    # what became due while the demo was not there is no rule's business
    Rule.objects.filter(active=True).update(active_since=now)
    PendingEvent.objects.exclude(pk__in=told_before).delete()
