"""Forgetting what was kept long enough, in batches, so that no table grows for ever and nobody waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from zhiyin.notifications.models import Decision, Notification, Sending

DECISIONS_KEPT = timedelta(days=30)
NOTIFICATIONS_KEPT = timedelta(days=90)
BATCH = 5000


def clear_old(*, now: datetime) -> dict[str, int]:
    """Forget old decisions, sendings and notifications; returns how many of each."""
    return {
        "decisions": _clear(Decision.objects.filter(last_at__lt=now - DECISIONS_KEPT)),
        "sendings": _clear(Sending.objects.filter(owed_at__lt=now - DECISIONS_KEPT)),
        "notifications": _clear(Notification.objects.filter(last_at__lt=now - NOTIFICATIONS_KEPT)),
    }


def _clear(rows: QuerySet[Any]) -> int:
    cleared = 0
    while batch := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=batch).delete()
        cleared += len(batch)
    return cleared
