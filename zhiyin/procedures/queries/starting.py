"""Which procedures begin on a ticket by themselves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, QuerySet

from zhiyin.procedures.models import Case, Definition, Version
from zhiyin.tickets.queries.fitting import fitting_trees, fitting_trees_of


def fitting_procedures(ticket_id: int, *, now: datetime) -> list[Definition]:
    """Those in use whose newest version says that they begin on such a ticket, and that never ran on it; two queries,
    one where none begins by itself."""
    ran = Case.objects.filter(ticket=ticket_id).values("definition")
    waiting = list(_beginning_by_themselves().exclude(definition__in=ran).select_related("definition"))
    if not waiting:
        return []
    fits = fitting_trees(ticket_id, [version.starts for version in waiting], now=now)
    return [version.definition for version, does in zip(waiting, fits, strict=True) if does]


def tickets_with_fitting_procedures(ticket_ids: Collection[int], *, now: datetime) -> set[int]:
    """Those of these tickets on which some procedure begins by itself, if it has not run there; as many queries."""
    trees = list(_beginning_by_themselves().values_list("starts", flat=True))
    return (
        {pk for pk, fits in fitting_trees_of(ticket_ids, trees, now=now).items() if any(fits)}
        if trees
        else set()
    )


def _beginning_by_themselves() -> QuerySet[Version]:
    newest = Version.objects.filter(number=F("definition__latest"), definition__active=True)
    return newest.exclude(starts={}).order_by("definition_id")
