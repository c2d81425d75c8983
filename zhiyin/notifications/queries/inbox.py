"""A person's bell."""

from __future__ import annotations

from zhiyin.notifications.models import Notification, NotificationQuerySet
from zhiyin.people.models import Staff
from zhiyin.platform.http.paging import Page, keyset_page

COUNTED_UP_TO = 100


def inbox(
    *, unread_only: bool, cursor: str | None, limit: int, by: Staff, ticket_id: int | None = None
) -> Page[Notification]:
    """One page of what the person may see of their notifications, newest first."""
    rows = _shown(by).select_related("by", "ticket__customer")
    rows = rows.unread() if unread_only else rows
    if ticket_id is not None:
        rows = rows.filter(ticket_id=ticket_id)
    return keyset_page(rows, order=("-last_at", "-id"), cursor=cursor, limit=limit)


def count_unread(*, by: Staff) -> int:
    """How many are unread, counted up to COUNTED_UP_TO."""
    return _shown(by).unread()[:COUNTED_UP_TO].count()


def _shown(by: Staff) -> NotificationQuerySet:
    return Notification.objects.visible_to(by).filter(in_app=True)
