from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Export(models.Model):
    """A view on its way into a file, and the file once it is there. Its owner's alone."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    asked = models.JSONField()  # view, conditions, sort, columns, format, zone, name
    state = models.TextField(choices=State.choices, default=State.WAITING)
    rows = models.PositiveIntegerField(default=0)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="export_age")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", file__isnull=False) | ~Q(state="done"), name="export_done_has_file"
            ),
        ]
