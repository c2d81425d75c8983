"""The bell: list, count, read and unread, why."""

from __future__ import annotations

from typing import Any, Literal

from django.utils import timezone

from zhiyin.notifications.api.router import router
from zhiyin.notifications.commands.reading import mark_all_read, mark_read, mark_unread
from zhiyin.notifications.models import Notification
from zhiyin.notifications.queries.explaining import why
from zhiyin.notifications.queries.inbox import COUNTED_UP_TO, count_unread, inbox
from zhiyin.notifications.shapes import (
    NotificationPage,
    NotificationShape,
    ReadCount,
    ReadingBody,
    SendingShape,
    UnreadCount,
    WhyShape,
    decision_shape,
    notification_shape,
)
from zhiyin.people.access import Signed, signed_in
from zhiyin.people.models import Staff


@router.get("/notifications", response=NotificationPage, auth=signed_in)
def get_notifications(
    request: Signed, state: Literal["all", "unread"] = "all", cursor: str | None = None, limit: int = 30
) -> Any:
    """One page of one's notifications, newest first."""
    page = inbox(unread_only=state == "unread", cursor=cursor, limit=limit, by=request.auth)
    return NotificationPage(
        items=[notification_shape(row) for row in page.items], next_cursor=page.next_cursor
    )


@router.get("/notifications/count", response=UnreadCount, auth=signed_in)
def get_count(request: Signed) -> Any:
    """How many are unread, counted up to `capped_at`."""
    return UnreadCount(unread=count_unread(by=request.auth), capped_at=COUNTED_UP_TO)


@router.post("/notifications/readings", response=ReadCount, auth=signed_in)
def post_readings(request: Signed, body: ReadingBody) -> Any:
    """Mark everything read, or that of one ticket."""
    read = mark_all_read(
        until_position=body.until, ticket_id=body.ticket_id, by=request.auth, now=timezone.now()
    )
    return ReadCount(read=read)


@router.post("/notifications/{int:notification_id}/reading", response=NotificationShape, auth=signed_in)
def post_reading(request: Signed, notification_id: int) -> Any:
    """Mark one read."""
    mark_read(notification_id=notification_id, by=request.auth, now=timezone.now())
    return _one(notification_id, request.auth)


@router.delete("/notifications/{int:notification_id}/reading", response=NotificationShape, auth=signed_in)
def delete_reading(request: Signed, notification_id: int) -> Any:
    """Mark one unread again."""
    mark_unread(notification_id=notification_id, by=request.auth)
    return _one(notification_id, request.auth)


@router.get("/notifications/{int:notification_id}/why", response=WhyShape, auth=signed_in)
def get_why(request: Signed, notification_id: int) -> Any:
    """Why one was told, by which ways, and what held others back."""
    found = why(notification_id=notification_id, by=request.auth)
    for decision in found.decisions:
        decision.staff = request.auth
    return WhyShape(
        decisions=[decision_shape(one) for one in found.decisions],
        sendings=[SendingShape.from_orm(one) for one in found.sendings],
    )


def _one(notification_id: int, by: Staff) -> NotificationShape:
    rows = Notification.objects.visible_to(by).select_related("by", "ticket__customer")
    return notification_shape(rows.get(pk=notification_id))
