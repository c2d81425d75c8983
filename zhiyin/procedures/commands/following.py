"""Cases go where their ticket goes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.procedures.commands.running import Run, break_off
from zhiyin.procedures.models import Case, Task
from zhiyin.tickets.queries.aliases import lock_root


@transaction.atomic
def follow_merge(*, source_id: int, target_id: int, by_id: int, now: datetime) -> None:
    """Bring a merged ticket's cases and tasks along. A procedure that runs on both goes on with the target's case."""
    target = lock_root(target_id)
    by = Staff.objects.get(pk=by_id)
    there = Case.objects.running().filter(ticket=target).values("definition")
    for double in Case.objects.running().filter(ticket_id=source_id, definition__in=there):
        break_off(Run(double, target, by, now))
    Case.objects.filter(ticket_id=source_id).update(ticket=target)
    Task.objects.filter(ticket_id=source_id).update(ticket=target)
