"""What was said on a ticket."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhiyin.tickets.models.ticket import Ticket


class Message(models.Model):
    """An entry of the timeline. What was said lives with the channel's record where there is one."""

    class Kind(models.TextChoices):
        INBOUND = "inbound"
        OUTBOUND = "outbound"
        NOTE = "note"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    origin = models.ForeignKey(  # the merged ticket it came with, or whose thread it came by since
        Ticket, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    kind = models.TextField(choices=Kind.choices)
    at = models.DateTimeField()
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, null=True, related_name="+")
    inbound = models.OneToOneField(
        "channels.InboundMessage", on_delete=models.PROTECT, null=True, related_name="+"
    )
    delivery = models.OneToOneField(
        "channels.Delivery", on_delete=models.PROTECT, null=True, related_name="+"
    )
    text = models.TextField(blank=True)  # notes only; else inbound.text or delivery.text
    mentions = ArrayField(models.BigIntegerField(), default=list)  # staff named in a note
    mentioned_groups = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    idempotency_key = models.TextField(null=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "-at", "-id"], name="message_timeline"),
            models.Index(fields=["origin"], name="message_origin", condition=Q(origin__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind="inbound", inbound__isnull=False)
                    | Q(kind="outbound", delivery__isnull=False)
                    | Q(kind="note", inbound=None, delivery=None)
                ),
                name="message_has_its_source",
            )
        ]


class MessageAttachment(models.Model):
    """A file on a note; other messages' files are with their channel record."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
