"""Which policies fit a ticket: of each track the first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zhiyin.sla.models import Policy
from zhiyin.tickets.queries.fitting import fitting_trees


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
    trees = [policy.version.conditions for policy in policies if policy.version is not None]
    found: dict[str, Policy] = {}
    for policy, fits in zip(policies, fitting_trees(ticket_id, trees, now=now), strict=True):
        if fits:
            found.setdefault(policy.track, policy)
    return found
