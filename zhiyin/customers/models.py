from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

if TYPE_CHECKING:
    from zhiyin.people.models import Staff


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, actor: Staff) -> CustomerQuerySet:
        return self if actor.may("customers.read") else self.none()


class Customer(models.Model):
    """A person who writes to us."""

    class Tier(models.TextChoices):
        STANDARD = "standard"
        VIP = "vip"
        KEY = "key"

    name = models.TextField(blank=True)
    company = models.TextField(blank=True)
    tier = models.TextField(choices=Tier.choices, default=Tier.STANDARD)
    language = models.CharField(max_length=10, blank=True)
    region = models.TextField(blank=True, db_default="")  # 中国大陆/广东: the widest first
    note = models.TextField(blank=True)
    search = SearchVectorField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True)  # nobody any more: what they did is still counted

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="customer_search", gin_pending_list_limit=256),
            models.Index(fields=["-updated_at", "-id"], name="customer_recent"),
        ]

    def __str__(self) -> str:
        return self.name


class Identity(models.Model):
    """An address we know a customer by, in its normal form."""

    class Kind(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"
        VISITOR = "visitor"
        EXTERNAL = "external"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    kind = models.TextField(choices=Kind.choices)
    value = models.TextField()
    verified = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="one_customer_per_identity")]
