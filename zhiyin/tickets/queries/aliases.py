"""Tickets that were merged into others: what is left is a number that leads there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from zhiyin.tickets.models import Ticket

# merges don't go round: an alias is never merged again before that is undone
_UPWARD = """
WITH RECURSIVE way (begun, id, merged_into_id) AS (
    SELECT id, id, merged_into_id FROM tickets_ticket WHERE id = ANY (%s::bigint[])
    UNION ALL SELECT way.begun, up.id, up.merged_into_id
    FROM way JOIN tickets_ticket up ON up.id = way.merged_into_id
) SELECT begun, id FROM way WHERE merged_into_id IS NULL
"""
_DOWNWARD = """
WITH RECURSIVE family (id) AS (
    SELECT %s::bigint
    UNION ALL SELECT alias.id FROM family JOIN tickets_ticket alias ON alias.merged_into_id = family.id
) SELECT family.id, merge.target_id, merge.at, merge.split_into_id, staff.name, ticket.subject
FROM family JOIN tickets_ticket ticket ON ticket.id = family.id
LEFT JOIN tickets_merge merge ON merge.source_id = family.id AND merge.undone_at IS NULL
LEFT JOIN people_staff staff ON staff.id = merge.by_id
ORDER BY merge.at NULLS FIRST, family.id
"""

_FAMILIES = """
WITH RECURSIVE family (root, id) AS (
    SELECT id, id FROM tickets_ticket WHERE id = ANY (%s::bigint[])
    UNION ALL SELECT family.root, alias.id FROM family JOIN tickets_ticket alias ON alias.merged_into_id = family.id
) SELECT root, id FROM family ORDER BY root, id
"""


@dataclass(frozen=True)
class Alias:
    """A ticket that was merged into another, and whether that can be undone now."""

    id: int
    subject: str
    into_id: int
    at: datetime
    by_name: str
    can_be_undone: bool


def root_of(ticket_id: int) -> int:
    """The ticket that a number leads to: itself, or what it was merged into, through all merges."""
    return roots_of([ticket_id]).get(ticket_id, ticket_id)


def roots_of(ticket_ids: Collection[int]) -> dict[int, int]:
    """The tickets that these numbers lead to, by number; those that are nobody's are left out. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_UPWARD, [sorted(ticket_ids)])
        return dict(cursor.fetchall())


def aliases_of(ticket_id: int) -> list[Alias]:
    """Everything that was merged into the ticket, through all merges, in that order; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_DOWNWARD, [ticket_id])
        rows = cursor.fetchall()
    return [
        Alias(alias, subject, into, at, by_name or "", split is None and into == ticket_id)
        for alias, into, at, split, by_name, subject in rows
        if alias != ticket_id
    ]


def families_of(ticket_ids: list[int]) -> dict[int, list[int]]:
    """For each ticket its id and those of everything that was merged into it, through all merges; one query."""
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FAMILIES, [ticket_ids])
        for root, member in cursor.fetchall():
            found.setdefault(root, []).append(member)
    return found


def family_of(ticket_id: int) -> list[int]:
    """The ticket's id and those of everything that was merged into it; one query."""
    return [ticket_id, *(alias.id for alias in aliases_of(ticket_id))]


def lock_root(ticket_id: int) -> Ticket:
    """The ticket that a number leads to, locked. Raises Ticket.DoesNotExist."""
    found = lock_roots([ticket_id]).get(ticket_id)
    if found is None:
        raise Ticket.DoesNotExist
    return found


def lock_roots(ticket_ids: Collection[int]) -> dict[int, Ticket]:
    """The tickets that these numbers lead to, locked in the order of their own, by the number asked for.

    They may become aliases themselves while we wait for the lock.
    """
    locked: dict[int, Ticket] = {}
    roots = roots_of(ticket_ids) if ticket_ids else {}
    while wanted := set(roots.values()) - locked.keys():
        rows = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
        locked |= {ticket.pk: ticket for ticket in rows}
        roots = {asked: root for asked, root in roots.items() if root in locked}
        moved = [asked for asked, root in roots.items() if locked[root].merged_into_id is not None]
        roots |= roots_of(moved) if moved else {}
    return {asked: locked[root] for asked, root in roots.items()}
