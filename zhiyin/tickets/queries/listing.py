"""Lists of tickets: a view, narrowed, in an order, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db import OperationalError, connection, transaction
from django.db.models import Count
from psycopg.errors import QueryCanceled

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.http.paging import Page, keyset_page, rows_after
from zhiyin.tickets.fields.registry import Field, Viewpoint
from zhiyin.tickets.fields.trees import EVERYTHING, Tree, asks, condition_of
from zhiyin.tickets.models import Category, Ticket, TicketQuerySet
from zhiyin.tickets.queries.ordering import group_keys, ordered
from zhiyin.tickets.queries.views import OfferedView

UTC = ZoneInfo("UTC")
PATIENCE_MS = 5000
_WALKED = ("", "newest", "created")  # orders, newest first, that an index of all tickets holds
NEARBY = 10_000  # tickets in a list's order that are looked through before all that fit are sought
GROUPED_UP_TO = 10_000  # tickets of a view whose groups are counted


@dataclass(frozen=True, kw_only=True)
class TicketFilter:
    """What a list is narrowed to beside its view."""

    status: str = ""
    priority: int | None = None
    channel: str = ""
    tag: str = ""
    assignee_id: int | None = None
    customer_id: int | None = None
    conditions: Tree | None = None
    type_id: int | None = None
    custom_status_id: int | None = None
    category_id: int | None = None  # it and all beneath it
    fields: dict[str, Any] = field(default_factory=dict)  # what custom fields hold, see queries.forms.holding


@dataclass(frozen=True, kw_only=True)
class Order:
    """How a list stands."""

    sort: str = "newest"
    grouping: str = ""
    zone: ZoneInfo = UTC


class ListTooWide(DomainError):
    code = "tickets.list_too_wide"
    status = 422
    messages = {
        "zh": "这些条件要翻看太多工单，{seconds} 秒内没有结果。请加上状态、负责人或时间等条件，或取消分组后再试。",
        "en": "These conditions have to look through too many tickets: nothing after {seconds} s. "
        "Add a status, an assignee or a time, or take the grouping off.",
    }


def list_tickets(
    *,
    view: OfferedView,
    narrowed: TicketFilter,
    order: Order,
    cursor: str | None,
    limit: int,
    by: Staff,
    now: datetime,
) -> Page[Ticket]:
    """One page of the view's tickets that the person may see. Raises NoSuchOrder, ListTooWide."""
    rows = narrow(tickets_in(view.conditions, by=by, now=now), narrowed, by=by, now=now)
    rows, columns = ordered(rows, sort=order.sort, grouping=order.grouping)
    page = partial(keyset_page, order=columns, cursor=cursor, limit=limit)
    if view.kind != "made" and narrowed == TicketFilter() and not order.grouping:
        return page(rows.with_rows())
    with patience():
        if order.grouping or order.sort not in _WALKED:
            return page(rows.with_rows())
        return _walked_or_sought(rows.with_rows(), columns, cursor, page)


def _walked_or_sought(
    rows: TicketQuerySet,
    columns: tuple[str, ...],
    cursor: str | None,
    page: Callable[[TicketQuerySet], Page[Ticket]],
) -> Page[Ticket]:
    """The page, read along the list's order where what fits is common, and by all that fits where it is rare.

    PostgreSQL takes conditions for independent of each other. Where they exclude each other (a tag that another
    group uses) it reads along the order to the end of the table in the hope to find enough on the way.
    """
    ahead = rows_after(Ticket.objects.all(), order=columns, cursor=cursor).order_by(*columns)
    column = columns[0].removeprefix("-")
    bound = list(ahead.values_list(column, flat=True)[NEARBY : NEARBY + 1])
    if not bound:
        return page(rows)
    nearby = page(rows.filter(**{f"{column}__gte": bound[0]}))
    if nearby.next_cursor is not None:
        return nearby
    with connection.cursor() as setting:  # for this transaction, which patience() opened
        setting.execute("SELECT set_config('enable_indexscan', 'off', true)")
    return page(rows)


def first_ids(
    most: int, *, view: OfferedView, narrowed: TicketFilter, order: Order, by: Staff, now: datetime
) -> list[int]:
    """Ids of the view's first tickets, as the list shows them. Raises NoSuchOrder, ListTooWide."""
    rows = narrow(tickets_in(view.conditions, by=by, now=now), narrowed, by=by, now=now)
    rows, columns = ordered(rows, sort=order.sort, grouping=order.grouping)
    with patience():
        return list(rows.order_by(*columns).values_list("pk", flat=True)[:most])


def count_groups(
    *, view: OfferedView, narrowed: TicketFilter, order: Order, by: Staff, now: datetime
) -> list[tuple[str, int]] | None:
    """How many tickets stand under each heading of a grouped list; None when there are too many to count."""
    rows = narrow(tickets_in(view.conditions, by=by, now=now), narrowed, by=by, now=now)
    if order.sort == "waiting":
        rows = rows.filter(waiting_since__isnull=False)
    first = Ticket.objects.filter(pk__in=rows.order_by().values("pk")[: GROUPED_UP_TO + 1])
    counted = group_keys(first, sort=order.sort, grouping=order.grouping, zone=order.zone)
    with patience():
        found = counted.order_by().values("group_key").annotate(count=Count("pk"))
        told = [(_key_text(row["group_key"]), row["count"]) for row in found]
    return told if sum(count for _, count in told) <= GROUPED_UP_TO else None


def count_up_to(most: int, *, conditions: Tree, by: Staff, now: datetime) -> int:
    """How many tickets meet the conditions, up to a bound. Raises ListTooWide."""
    with patience():
        return tickets_in(conditions, by=by, now=now).order_by()[:most].count()


def tickets_in(
    conditions: Tree, *, by: Staff, now: datetime, fields: dict[str, Field] | None = None
) -> TicketQuerySet:
    """The tickets that meet the conditions and the person may see; merged ones only where they are asked for."""
    tickets = Ticket.objects.visible_to(by).filter(
        condition_of(conditions, Viewpoint(by=by, now=now), fields)
    )
    return tickets if asks(conditions, "merged") else tickets.themselves()


def narrow(tickets: TicketQuerySet, wanted: TicketFilter, *, by: Staff, now: datetime) -> TicketQuerySet:
    """Only those that fit the filter."""
    values: dict[str, object] = {
        "status": wanted.status,
        "priority": wanted.priority,
        "channel__kind": wanted.channel,
        "assignee_id": wanted.assignee_id,
        "customer_id": wanted.customer_id,
        "type_id": wanted.type_id,
        "custom_status_id": wanted.custom_status_id,
    }
    tickets = tickets.filter(**{name: value for name, value in values.items() if value not in ("", None)})
    if wanted.tag:
        tickets = tickets.filter(tags__contains=[wanted.tag])
    if wanted.category_id is not None:
        tickets = tickets.filter(category__in=Category.objects.beneath(wanted.category_id))
    if wanted.fields:
        tickets = tickets.filter(fields__contains=wanted.fields)
    if wanted.conditions not in (None, EVERYTHING):
        tickets = tickets.filter(condition_of(wanted.conditions or EVERYTHING, Viewpoint(by=by, now=now)))
    return tickets


@contextmanager
def patience() -> Iterator[None]:
    """Let what is asked in the block take PATIENCE_MS. Raises ListTooWide: anybody may write conditions, none may stall us."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise ListTooWide(seconds=PATIENCE_MS // 1000) from error
        raise


def _key_text(key: Any) -> str:
    return key.isoformat() if isinstance(key, date) else str(key)
