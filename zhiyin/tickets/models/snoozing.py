"""What somebody wants to be reminded of. That a ticket is snoozed stands in its own row, since lists filter by it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhiyin.tickets.models.ticket import Ticket


class Reminder(models.Model):
    """A person's own reminder of a ticket; nobody else sees it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    text = models.TextField(blank=True)
    created_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["staff", "due_at", "id"], name="reminder_ahead", condition=Q(fired_at=None)),
        ]
