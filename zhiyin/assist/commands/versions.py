"""What versions of something learned have in common: one is in place or none, and old ones go."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from zhiyin.assist.models import ModelVersion, MoodVersion, Recalibration

Version = ModelVersion | MoodVersion | Recalibration
KEPT_VERSIONS = 10


def one_at_a_time(what: str) -> None:
    """Hold up others who want to change the same until the transaction ends; where none is active there is no row to hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"assist.{what}"])


def put_in_place(version: Version, *, now: datetime) -> None:
    """Have a locked version be the active one, instead of any other."""
    type(version).objects.filter(active=True).update(active=False)
    version.active, version.activated_at = True, now
    version.save(update_fields=["active", "activated_at"])


@transaction.atomic
def forget_old(versions: type[Version]) -> int:
    """Versions beyond KEPT_VERSIONS, the active one never; their files are cleared as any that nobody points to."""
    kept = versions.objects.order_by("-number").values_list("pk", flat=True)[:KEPT_VERSIONS]
    gone, _ = versions.objects.filter(active=False).exclude(pk__in=list(kept)).delete()
    return gone
