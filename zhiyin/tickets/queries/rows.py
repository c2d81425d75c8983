"""Tickets as rows of a list: what is read of them and of what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import QuerySet

from zhiyin.tickets.models import Ticket

Rows = TypeVar("Rows", bound=QuerySet[Any, Any])
# what a row shows of those beside the ticket
_BESIDE = {
    "customer": ("name", "tier"),
    "group": ("name",),
    "assignee": ("name",),
    "channel": ("kind", "name"),
    "category": ("name", "path"),
    "type": ("name_zh", "name_en"),
    "custom_status": ("name_zh", "name_en"),
    "reply_lock": ("staff", "held_until"),
    "reply_lock__staff": ("name",),
    "checklist": ("done", "total"),
}


def with_rows(rows: Rows, *, path: str = "", own: Iterable[str] | None = None) -> Rows:
    """Rows that are tickets, or hold them at `path`, with what a ticket's row shows.

    A customer's words, a channel's settings, a colleague's password: reading them makes a page twice as dear.
    Whatever else is asked of those beside a ticket costs a query each time. Where rows hold tickets, all their columns
    are read, or those named as `own`.
    """
    if own is None:
        own = [field.attname for field in rows.model._meta.concrete_fields]
    shown = [field.attname for field in Ticket._meta.concrete_fields]
    shown += [f"{name}__{column}" for name, columns in _BESIDE.items() for column in columns]
    joined = rows.select_related(*(f"{path}{name}" for name in _BESIDE))
    return joined.only(*own, *(f"{path}{column}" for column in shown))
