"""What a changed policy would have done: asked for, and worked out by a worker."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q


class Simulation(models.Model):
    """A time that was, replayed as queues are set and with one queue set otherwise."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    LONGEST = timedelta(minutes=10)

    by = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    asked = models.JSONField()
    state = models.TextField(choices=State.choices, default=State.WAITING)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "failed"]), name="simulation_state_known"
            )
        ]

    def state_at(self, now: datetime) -> str:
        """One that has waited this long waits for a worker that was killed."""
        is_lost = self.state == self.State.WAITING and now - self.created_at > self.LONGEST
        return self.State.FAILED if is_lost else self.state
