"""Who of the staff follows a ticket, and who was named in its notes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhiyin.tickets.models.ticket import Ticket
from zhiyin.tickets.models.timeline import Message


class Follower(models.Model):
    """A colleague who wants to hear of the ticket. It gives no access: scope still decides who sees it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    added_by = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "staff"], name="follower_once")]


class Mention(models.Model):
    """A colleague was named in a note, by name or with their group; `seen_at` is when they looked."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "staff"], name="mentioned_once_in_a_note")]
        indexes = [
            models.Index(fields=["staff", "ticket"], name="mention_unseen", condition=Q(seen_at=None)),
        ]
