"""Who is to hear of a level."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zhiyin.people.models import Membership, Staff
from zhiyin.tickets.models import Follower, Ticket


def leads_of(group_id: int | None) -> list[int]:
    """The leads among the members of a group."""
    if group_id is None:
        return []
    leads = Staff.objects.active().filter(roles__code="lead", pk__in=Membership.objects.of_groups([group_id]))
    return sorted(set(leads.values_list("pk", flat=True)))


def recipients_of(acts: Iterable[dict[str, Any]], ticket: Ticket) -> list[int]:
    """The staff whom the acts name, by number; without an assignee their group hears in their place."""
    found: set[int] = set()
    for act in acts:
        if act["act"] == "tell_lead" or act.get("whom") == "lead":
            found |= set(leads_of(ticket.group_id))
        if act["act"] != "notify":
            continue
        found |= set(act.get("staff_ids") or ())
        if act.get("whom") == "followers":
            found |= set(Follower.objects.filter(ticket=ticket).values_list("staff_id", flat=True))
        if act.get("whom") == "assignee" and ticket.assignee_id is not None:
            found.add(ticket.assignee_id)
        elif act.get("whom") in ("assignee", "group") and ticket.group_id is not None:
            found |= set(Membership.objects.of_groups([ticket.group_id]))
    return sorted(found)
