"""Work that somebody asked for and a worker does meanwhile, with what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q


class AskedWork(models.Model):
    """The row of such work; who asked for what is the concern of those who keep one."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    LONGEST = timedelta(minutes=15)

    state = models.TextField(choices=State.choices, default=State.WAITING)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "failed"]), name="%(class)s_state_known"
            )
        ]

    def state_at(self, now: datetime) -> str:
        """What has waited this long waits for a worker that was killed."""
        is_lost = self.state == self.State.WAITING and now - self.created_at > self.LONGEST
        return self.State.FAILED if is_lost else self.state
