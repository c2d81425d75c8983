"""What was learned of moods from corrections, version by version."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class MoodVersion(models.Model):
    """A classifier of moods that goes before the lexicon where it is sure; one is active, or none."""

    number = models.PositiveIntegerField(unique=True)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    threshold = models.FloatField()  # the confidence from which it goes before the lexicon
    report = models.JSONField()  # MoodReport of moods.learning, on texts held back
    corrections = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField()  # readings that people let stand
    trained_at = models.DateTimeField()
    active = models.BooleanField(default=False)
    activated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["active"], condition=Q(active=True), name="one_active_mood_version"
            ),
            models.CheckConstraint(
                condition=Q(threshold__gte=0, threshold__lte=1), name="mood_threshold_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"
