"""Who takes part in a ticket, and how later messages find it."""

from __future__ import annotations

from django.db import models

from zhiyin.tickets.models.ticket import Ticket


class Participant(models.Model):
    """An address that takes part in a ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants")
    kind = models.TextField()
    value = models.TextField()
    name = models.TextField(blank=True)
    role = models.TextField(default="requester")  # requester | cc

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "kind", "value"], name="participant_once")]


class ThreadKey(models.Model):
    """What a later message may refer to: a Message-ID, a reply token, a chat conversation."""

    key = models.TextField(primary_key=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
