"""Lists that became child tickets."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from zhiyin.procedures.models import ChildImport, ImportRow
from zhiyin.tickets.models import Ticket


def imports_of(ticket: Ticket) -> QuerySet[ChildImport]:
    """A ticket's imports with their lines, the latest first; two queries."""
    lines = Prefetch("rows", ImportRow.objects.order_by("number"))
    return ChildImport.objects.filter(ticket=ticket).prefetch_related(lines).order_by("-pk")
