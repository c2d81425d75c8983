from __future__ import annotations

from django.db import models

from zhiyin.tickets.models.forms import CustomField
from zhiyin.tickets.models.ticket import Ticket


class FieldFile(models.Model):
    """A file that a ticket's field holds: what is pointed to is not cleared away."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="field_files")
    field = models.ForeignKey(CustomField, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "field", "file"], name="file_once_in_a_field")
        ]
