from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Effect(models.Model):
    """One thing owed to the outside world."""

    class State(models.TextChoices):
        WAITING = "waiting"
        LEASED = "leased"
        DONE = "done"
        GIVEN_UP = "given_up"
        CANCELLED = "cancelled"

    kind = models.TextField()
    key = models.TextField(unique=True)
    payload = models.JSONField(default=dict)
    state = models.TextField(choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["kind", "next_try_at"],
                name="effect_due",
                condition=models.Q(state__in=["waiting", "leased"]),
            ),
            models.Index(
                fields=["kind", "settled_at"], name="effect_given_up", condition=models.Q(state="given_up")
            ),
        ]
