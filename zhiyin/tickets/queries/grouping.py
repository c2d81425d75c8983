"""Grouped lists: how many tickets stand under each heading first, then only as many of each as the page takes."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from zhiyin.platform.http.paging import MAX_LIMIT, Page, keyset_page, rows_after
from zhiyin.tickets.models import Ticket, TicketQuerySet
from zhiyin.tickets.queries.ordering import ordered


def grouped_page(
    tickets: TicketQuerySet, *, sort: str, grouping: str, cursor: str | None, limit: int
) -> Page[Ticket]:
    """One page of the tickets, group after group, in three queries. Raises NoSuchOrder.

    The view is read once, to count; of each group on the page only its first rows are sorted and read.
    """
    rows, columns = ordered(tickets, sort=sort, grouping=grouping)
    heads, within = _apart(columns)
    wanted = max(1, min(limit, MAX_LIMIT)) + 1
    left = rows_after(rows, order=columns, cursor=cursor)
    first = [
        left.filter(_in_group(grouping, head["group_key"]))
        .order_by(*within)
        .values_list("pk", flat=True)[:wanted]
        for head in _groups(left, heads, wanted)
    ]
    ids = list(first[0].union(*first[1:], all=True) if len(first) > 1 else first[0]) if first else []
    return keyset_page(rows.filter(pk__in=ids).with_rows(), order=columns, cursor=None, limit=limit)


def _apart(columns: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """What the groups are ordered by, and what the tickets within one are."""
    heads = [name for name in columns if name.removeprefix("-").startswith("group_")]
    return heads, [name for name in columns if name not in heads]


def _groups(rows: QuerySet[Ticket], heads: list[str], wanted: int) -> list[dict[str, Any]]:
    """The first groups that together hold as many rows as are wanted."""
    names = [name.removeprefix("-") for name in heads]
    taken: list[dict[str, Any]] = []
    held = 0
    for group in rows.order_by(*heads).values(*names).annotate(count=Count("pk")):
        taken.append(group)
        held += group["count"]
        if held >= wanted:
            break
    return taken


def _in_group(grouping: str, key: int) -> Q:
    """The condition of one group, on the column itself, so that an index of it serves."""
    match grouping:
        case "status":
            return Q(status=Ticket.Status.values[key])
        case "priority":
            return Q(priority=key)
        case _:
            return Q(**{f"{grouping}_id": key or None})
