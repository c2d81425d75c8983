"""Under which policies a ticket is."""

from __future__ import annotations

from datetime import datetime

from zhiyin.sla.models import Coverage
from zhiyin.sla.queries.covering import fitting_policies, policies_in_force
from zhiyin.tickets.models import Ticket


def cover(ticket: Ticket, *, now: datetime) -> list[Coverage]:
    """The versions a locked ticket runs under, of each track the first policy that fits.

    While the same policy fits, its version stays, whatever is published; one that is done keeps what it had.
    """
    known = {one.track: one for one in Coverage.objects.filter(ticket=ticket).select_related("version")}
    if not ticket.is_active or ticket.merged_into_id is not None:
        return list(known.values())
    fitting = fitting_policies(ticket.pk, policies_in_force(), now=now)
    for track, policy in fitting.items():
        coverage = known.get(track)
        if policy.version is None or (coverage and coverage.version.policy_id == policy.pk):
            continue
        if coverage is None:
            coverage = Coverage(ticket=ticket, track=track)
        coverage.version, coverage.since = policy.version, now
        coverage.save()
        known[track] = coverage
    for track in set(known) - set(fitting):
        known.pop(track).delete()
    return list(known.values())
