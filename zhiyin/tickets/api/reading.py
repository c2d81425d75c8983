"""Reading tickets: lists, counts, timeline, originals, search words."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query, Schema

from zhiyin.people.access import Signed, needs
from zhiyin.tickets.api.router import router
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.listing import COUNTED_UP_TO, TicketFilter, count_views, list_tickets
from zhiyin.tickets.queries.page import original_of, used_tags
from zhiyin.tickets.queries.timeline import read_timeline
from zhiyin.tickets.shapes import TicketList, TimelinePage, ViewCounts, timeline_page

TIMELINE_LIMIT = 50


class ListQuery(Schema):
    view: str = "open"
    status: str = ""
    priority: int | None = None
    channel: str = ""
    tag: str = ""
    assignee: int | None = None
    customer: int | None = None
    sort: str = ""
    cursor: str | None = None
    limit: int = 30


@router.get("/tickets", response=TicketList, auth=needs("tickets.read"))
def get_tickets(request: Signed, query: Query[ListQuery]) -> Any:
    """One page of a view, newest message first unless `sort` is oldest or waiting."""
    narrowed = TicketFilter(
        status=query.status,
        priority=query.priority,
        channel=query.channel,
        tag=query.tag,
        assignee_id=query.assignee,
        customer_id=query.customer,
    )
    return list_tickets(
        view=query.view,
        narrowed=narrowed,
        sort=query.sort,
        cursor=query.cursor,
        limit=query.limit,
        by=request.auth,
    )


@router.get("/tickets/counts", response=ViewCounts, auth=needs("tickets.read"))
def get_counts(request: Signed) -> ViewCounts:
    """How many tickets each view holds, counted up to `capped_at`."""
    return ViewCounts(views=count_views(by=request.auth), capped_at=COUNTED_UP_TO)


@router.get("/tags", response=list[str], auth=needs("tickets.read"))
def get_tags(request: Signed) -> list[str]:
    """Tags in use, most used first."""
    return used_tags()


@router.get("/tickets/{int:ticket_id}/timeline", response=TimelinePage, auth=needs("tickets.read"))
def get_timeline(
    request: Signed, ticket_id: int, before: str | None = None, limit: int = TIMELINE_LIMIT
) -> Any:
    """One page of the timeline; `before` is the cursor of the page after it."""
    ticket = Ticket.objects.visible_to(request.auth).get(pk=ticket_id)
    return timeline_page(read_timeline(ticket=ticket, cursor=before, limit=limit))


@router.get("/tickets/{int:ticket_id}/messages/{int:message_id}/original", auth=needs("tickets.read"))
def get_original(request: Signed, ticket_id: int, message_id: int) -> HttpResponse:
    """The message exactly as it arrived, as a file."""
    name, content = original_of(ticket_id=ticket_id, message_id=message_id, by=request.auth)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)
