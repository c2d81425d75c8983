"""Reading tickets: lists, counts, timeline, originals, search words."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.tickets.api.asking import read_tree, read_zone
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.bulk_changing import MOST_AT_ONCE
from zhiyin.tickets.commands.counting import COUNTED_UP_TO, count_views
from zhiyin.tickets.queries.forms import holding
from zhiyin.tickets.queries.listing import Order, TicketFilter, count_groups, first_ids, list_tickets
from zhiyin.tickets.queries.page import original_of, ticket_for_page, used_tags
from zhiyin.tickets.queries.timeline import read_timeline
from zhiyin.tickets.queries.views import OfferedView, find_view, views_of
from zhiyin.tickets.shapes import (
    GroupCount,
    GroupCounts,
    TicketList,
    TimelinePage,
    ViewCounts,
    timeline_page,
)

TIMELINE_LIMIT = 50


class NarrowedQuery(Schema):
    """Which tickets: a view, narrowed. `filter` is a tree of conditions as JSON."""

    view: str = "open"
    status: str = ""
    priority: int | None = None
    channel: str = ""
    tag: str = ""
    assignee: int | None = None
    customer: int | None = None
    filter: str = ""
    type: int | None = None
    custom_status: int | None = None
    category: int | None = Field(None, description="this category or one beneath it")
    field: list[str] = Field([], max_length=10, description="what custom fields hold, each as `key:value`")
    sort: str = ""
    group: str = ""
    zone: str = ""

    def narrowed(self) -> TicketFilter:
        return TicketFilter(
            status=self.status,
            priority=self.priority,
            channel=self.channel,
            tag=self.tag,
            assignee_id=self.assignee,
            customer_id=self.customer,
            type_id=self.type,
            custom_status_id=self.custom_status,
            category_id=self.category,
            fields=holding(self.field),
            conditions=read_tree(self.filter),
        )

    def order(self, view: OfferedView) -> Order:
        return Order(sort=self.sort or view.sort, grouping=self.group, zone=read_zone(self.zone))


class ListQuery(NarrowedQuery):
    cursor: str | None = None
    limit: int = 30


@router.get("/tickets", response=TicketList, auth=needs("tickets.read"))
def get_tickets(request: Signed, query: Query[ListQuery]) -> Any:
    """One page of a view in its order, or in that of `sort`: newest, oldest, waiting, deadline, created, updated, priority.

    `group` puts tickets of one status, priority, assignee, group, category, channel or day together.
    """
    view = find_view(query.view, by=request.auth)
    return list_tickets(
        view=view,
        narrowed=query.narrowed(),
        order=query.order(view),
        cursor=query.cursor,
        limit=query.limit,
        by=request.auth,
        now=timezone.now(),
    )


class TicketIds(Schema):
    """`is_capped` says that the view holds more than these."""

    ids: list[int]
    is_capped: bool


@router.get("/tickets/ids", response=TicketIds, auth=needs("tickets.read"))
def get_ids(request: Signed, query: Query[NarrowedQuery]) -> TicketIds:
    """The first 1,000 tickets of a view by their ids, in its order: what a bulk change can take at once."""
    view = find_view(query.view, by=request.auth)
    ids = first_ids(
        MOST_AT_ONCE + 1,
        view=view,
        narrowed=query.narrowed(),
        order=query.order(view),
        by=request.auth,
        now=timezone.now(),
    )
    return TicketIds(ids=ids[:MOST_AT_ONCE], is_capped=len(ids) > MOST_AT_ONCE)


@router.get("/tickets/groups", response=GroupCounts, auth=needs("tickets.read"))
def get_groups(request: Signed, query: Query[NarrowedQuery]) -> GroupCounts:
    """How many tickets stand under each heading of a list grouped by `group`; days are those of `zone`."""
    view = find_view(query.view, by=request.auth)
    counted = count_groups(
        view=view, narrowed=query.narrowed(), order=query.order(view), by=request.auth, now=timezone.now()
    )
    if counted is None:
        return GroupCounts(groups=None)
    return GroupCounts(groups=[GroupCount(key=key, count=count) for key, count in counted])


@router.get("/tickets/counts", response=ViewCounts, auth=needs("tickets.read"))
def get_counts(request: Signed) -> ViewCounts:
    """How many tickets each view in the left pane holds, counted up to `capped_at`."""
    views = [view for view in views_of(by=request.auth) if view.shown and view.is_counted]
    counts = count_views(views=views, by=request.auth, now=timezone.now())
    return ViewCounts(views=counts, capped_at=COUNTED_UP_TO)


@router.get("/tags", response=list[str], auth=needs("tickets.read"))
def get_tags(request: Signed) -> list[str]:
    """Tags in use, most used first."""
    return used_tags()


@router.get("/tickets/{int:ticket_id}/timeline", response=TimelinePage, auth=needs("tickets.read"))
def get_timeline(
    request: Signed, ticket_id: int, before: str | None = None, limit: int = TIMELINE_LIMIT
) -> Any:
    """One page of the timeline; `before` is the cursor of the page after it."""
    ticket = ticket_for_page(ticket_id=ticket_id, by=request.auth)
    return timeline_page(read_timeline(ticket=ticket, cursor=before, limit=limit))


@router.get("/tickets/{int:ticket_id}/messages/{int:message_id}/original", auth=needs("tickets.read"))
def get_original(request: Signed, ticket_id: int, message_id: int) -> HttpResponse:
    """The message exactly as it arrived, as a file."""
    name, content = original_of(ticket_id=ticket_id, message_id=message_id, by=request.auth)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)
