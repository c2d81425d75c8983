"""Read and unread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zhiyin.notifications.models import Notification
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.stream.messages import publish


@transaction.atomic
def mark_read(*, notification_id: int, by: Staff, now: datetime) -> Notification:
    """Mark one of the person's notifications read."""
    row = Notification.objects.visible_to(by).select_for_update(of=("self",)).get(pk=notification_id)
    if row.read_at is None:
        row.read_at = now
        row.save(update_fields=["read_at"])
        _tell_other_tabs([by.pk])
    return row


@transaction.atomic
def mark_unread(*, notification_id: int, by: Staff) -> Notification:
    """Mark one unread again; it stays read where a newer row of the same bundle is unread already."""
    row = Notification.objects.visible_to(by).select_for_update(of=("self",)).get(pk=notification_id)
    newer = Notification.objects.filter(staff=by, bundle=row.bundle).unread().exclude(pk=row.pk)
    if row.read_at is not None and not newer.exists():
        row.read_at = None
        row.save(update_fields=["read_at"])
        _tell_other_tabs([by.pk])
    return row


@transaction.atomic
def mark_all_read(*, until_position: int | None, ticket_id: int | None, by: Staff, now: datetime) -> int:
    """Mark read all that is unread, or that of one ticket; nothing that came after what the person saw."""
    rows = Notification.objects.filter(staff=by).unread()
    if until_position is not None:
        rows = rows.filter(position__lte=until_position)
    if ticket_id is not None:
        rows = rows.filter(ticket_id=ticket_id)
    count = rows.update(read_at=now)
    if count:
        _tell_other_tabs([by.pk])
    return count


@transaction.atomic
def settle_moot(*, fact: Fact, reasons: Sequence[str], now: datetime) -> None:
    """What the fact has made moot needs nobody's attention any more: a new ticket that somebody took."""
    rows = Notification.objects.filter(ticket_id=fact.payload()["ticket_id"], reason__in=reasons).unread()
    staff_ids = list(rows.values_list("staff", flat=True))
    if staff_ids:
        rows.update(read_at=now)
        _tell_other_tabs(staff_ids)


def _tell_other_tabs(staff_ids: Sequence[int]) -> None:
    for start in range(0, len(staff_ids), 300):
        rooms = {f"staff:{pk}" for pk in staff_ids[start : start + 300]}
        publish(rooms=rooms, name="notification", data={"read": True})
