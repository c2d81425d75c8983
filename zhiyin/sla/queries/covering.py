"""Which policies fit a ticket: of each track the first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from zhiyin.sla.models import Policy
from zhiyin.tickets.queries.fitting import fitting_trees_of


def policies_in_force() -> list[Policy]:
    """Those that hold, with their versions, in the order in which they are asked; one query."""
    return list(
        Policy.objects.filter(active=True, version__isnull=False)
        .select_related("version__by")
        .order_by("track", "position", "pk")
    )


def fitting_policies(
    ticket_ids: Collection[int], policies: Sequence[Policy], *, now: datetime
) -> dict[int, dict[str, Policy]]:
    """By ticket, the first fitting policy of each track; one query for all conditions."""
    if not policies or not ticket_ids:
        return {}
    trees = [policy.version.conditions for policy in policies if policy.version is not None]
    found: dict[int, dict[str, Policy]] = {}
    for ticket_id, fits in fitting_trees_of(ticket_ids, trees, now=now).items():
        first = found.setdefault(ticket_id, {})
        for policy, does in zip(policies, fits, strict=True):
            if does:
                first.setdefault(policy.track, policy)
    return found
