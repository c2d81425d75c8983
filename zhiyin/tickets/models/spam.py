from __future__ import annotations

from django.db import models

from zhiyin.tickets.models.ticket import Ticket


class SpamMark(models.Model):
    """Somebody said that a ticket is spam, and what undoing that brings back."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="+")
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    was_status = models.TextField()
    was_waiting_since = models.DateTimeField(null=True)
    blocked = models.ForeignKey(
        "channels.BlockedSender", on_delete=models.SET_NULL, null=True, related_name="+"
    )
