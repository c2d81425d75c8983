from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhiyin.platform.crypto.fields import EncryptedTextField

if TYPE_CHECKING:
    from zhiyin.people.models import Staff

EVERYTHING = "*"


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, actor: Staff) -> WebhookQuerySet:
        return self if actor.may("channels.manage") else self.none()

    def following_any(self, fact_types: Collection[str]) -> WebhookQuerySet:
        """The active ones that follow facts of any of these types."""
        return self.filter(active=True, events__overlap=[*fact_types, EVERYTHING])


class Webhook(models.Model):
    """An address of another program and the facts it wants to hear of."""

    name = models.TextField(blank=True)
    url = models.TextField()
    events = ArrayField(models.TextField())
    secret = EncryptedTextField()
    active = models.BooleanField(default=True)
    created_by = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)  # tries in a row that failed
    failing_since = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_reason = models.TextField(blank=True)

    objects = WebhookQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name or self.url

    def follows(self, fact_type: str) -> bool:
        return not {fact_type, EVERYTHING}.isdisjoint(self.events)


class WebhookDelivery(models.Model):
    """One fact owed to one web-hook."""

    class State(models.TextChoices):
        QUEUED = "queued"
        DELIVERED = "delivered"
        FAILED = "failed"
        CANCELLED = "cancelled"

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.TextField()  # the receiver knows a second try by it
    type = models.TextField()
    position = models.BigIntegerField(null=True)  # of the fact; a ping has none
    data = models.JSONField(default=dict)  # the fact's ids
    at = models.DateTimeField()
    state = models.TextField(choices=State.choices, default=State.QUEUED)
    round = models.PositiveIntegerField(default=0)  # one more each time somebody sends it again
    attempts = models.PositiveIntegerField(default=0)  # in this round
    tries = models.JSONField(default=list)  # [{at, status, reason, ms}], the latest last
    next_try_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "position"],
                name="fact_once_per_webhook",
                condition=Q(position__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["webhook", "-created_at", "-id"], name="webhook_delivery_recent")]

    def effect_key(self) -> str:
        return f"webhook:{self.pk}:{self.round}:{self.attempts}"
