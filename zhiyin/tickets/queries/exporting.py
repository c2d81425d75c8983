"""What an exported view holds: its tickets in its order, and each column as a cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from zhiyin.people.models import Staff
from zhiyin.tickets.fields.registry import Field, declared_fields
from zhiyin.tickets.fields.trees import Tree
from zhiyin.tickets.models import Ticket, TicketQuerySet
from zhiyin.tickets.queries.listing import tickets_in
from zhiyin.tickets.queries.ordering import ordered

Cell = str | int | datetime
COLUMNS = {  # key → title in Chinese and English
    "number": ("编号", "Number"),
    "subject": ("主题", "Subject"),
    "customer": ("客户", "Customer"),
    "status": ("状态", "Status"),
    "priority": ("优先级", "Priority"),
    "group": ("小组", "Group"),
    "assignee": ("负责人", "Assignee"),
    "category": ("分类", "Category"),
    "tags": ("标签", "Tags"),
    "channel": ("渠道", "Channel"),
    "last_message": ("最近消息", "Last message"),
    "waiting": ("等待自", "Waits since"),
    "created": ("创建", "Created"),
    "updated": ("更新", "Changed"),
    "solved": ("解决", "Solved"),
    "messages": ("消息数", "Messages"),
    "tier": ("客户等级", "Tier"),
}


def rows_to_export(*, conditions: Tree, sort: str, by: Staff, now: datetime) -> TicketQuerySet:
    """The tickets the person may see, in the order of the view."""
    tickets, order = ordered(tickets_in(conditions, by=by, now=now), sort=sort, grouping="")
    return tickets.with_rows().order_by(*order)


def cell_of(ticket: Ticket, column: str, locale: str) -> Cell:
    """What stands in the column, in the reader's words; '' where there is nothing."""
    value = _CELLS[column](ticket)
    field = declared_fields().get("customer_tier" if column == "tier" else column)
    if column in ("status", "priority", "tier") and field is not None:
        return _word(field, value, locale)
    return "" if value is None else value


def _word(field: Field, value: Cell | None, locale: str) -> str:
    found = next((choice for choice in field.choices if choice.value == value), None)
    if found is None:
        return str(value or "")
    return found.zh if locale.startswith("zh") else found.en


_CELLS: dict[str, Callable[[Ticket], Cell | None]] = {
    "number": lambda ticket: ticket.pk,
    "subject": lambda ticket: ticket.subject or ticket.preview,
    "customer": lambda ticket: ticket.customer.name,
    "status": lambda ticket: ticket.status,
    "priority": lambda ticket: ticket.priority,
    "group": lambda ticket: ticket.group.name if ticket.group else None,
    "assignee": lambda ticket: ticket.assignee.name if ticket.assignee else None,
    "category": lambda ticket: str(ticket.category) if ticket.category else None,
    "tags": lambda ticket: "; ".join(ticket.tags),
    "channel": lambda ticket: ticket.channel.name,
    "last_message": lambda ticket: ticket.last_message_at,
    "waiting": lambda ticket: ticket.waiting_since,
    "created": lambda ticket: ticket.created_at,
    "updated": lambda ticket: ticket.updated_at,
    "solved": lambda ticket: ticket.solved_at,
    "messages": lambda ticket: ticket.message_count,
    "tier": lambda ticket: ticket.customer.tier,
}
