"""Clocks that ran out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.platform.event_log.emitting import emit
from zhiyin.procedures.events import TaskOverdue
from zhiyin.procedures.models import Task


@transaction.atomic
def note_overdue(*, clock_key: str, now: datetime) -> None:
    """Mark the open task whose clock ran out, once, and tell of it. Other clocks than tasks' are none of ours."""
    name, _, number = clock_key.partition(":")
    if name not in ("visit", "task") or not number.isdecimal():
        return
    named = {"visit_id": int(number), "kind": Task.Kind.STEP} if name == "visit" else {"pk": int(number)}
    for task in Task.objects.select_for_update(of=("self",)).open().filter(overdue_at=None, **named):
        task.overdue_at = now
        task.save(update_fields=["overdue_at"])
        emit(TaskOverdue(ticket_id=task.ticket_id, task_id=task.pk, at=now))
