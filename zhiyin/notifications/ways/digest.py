"""Carrying out summaries: one mail of what somebody has not read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhiyin.notifications.commands.digesting import DIGEST
from zhiyin.notifications.models import Notification
from zhiyin.notifications.queries.hearers import company_rules
from zhiyin.notifications.ways.composing import digest_mail
from zhiyin.notifications.ways.rechecking import may_show_content, preferences_of
from zhiyin.people.mailing import hand_over
from zhiyin.people.models import Staff
from zhiyin.platform.ledger.ledger import effect
from zhiyin.platform.ledger.models import Effect


@effect(DIGEST)
def send_digest(effect: Effect) -> dict[str, Any]:
    """Send the summary of what is unread and may be seen at this moment."""
    staff = Staff.objects.active().filter(pk=effect.payload["staff_id"]).first()
    if staff is None:
        return {"withheld": "no_permission"}
    rows = list(
        Notification.objects.visible_to(staff)
        .unread()
        .filter(digest_at=datetime.fromisoformat(effect.payload["at"]))
        .select_related("by", "ticket__customer")
        .order_by("-last_at", "-pk")
    )
    if not rows:
        return {"withheld": "already_read"}
    with_content = may_show_content(preferences_of(staff), company_rules())
    hand_over(digest_mail(staff, rows, with_content=with_content), effect_id=effect.pk)
    return {"sent": True, "lines": len(rows)}
