"""Under which policies tickets are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from zhiyin.sla.models import Coverage, Policy
from zhiyin.sla.queries.covering import fitting_policies, policies_in_force
from zhiyin.tickets.models import Ticket

FRESH = timedelta(days=1)


def cover(moments: Sequence[tuple[Ticket, datetime]]) -> dict[int, list[Coverage]]:
    """The versions that locked tickets run under, of each track the first policy that fits; by ticket.

    While the same policy fits, its version stays, whatever is published. A ticket that is done keeps what it had; only
    when it was opened just now, it may not have been looked at before it was done.
    """
    known: dict[int, dict[str, Coverage]] = defaultdict(dict)
    tickets = [ticket for ticket, _ in moments]
    for coverage in Coverage.objects.filter(ticket__in=tickets).select_related("version"):
        known[coverage.ticket_id][coverage.track] = coverage
    asked = [(ticket, now) for ticket, now in moments if _may_change(ticket, known[ticket.pk], now)]
    if asked:
        latest = max(now for _, now in asked)
        fitting = fitting_policies([ticket.pk for ticket, _ in asked], policies_in_force(), now=latest)
        added = [
            coverage
            for ticket, now in asked
            for coverage in _follow(ticket, known[ticket.pk], fitting.get(ticket.pk, {}), now)
        ]
        Coverage.objects.bulk_create(added)
    return {ticket.pk: list(known[ticket.pk].values()) for ticket in tickets}


def _may_change(ticket: Ticket, known: dict[str, Coverage], now: datetime) -> bool:
    return ticket.merged_into_id is None and (ticket.is_active or (not known and _is_fresh(ticket, now)))


def _is_fresh(ticket: Ticket, now: datetime) -> bool:
    return now - ticket.created_at < FRESH


def _follow(
    ticket: Ticket, known: dict[str, Coverage], fitting: dict[str, Policy], now: datetime
) -> list[Coverage]:
    """Bring what is known up to what fits; returns what is to be added."""
    added: list[Coverage] = []
    for track, policy in fitting.items():
        coverage = known.get(track)
        if policy.version is None or (coverage and coverage.version.policy_id == policy.pk):
            continue
        if coverage is None:
            since = ticket.created_at if _is_fresh(ticket, now) else now
            coverage = Coverage(ticket=ticket, track=track, version=policy.version, since=since)
            added.append(coverage)
        else:
            coverage.version, coverage.since = policy.version, now
            coverage.save(update_fields=["version", "since"])
        known[track] = coverage
    for track in set(known) - set(fitting):
        known.pop(track).delete()
    return added
