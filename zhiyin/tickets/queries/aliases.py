"""Tickets that were merged into others: what is left is a number that leads there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from zhiyin.tickets.models import Ticket

# merges don't go round: an alias is never merged again before that is undone
_UPWARD = """
WITH RECURSIVE way (id, merged_into_id) AS (
    SELECT id, merged_into_id FROM tickets_ticket WHERE id = %s
    UNION ALL SELECT up.id, up.merged_into_id FROM way JOIN tickets_ticket up ON up.id = way.merged_into_id
) SELECT id FROM way WHERE merged_into_id IS NULL
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
    with connection.cursor() as cursor:
        cursor.execute(_UPWARD, [ticket_id])
        found = cursor.fetchone()
    return found[0] if found else ticket_id


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
    """The ticket that a number leads to, locked; it may become an alias itself while we wait for the lock."""
    ticket = Ticket.objects.select_for_update().get(pk=root_of(ticket_id))
    while ticket.merged_into_id is not None:
        ticket = Ticket.objects.select_for_update().get(pk=root_of(ticket.pk))
    return ticket
