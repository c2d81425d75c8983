"""In what order a list stands: the key it is grouped by first, then the order within."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, F, IntegerField, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce, TruncDate

from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.models import Ticket, TicketQuerySet

_ORDERS = {
    "newest": ("-last_message_at", "-id"),
    "oldest": ("last_message_at", "id"),
    "waiting": ("waiting_since", "id"),
    "deadline": ("deadline_at", "id"),
    "created": ("-created_at", "-id"),
    "updated": ("-updated_at", "-id"),
    "priority": ("-priority", "-last_message_at", "-id"),
}
_DAY_OF = {"newest": "last_message_at", "created": "created_at", "updated": "updated_at"}


class NoSuchOrder(DomainError):
    code = "tickets.no_such_order"
    status = 422
    messages = {
        "zh": "不能这样排序或分组（{sort}，{grouping}）。按天分组只适用于最近消息、创建时间和更新时间。",
        "en": "Tickets can't be ordered by {sort} and grouped by {grouping}; days go with newest, created or updated.",
    }


def _named(relation: str) -> dict[str, Any]:
    """By name, what has none first; the number settles equal names."""
    return {
        "group_name": Coalesce(F(f"{relation}__name"), Value("", output_field=TextField())),
        "group_key": Coalesce(F(f"{relation}_id"), Value(0)),
    }


_STATUS_RANK = Case(
    *(When(status=status, then=Value(rank)) for rank, status in enumerate(Ticket.Status.values)),
    output_field=IntegerField(),
)
_GROUP_KEYS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "status": ({"group_key": _STATUS_RANK}, ("group_key",)),
    "priority": ({"group_key": F("priority")}, ("-group_key",)),
    **{
        relation: (_named(relation), ("group_name", "group_key"))
        for relation in ("assignee", "group", "category", "channel")
    },
}


def ordered(tickets: TicketQuerySet, *, sort: str, grouping: str) -> tuple[TicketQuerySet, tuple[str, ...]]:
    """The tickets with all they are ordered by, and the order. Raises NoSuchOrder.

    In the order of waiting stand only those that wait, in that of deadlines those that have one.
    """
    order = _ORDERS.get(sort or "newest")
    if order is None or (grouping == "day" and sort not in _DAY_OF):
        raise NoSuchOrder(sort=sort, grouping=grouping)
    if sort == "waiting":
        tickets = tickets.filter(waiting_since__isnull=False)
    if sort == "deadline":
        tickets = tickets.filter(deadline_at__isnull=False)
    if grouping in ("", "day"):  # the days of an order by time stand in order by themselves
        return tickets, order
    if grouping not in _GROUP_KEYS:
        raise NoSuchOrder(sort=sort, grouping=grouping)
    keys, before = _GROUP_KEYS[grouping]
    return tickets.alias(**keys).annotate(**keys), (*before, *order)


def group_keys(
    tickets: TicketQuerySet, *, sort: str, grouping: str, zone: tzinfo | None = None
) -> QuerySet[Any]:
    """The tickets annotated with `group_key`, as the desk names their group: the status, an id, a day.

    Raises NoSuchOrder.
    """
    if grouping not in (*_GROUP_KEYS, "day") or (grouping == "day" and (sort or "newest") not in _DAY_OF):
        raise NoSuchOrder(sort=sort, grouping=grouping)
    if grouping == "day":
        return tickets.annotate(
            group_key=TruncDate(_DAY_OF[sort or "newest"], tzinfo=zone or ZoneInfo("UTC"))
        )
    if grouping == "status":
        return tickets.annotate(group_key=F("status"))
    return tickets.annotate(
        group_key=Coalesce(F("priority" if grouping == "priority" else f"{grouping}_id"), Value(0))
    )
