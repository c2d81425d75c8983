"""Which policies fit a ticket: of each track the first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, Value

from zhiyin.sla.models import Policy
from zhiyin.tickets.fields.registry import Viewpoint
from zhiyin.tickets.fields.trees import condition_of, fields_of
from zhiyin.tickets.models import Ticket


def policies_in_force() -> list[Policy]:
    """Those that hold, with their versions, in the order in which they are asked; one query."""
    return list(
        Policy.objects.filter(active=True, version__isnull=False)
        .select_related("version__by")
        .order_by("track", "position", "pk")
    )


def fitting_policies(ticket_id: int, policies: Sequence[Policy], *, now: datetime) -> dict[str, Policy]:
    """The first fitting policy of each track; one query for all conditions."""
    if not policies:
        return {}
    versions = [policy.version for policy in policies if policy.version is not None]
    fields = fields_of(version.conditions for version in versions)
    told = {
        f"fits_{number}": ExpressionWrapper(condition, output_field=BooleanField())
        if condition
        else Value(True)
        for number, version in enumerate(versions)
        for condition in [condition_of(version.conditions, Viewpoint(by=version.by, now=now), fields)]
    }
    row = Ticket.objects.filter(pk=ticket_id).annotate(**told).values(*told).first() or {}
    found: dict[str, Policy] = {}
    for number, policy in enumerate(policies):
        if row.get(f"fits_{number}"):
            found.setdefault(policy.track, policy)
    return found
