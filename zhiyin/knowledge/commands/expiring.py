"""Editions whose validity ends: told of before, and when it has."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.knowledge.events import EditionExpired, EditionExpiring
from zhiyin.knowledge.models import Edition, Entry, Version
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.timers.timers import cancel_timer, set_timer

TIMER = "knowledge.expiry"  # by the edition's number
TOLD_BEFORE = timedelta(days=14)


def watch_expiry(edition: Edition, version: Version | None) -> None:
    """Set the edition's timer by what it says now, or take it away."""
    key = str(edition.pk)
    if version is None or version.valid_until is None:
        cancel_timer(kind=TIMER, key=key)
        return
    set_timer(
        kind=TIMER, key=key, due_at=version.valid_until - TOLD_BEFORE, payload={"version_id": version.pk}
    )


@transaction.atomic
def tell_expiry(*, edition_id: int, version_id: int, now: datetime) -> None:
    """Tell that the version will expire, and once more when it has; nothing where another is published by now."""
    entry_id = Edition.objects.filter(pk=edition_id).values_list("entry_id", flat=True).first()
    entry = Entry.objects.select_for_update().filter(pk=entry_id or 0).first()
    edition = Edition.objects.select_related("published").filter(pk=edition_id, published=version_id).first()
    version = edition.published if edition else None
    if entry is None or version is None or version.valid_until is None:
        return
    kind = EditionExpired if version.valid_until <= now else EditionExpiring
    emit(
        kind(entry_id=entry.pk, edition_id=edition_id, version_id=version_id, owner_id=entry.owner_id, at=now)
    )
    if kind is EditionExpiring:
        set_timer(
            kind=TIMER, key=str(edition_id), due_at=version.valid_until, payload={"version_id": version_id}
        )
