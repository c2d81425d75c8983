from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

from zhiyin.channels.keys import new_key
from zhiyin.platform.crypto.fields import EncryptedJSONField
from zhiyin.platform.files.files import open_file

if TYPE_CHECKING:
    from zhiyin.people.models import Staff


class ChannelQuerySet(models.QuerySet["Channel"]):
    def visible_to(self, actor: Staff) -> ChannelQuerySet:
        return self if actor.may("channels.manage") else self.none()


class Channel(models.Model):
    """One mailbox, widget or API inlet."""

    kind = models.TextField()
    key = models.SlugField(max_length=60, unique=True, default=new_key)
    name = models.TextField()
    active = models.BooleanField(default=True)
    settings = models.JSONField(default=dict)
    secrets = EncryptedJSONField(default=dict)
    default_group = models.ForeignKey("people.Group", on_delete=models.SET_NULL, null=True, related_name="+")
    # where cases are that neither say so nor have a customer that does: 中国大陆/广东
    default_region = models.TextField(blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())

    objects = ChannelQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class RawMessage(models.Model):
    """What arrived, untouched; stored before anything is made of it."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    external_id = models.TextField()
    content = models.BinaryField(null=True)  # small ones here, large ones in `file`
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="raw_message_once")]

    def bytes(self) -> bytes:
        if self.file is not None:
            return open_file(self.file).read()
        return bytes(self.content or b"")


class InboundMessage(models.Model):
    """What a raw message says."""

    class Automatic(models.TextChoices):
        NO = ""
        AUTO_REPLY = "auto_reply"
        BOUNCE = "bounce"
        LIST = "list"
        LOOP = "loop"

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    raw = models.OneToOneField(RawMessage, on_delete=models.PROTECT, related_name="+")
    sender_kind = models.TextField()
    sender_value = models.TextField()
    sender_name = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    quoted_text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    thread_keys = ArrayField(models.TextField(), default=list)
    own_keys = ArrayField(models.TextField(), default=list)
    ticket_number = models.BigIntegerField(null=True)
    automatic = models.TextField(choices=Automatic.choices, default=Automatic.NO, blank=True)
    bounced = models.ForeignKey(  # the delivery this message reports as bounced
        "Delivery", on_delete=models.PROTECT, null=True, related_name="+"
    )
    unreadable = models.BooleanField(default=False)
    parties = models.JSONField(default=list)
    headers = models.JSONField(default=dict)
    marks = models.JSONField(default=dict, db_default={})  # what staff should see of it beside its words
    content_key = models.TextField(blank=True, db_default="")  # equal for messages that say the same
    copy_of = models.ForeignKey(  # the same message, come before by another way
        "self", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    held_at = models.DateTimeField(null=True)  # held back, since its sender is blocked
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["-held_at", "-id"], name="inbound_held", condition=models.Q(held_at__isnull=False)
            ),
            models.Index(
                fields=["content_key", "received_at"],
                name="inbound_content",
                condition=~models.Q(content_key=""),
            ),
            models.Index(
                fields=["copy_of"], name="inbound_copies", condition=models.Q(copy_of__isnull=False)
            ),
            models.Index(Lower("sender_value"), "received_at", name="inbound_sender"),
        ]


class InboundAttachment(models.Model):
    message = models.ForeignKey(InboundMessage, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    cid = models.TextField(blank=True)
    inline = models.BooleanField(default=False)


class Delivery(models.Model):
    """One message owed to one customer, and what became of it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        DELIVERED = "delivered"
        BOUNCED = "bounced"
        FAILED = "failed"
        CANCELLED = "cancelled"

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40, unique=True, default=new_key)
    recipient_kind = models.TextField()
    recipient = models.TextField()
    recipient_name = models.TextField(blank=True)
    cc = models.JSONField(default=list)  # further addresses
    thread = models.TextField(blank=True)  # the provider's own thread, e.g. a chat conversation
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    author_name = models.TextField(blank=True)
    automatic = models.BooleanField(default=False)
    message_id = models.TextField(blank=True, db_index=True)
    in_reply_to = models.TextField(blank=True)
    references = models.JSONField(default=list)
    calendar = models.TextField(blank=True, db_default="")  # an answer to an invitation, as iCalendar
    machine = models.JSONField(default=dict, db_default={})  # of words by a machine: kind, sources, choices
    state = models.TextField(choices=State.choices, default=State.QUEUED)
    reason = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)  # rounds: the first, and one more per resend
    provider_id = models.TextField(blank=True)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["state", "created_at"],
                name="delivery_troubled",
                condition=models.Q(state__in=["bounced", "failed"]),
            ),
            models.Index(Lower("recipient"), "created_at", name="delivery_recipient"),
        ]

    def effect_key(self) -> str:
        return f"delivery:{self.pk}:{self.attempts}"


class DeliveryAttachment(models.Model):
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")


class ReceivedRating(models.Model):
    """What a customer said of our service through a channel; which case it was is for others to find."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    thread_key = models.TextField()
    score = models.PositiveSmallIntegerField()
    reasons = ArrayField(models.TextField(), default=list)
    words = models.TextField(blank=True)
    received_at = models.DateTimeField()


class CallBackWish(models.Model):
    """That a customer who waits would rather be called; whose case it is, is for others to find."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    thread_key = models.TextField(db_index=True)
    phone = models.TextField(blank=True)  # as they wrote it; '' when forgotten
    wished_at = models.DateTimeField()


class ForgottenMessage(models.Model):
    """That a message was here and was forgotten: coming again, it is not taken in anew."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64)  # SHA-256 of its external id

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "fingerprint"], name="forgotten_once")]


class BlockedSender(models.Model):
    """An address, or a whole mail domain, whose messages are held back until somebody lets them in."""

    class Kind(models.TextChoices):
        EMAIL = "email"
        EMAIL_DOMAIN = "email_domain"
        PHONE = "phone"
        VISITOR = "visitor"
        EXTERNAL = "external"

    kind = models.TextField(choices=Kind.choices)
    value = models.TextField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="sender_blocked_once")]
