"""What answers were taken from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhiyin.tickets.models.ticket import Ticket
from zhiyin.tickets.models.timeline import Message


class KnowledgeUse(models.Model):
    """A version of a knowledge entry that was put into an answer; without a message while that is being written."""

    class How(models.TextChoices):
        INSERTED = "inserted"  # word for word
        ADAPTED = "adapted"
        AUTOMATIC = "automatic"  # answered by itself

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="+")
    version = models.ForeignKey("knowledge.Version", on_delete=models.PROTECT, related_name="+")
    how = models.TextField(choices=How.choices, default=How.INSERTED)
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "version", "by"], condition=Q(message=None), name="one_use_being_written"
            ),
            models.UniqueConstraint(
                fields=["message", "version"], condition=Q(message__isnull=False), name="one_use_per_message"
            ),
        ]
        indexes = [models.Index(fields=["version", "-at"], name="use_of_version")]
