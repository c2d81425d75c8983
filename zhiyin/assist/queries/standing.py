"""How assistance stands: whether texts change, what people make of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from zhiyin.assist.models import ModelVersion, Reading, Use

DRIFT_DAYS = 14
LEAST_FOR_DRIFT = 200
DRIFTS_FROM = 0.25


@dataclass(frozen=True)
class Drift:
    """`index` is the population stability of confidences, now against the held-back tickets; None with too few."""

    index: float | None
    readings: int
    is_drifting: bool


def drift_of(version: ModelVersion | None, *, now: datetime) -> Drift:
    """Whether what is written lately is still what the version was measured on; one query."""
    if version is None:
        return Drift(None, 0, False)
    lately = list(
        Reading.objects.filter(
            read_at__gt=now - timedelta(days=DRIFT_DAYS), model="own", version=f"v{version.number}"
        )
        .order_by("-read_at")
        .values_list("category_confidence", flat=True)[:5000]
    )
    if len(lately) < LEAST_FOR_DRIFT or not version.baseline:
        return Drift(None, len(lately), False)
    from zhiyin.assist.classifying.measuring import population_stability

    index = population_stability(version.baseline, lately)
    return Drift(index, len(lately), index >= DRIFTS_FROM)


def uses_by_task(*, since: datetime) -> list[dict[str, Any]]:
    """How often each task was asked for, and what became of it; one query."""
    rows = (
        Use.objects.filter(at__gte=since)
        .values("task", "provider")
        .annotate(
            asked=Count("pk"),
            used=Count("pk", filter=Q(outcome="used")),
            edited=Count("pk", filter=Q(outcome="edited")),
            dismissed=Count("pk", filter=Q(outcome="dismissed")),
            fell_back=Count("pk", filter=~Q(fell_back="")),
        )
    )
    return [dict(row) for row in rows.order_by("-asked", "task")]
