"""Which procedures begin on tickets by themselves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F

from zhiyin.procedures.models import Case, Definition, Version
from zhiyin.tickets.queries.fitting import fitting_trees_of


def fitting_procedures(ticket_ids: Collection[int], *, now: datetime) -> dict[int, list[Definition]]:
    """By ticket, those in use whose newest version says that they begin on such a ticket, and that never ran on it;
    three queries, one where none begins by itself. Tickets that fit none are not among them."""
    newest = Version.objects.filter(number=F("definition__latest"), definition__active=True)
    versions = list(newest.exclude(starts={}).order_by("definition_id").select_related("definition"))
    if not versions:
        return {}
    ran = set(Case.objects.filter(ticket__in=ticket_ids).values_list("ticket_id", "definition_id"))
    found = {}
    for pk, fits in fitting_trees_of(ticket_ids, [one.starts for one in versions], now=now).items():
        fitting = [one.definition for one, does in zip(versions, fits, strict=True) if does]
        if beginning := [definition for definition in fitting if (pk, definition.pk) not in ran]:
            found[pk] = beginning
    return found
