"""Bells that ring: the latest facts of a demo reach people as they would have, and nothing leaves the house."""

from __future__ import annotations

from zhiyin.notifications.models import Sending
from zhiyin.notifications.registry import followed_types, tell_whom_it_concerns
from zhiyin.platform.event_log.facts import fact_class
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.ledger.models import Effect

LATEST = 80


def notice_latest() -> None:
    """Tell people of the latest facts in the log, in the caller's transaction; mails they would owe are not owed."""
    owed_before = set(Sending.objects.values_list("pk", flat=True))
    latest = Event.objects.filter(type__in=followed_types()).order_by("-position")[:LATEST]
    tell_whom_it_concerns(
        [
            cls.from_payload(event.payload, at=event.at, position=event.position)
            for event in reversed(latest)
            if (cls := fact_class(event.type)) is not None
        ]
    )
    owed = Sending.objects.exclude(pk__in=owed_before)
    ids = list(owed.values_list("pk", flat=True))
    Effect.objects.filter(kind__startswith="notifications.", payload__sending_id__in=ids).delete()
    owed.delete()
