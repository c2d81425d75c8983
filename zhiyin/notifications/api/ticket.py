"""What a ticket's page says of notifications: who was told, and whether one wants to hear of it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Status

from zhiyin.notifications.api.router import router
from zhiyin.notifications.commands.choosing import mute_ticket, unmute_ticket
from zhiyin.notifications.queries.explaining import told_of_ticket
from zhiyin.notifications.shapes import DecisionPage, ToldShape, decision_shape
from zhiyin.people.access import Signed, needs


@router.get("/tickets/{int:ticket_id}/notifications", response=ToldShape, auth=needs("tickets.read"))
def get_told(request: Signed, ticket_id: int, cursor: str | None = None, limit: int = 50) -> Any:
    """Who was told of the ticket and why; of oneself also what was held back, and by which rule."""
    told = told_of_ticket(ticket_id=ticket_id, cursor=cursor, limit=limit, by=request.auth)
    return ToldShape(
        muted=told.is_muted,
        mine=[decision_shape(one) for one in told.mine],
        others=DecisionPage(
            items=[decision_shape(one) for one in told.others.items], next_cursor=told.others.next_cursor
        ),
    )


@router.put("/tickets/{int:ticket_id}/mute", response={204: None}, auth=needs("tickets.read"))
def put_mute(request: Signed, ticket_id: int) -> Any:
    """Hear no more of the ticket, except what is said to oneself by name."""
    mute_ticket(ticket_id=ticket_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.delete("/tickets/{int:ticket_id}/mute", response={204: None}, auth=needs("tickets.read"))
def delete_mute(request: Signed, ticket_id: int) -> Any:
    """Hear of the ticket again."""
    unmute_ticket(ticket_id=ticket_id, by=request.auth)
    return Status(204, None)
