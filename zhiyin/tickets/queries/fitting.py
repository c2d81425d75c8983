"""Which of several trees of conditions a ticket fits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, Value

from zhiyin.people.models import Staff
from zhiyin.tickets.fields.registry import Viewpoint
from zhiyin.tickets.fields.trees import Tree, condition_of, fields_of
from zhiyin.tickets.models import Ticket


def fitting_trees(ticket_id: int, trees: Sequence[Tree], *, now: datetime) -> list[bool]:
    """For each tree whether the ticket fits it; one query for all. The trees mean the same whoever asks."""
    return fitting_trees_of([ticket_id], trees, now=now).get(ticket_id, [False] * len(trees))


def fitting_trees_of(
    ticket_ids: Collection[int], trees: Sequence[Tree], *, now: datetime
) -> dict[int, list[bool]]:
    """By ticket, for each tree whether it fits; one query for all. A ticket that is gone is not among them."""
    fields = fields_of(trees)
    nobody = Viewpoint(by=Staff(), now=now)
    told = {
        f"fits_{number}": ExpressionWrapper(condition, output_field=BooleanField())
        if condition
        else Value(True)
        for number, tree in enumerate(trees)
        for condition in [condition_of(tree, nobody, fields)]
    }
    rows = Ticket.objects.filter(pk__in=ticket_ids).annotate(**told).values("pk", *told)
    return {row["pk"]: [bool(row[name]) for name in told] for row in rows}
