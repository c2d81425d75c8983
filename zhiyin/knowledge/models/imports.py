"""What was read out of files and waits to be taken in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Import(models.Model):
    """Files read once; nothing becomes knowledge before somebody has looked and said so."""

    class State(models.TextChoices):
        PREVIEW = "preview"
        DONE = "done"
        DISCARDED = "discarded"

    name = models.TextField()
    state = models.TextField(choices=State.choices, default=State.PREVIEW)
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class ImportItem(models.Model):
    """One entry to be, or why one can't be."""

    class State(models.TextChoices):
        READY = "ready"
        REFUSED = "refused"
        DONE = "done"

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()
    source = models.TextField()  # the file in the archive, or the line of the workbook
    state = models.TextField(choices=State.choices, default=State.READY)
    content = models.JSONField(default=dict)  # see zhiyin.knowledge.importing.reading.Found
    reason_zh = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)
    warnings = models.JSONField(default=list)  # pairs of zh, en: what was left out
    entry = models.ForeignKey("Entry", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="import_item_once"),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason_en=""), name="refused_item_says_why"
            ),
        ]


class ImportFile(models.Model):
    """A picture found in an imported file, kept while the preview waits."""

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
