"""Owing summaries when they are due."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.notifications.models import Notification
from zhiyin.platform.ledger.ledger import record_effects

DIGEST = "notifications.digest"
PEOPLE_AT_ONCE = 500


@transaction.atomic
def owe_due_digests(*, now: datetime) -> int:
    """Owe each person whose summary is due one mail of what they have not read; returns how many people."""
    due = (
        Notification.objects.unread()
        .filter(digest_due_at__lte=now)
        .select_for_update(skip_locked=True)
        .values_list("pk", "staff")
        .order_by("digest_due_at")[: PEOPLE_AT_ONCE * 20]
    )
    rows = list(due)
    people = sorted({staff_id for _, staff_id in rows})[:PEOPLE_AT_ONCE]
    chosen = set(people)
    Notification.objects.filter(pk__in=[pk for pk, staff_id in rows if staff_id in chosen]).update(
        digest_due_at=None, digest_at=now
    )
    owed = {
        f"{DIGEST}:{staff_id}:{now.isoformat()}": {"staff_id": staff_id, "at": now.isoformat()}
        for staff_id in people
    }
    if owed:
        record_effects(kind=DIGEST, owed=owed, not_before=now)
    return len(people)
