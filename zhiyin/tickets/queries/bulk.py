"""Bulk changes: how far they are, and what they would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from zhiyin.people.models import Staff
from zhiyin.tickets.models import BulkChange, BulkItem, Macro, Ticket
from zhiyin.tickets.models.bulk import UNDONE_WITHIN

TROUBLES_SHOWN = 100


@dataclass(frozen=True)
class BulkPreview:
    """`total` are seen, `reachable` may be changed, `messages` customers would be written to."""

    total: int
    reachable: int
    messages: int


def preview_of(*, ticket_ids: list[int], macro_id: int | None, by: Staff) -> BulkPreview:
    """How many tickets a bulk change would reach."""
    wanted = Ticket.objects.filter(pk__in=ticket_ids)
    reachable = wanted.visible_to(by, "tickets.edit").count()
    macro = Macro.objects.visible_to(by).get(pk=macro_id) if macro_id else None
    messages = wanted.visible_to(by, "tickets.reply").count() if macro and macro.text.strip() else 0
    return BulkPreview(total=wanted.visible_to(by).count(), reachable=reachable, messages=messages)


def recent_changes(*, by: Staff, now: datetime) -> list[BulkChange]:
    """The person's own that can still be undone, the latest first."""
    mine = BulkChange.objects.filter(staff=by, created_at__gt=now - UNDONE_WITHIN)
    return list(mine.order_by("-created_at")[:10])


def outcomes_of(changes: list[BulkChange]) -> dict[int, dict[str, int]]:
    """How many tickets of each change stand in which state; one query."""
    counted = BulkItem.objects.filter(change__in=changes).order_by().values("change_id", "state")
    found: dict[int, dict[str, int]] = {}
    for row in counted.annotate(count=Count("pk")):
        found.setdefault(row["change_id"], {})[row["state"]] = row["count"]
    return found


def troubles_of(change: BulkChange) -> QuerySet[BulkItem]:
    """The tickets that were refused, or not wholly undone, with the reasons."""
    states = (BulkItem.State.REFUSED, BulkItem.State.KEPT)
    return (
        change.items.filter(state__in=states).select_related("ticket").order_by("ticket_id")[:TROUBLES_SHOWN]
    )
