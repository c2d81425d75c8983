"""Attainment as the clocks' rows tell it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from zhiyin.sla.attainment import Tally
from zhiyin.sla.models import OPEN_STATES, Clock

_COUNTS = {
    "in_time": Count("pk", filter=Q(breached_at=None, state="fulfilled")),
    "breached": Count("pk", filter=Q(breached_at__isnull=False)),
    "running": Count("pk", filter=Q(breached_at=None, state__in=OPEN_STATES)),
}


def attained_by_policy(*, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Tallies of clocks activated in a time, by track, policy and metric; one query."""
    clocks = Clock.objects.filter(activated_at__gte=since, activated_at__lt=until)
    named = ("track", "metric", "version__policy_id", "version__policy__name_zh", "version__policy__name_en")
    return [
        {
            "track": row["track"],
            "metric": row["metric"],
            "policy_id": row["version__policy_id"],
            "policy_zh": row["version__policy__name_zh"] or "",
            "policy_en": row["version__policy__name_en"] or "",
            "tally": _tally(row),
        }
        for row in _counted(clocks, *named)
    ]


def attained_by(ticket_ids: Iterable[int], *, track: str) -> dict[str, Tally]:
    """Tallies of these tickets' clocks in one track, by metric."""
    clocks = Clock.objects.filter(ticket_id__in=ticket_ids, track=track)
    return {row["metric"]: _tally(row) for row in _counted(clocks, "metric")}


def _counted(clocks: QuerySet[Clock], *names: str) -> Iterable[dict[str, Any]]:
    counted: Iterable[dict[str, Any]] = clocks.order_by(*names).values(*names).annotate(**_COUNTS)
    return counted


def _tally(row: dict[str, Any]) -> Tally:
    return Tally(row["in_time"], row["breached"], row["running"])
