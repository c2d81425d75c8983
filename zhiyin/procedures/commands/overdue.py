"""Clocks that ran out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.platform.event_log.emitting import emit
from zhiyin.procedures.events import TaskOverdue
from zhiyin.procedures.models import Task, TaskQuerySet


@transaction.atomic
def note_overdue(*, clock_key: str, now: datetime) -> None:
    """Mark the open task whose clock ran out, once, and tell of it. Other clocks than tasks' are none of ours."""
    for task in _tasks(clock_key).open().filter(overdue_at=None):
        task.overdue_at = now
        task.save(update_fields=["overdue_at"])
        emit(TaskOverdue(ticket_id=task.ticket_id, task_id=task.pk, at=now))


@transaction.atomic
def note_in_time(*, clock_key: str) -> None:
    """The clock had not run out after all: its task is not overdue."""
    _tasks(clock_key).filter(overdue_at__isnull=False).update(overdue_at=None)


def _tasks(clock_key: str) -> TaskQuerySet:
    """The task that a clock is for, to be locked; none for a clock of something else."""
    name, _, number = clock_key.partition(":")
    if name not in ("visit", "task") or not number.isdecimal():
        return Task.objects.none()
    named = {"visit_id": int(number), "kind": Task.Kind.STEP} if name == "visit" else {"pk": int(number)}
    return Task.objects.select_for_update(of=("self",)).filter(**named)
