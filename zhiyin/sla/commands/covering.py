"""Under which policies a ticket is."""

from __future__ import annotations

from datetime import datetime, timedelta

from zhiyin.sla.models import Coverage
from zhiyin.sla.queries.covering import fitting_policies, policies_in_force
from zhiyin.tickets.models import Ticket

FRESH = timedelta(days=1)


def cover(ticket: Ticket, *, now: datetime) -> list[Coverage]:
    """The versions a locked ticket runs under, of each track the first policy that fits.

    While the same policy fits, its version stays, whatever is published. One that is done keeps what it had; only
    when it was opened just now, it may not have been looked at before it was done.
    """
    known = {one.track: one for one in Coverage.objects.filter(ticket=ticket).select_related("version")}
    is_fresh = now - ticket.created_at < FRESH
    if ticket.merged_into_id is not None or (not ticket.is_active and (known or not is_fresh)):
        return list(known.values())
    added: list[Coverage] = []
    fitting = fitting_policies(ticket.pk, policies_in_force(), now=now)
    for track, policy in fitting.items():
        coverage = known.get(track)
        if policy.version is None or (coverage and coverage.version.policy_id == policy.pk):
            continue
        if coverage is None:
            since = ticket.created_at if is_fresh else now
            coverage = Coverage(ticket=ticket, track=track, version=policy.version, since=since)
            added.append(coverage)
        else:
            coverage.version, coverage.since = policy.version, now
            coverage.save(update_fields=["version", "since"])
        known[track] = coverage
    Coverage.objects.bulk_create(added)
    for track in set(known) - set(fitting):
        known.pop(track).delete()
    return list(known.values())
