"""How chances of automatic answers were set right by what became of answers, version by version."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Recalibration(models.Model):
    """Scalings of the chances that ship, learned from the centre's own outcomes; one is active, or none."""

    number = models.PositiveIntegerField(unique=True)
    scalings = models.JSONField()  # slope and offset by fit, of those that are better than what ships
    report = models.JSONField()  # FitReport of answering.recalibrating by fit, on outcomes held back
    outcomes = models.PositiveIntegerField()
    right = models.PositiveIntegerField()
    fitted_at = models.DateTimeField()
    active = models.BooleanField(default=False)
    activated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["active"], condition=Q(active=True), name="one_active_recalibration"
            ),
            models.CheckConstraint(
                condition=Q(right__lte=models.F("outcomes")), name="recalibration_right_of_all"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"
