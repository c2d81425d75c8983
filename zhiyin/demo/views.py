"""Shared views that a company like this one would have."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhiyin.people.models import Staff
from zhiyin.tickets.models import View


def _is(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "is": operator, "value": value}


_ACTIVE = _is("status", "any_of", ["new", "open", "pending", "on_hold"])
_VIEWS: list[dict[str, Any]] = [
    {
        "name_zh": "大客户待回复",
        "name_en": "Key accounts waiting",
        "icon": "star",
        "colour": "warn",
        "conditions": {
            "all": [
                _ACTIVE,
                {"field": "waiting", "is": "is_filled"},
                _is("customer_tier", "any_of", ["vip", "key"]),
            ]
        },
        "sort": "waiting",
    },
    {
        "name_zh": "等待超过一天",
        "name_en": "Waiting over a day",
        "icon": "clock",
        "colour": "bad",
        "conditions": {"all": [_ACTIVE, _is("waiting", "older_than", {"amount": 1, "unit": "days"})]},
        "sort": "waiting",
        "grouping": "group",
        "shows_table": True,
    },
    {
        "name_zh": "近 7 天退款",
        "name_en": "Refunds, last 7 days",
        "icon": "tag",
        "conditions": {
            "all": [
                _is("created", "within", {"amount": 7, "unit": "days"}),
                {"any": [_is("tags", "has_any", ["退款"]), _is("subject", "contains", "退款")]},
            ]
        },
        "grouping": "status",
    },
]


def make_views(*, owner: Staff, now: datetime) -> None:
    """Views that everybody sees."""
    View.objects.bulk_create(
        View(
            owner=owner,
            audience=View.Audience.EVERYONE,
            position=at,
            created_at=now,
            updated_at=now,
            **values,
        )
        for at, values in enumerate(_VIEWS, start=1)
    )
