"""Views and lists of tickets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.http.paging import Page, keyset_page
from zhiyin.tickets.models import Ticket, TicketQuerySet
from zhiyin.tickets.queries.following import followed_by, unseen_mentions

COUNTED_UP_TO = 1000  # more is told as "1000+": an exact number would cost more than it helps
ROW_JOINS = ("customer", "group", "assignee", "channel", "category", "reply_lock__staff")


@dataclass(frozen=True, kw_only=True)
class TicketFilter:
    """What a list is narrowed to beside its view."""

    status: str = ""
    priority: int | None = None
    channel: str = ""
    tag: str = ""
    assignee_id: int | None = None
    customer_id: int | None = None


class NoSuchView(DomainError):
    code = "tickets.no_such_view"
    status = 404
    messages = {
        "zh": "没有名为“{view}”的视图，可选：mine、unassigned、waiting、open、snoozed、mentions、following、all、solved、"
        "group:<编号>。",
        "en": "There is no view {view}; choose mine, unassigned, waiting, open, snoozed, mentions, following, all, "
        "solved or group:<id>.",
    }


def list_tickets(
    *, view: str, narrowed: TicketFilter, sort: str, cursor: str | None, limit: int, by: Staff
) -> Page[Ticket]:
    """One page of a view. Two orders: by the last message, or, in `waiting`, longest wait first."""
    rows = narrow(in_view(view, by), narrowed).select_related(*ROW_JOINS)
    if sort == "waiting" or (view == "waiting" and not sort):
        rows = rows.filter(waiting_since__isnull=False)
        return keyset_page(rows, order=("waiting_since", "id"), cursor=cursor, limit=limit)
    order = ("last_message_at", "id") if sort == "oldest" else ("-last_message_at", "-id")
    return keyset_page(rows, order=order, cursor=cursor, limit=limit)


def in_view(view: str, by: Staff) -> TicketQuerySet:
    """The tickets of a view that the person may see. Raises NoSuchView."""
    tickets = Ticket.objects.visible_to(by).themselves()
    if view.startswith("group:") and view.removeprefix("group:").isdecimal():
        return tickets.at_hand().filter(group_id=int(view.removeprefix("group:")))
    if view not in _VIEWS:
        raise NoSuchView(view=view)
    return _VIEWS[view](tickets, by)


_VIEWS: dict[str, Callable[[TicketQuerySet, Staff], TicketQuerySet]] = {
    "mine": lambda tickets, by: tickets.at_hand().filter(assignee_id=by.pk),
    "unassigned": lambda tickets, _: tickets.at_hand().filter(assignee=None),
    "waiting": lambda tickets, _: tickets.at_hand().filter(waiting_since__isnull=False),
    "open": lambda tickets, _: tickets.at_hand(),
    "snoozed": lambda tickets, _: tickets.active().filter(snoozed_until__isnull=False),
    "mentions": lambda tickets, by: tickets.filter(pk__in=unseen_mentions(by)),
    "following": lambda tickets, by: tickets.active().filter(pk__in=followed_by(by)),
    "solved": lambda tickets, _: tickets.filter(status__in=["solved", "closed"]),
    "all": lambda tickets, _: tickets,
}


def narrow(tickets: TicketQuerySet, by: TicketFilter) -> TicketQuerySet:
    """Only those that fit the filter."""
    wanted: dict[str, object] = {
        "status": by.status,
        "priority": by.priority,
        "channel__kind": by.channel,
        "assignee_id": by.assignee_id,
        "customer_id": by.customer_id,
    }
    tickets = tickets.filter(**{name: value for name, value in wanted.items() if value not in ("", None)})
    return tickets.filter(tags__contains=[by.tag]) if by.tag else tickets


def count_views(*, by: Staff) -> dict[str, int]:
    """How many tickets each of the person's views holds, counted up to COUNTED_UP_TO; one query."""
    views = [
        "mine",
        "unassigned",
        "waiting",
        "open",
        "snoozed",
        "mentions",
        *(f"group:{group_id}" for group_id in by.group_ids),
    ]
    parts = [
        in_view(view, by).order_by().values("pk")[:COUNTED_UP_TO].query.sql_with_params() for view in views
    ]
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) counted)" for sql, _ in parts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [param for _, params in parts for param in params])
        return dict(zip(views, cursor.fetchone(), strict=True))
