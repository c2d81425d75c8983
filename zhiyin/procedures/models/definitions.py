"""What a procedure is: its versions, and the systems of others that it asks or tells."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhiyin.platform.crypto.fields import EncryptedTextField


class Definition(models.Model):
    """A procedure by its name. What it does is in its newest version."""

    key = models.TextField(unique=True)  # never changes: sub-procedures and programs name it
    name_zh = models.TextField()
    name_en = models.TextField()
    about_zh = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    active = models.BooleanField(default=True)
    latest = models.PositiveIntegerField(default=1)  # number of the newest version
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z][a-z0-9_]{0,49}$"), name="procedure_key_plain"
            )
        ]

    def __str__(self) -> str:
        return self.key


class Version(models.Model):
    """What a procedure does, from one publishing to the next. Never changed: running cases hold on to it."""

    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()  # see zhiyin.procedures.content
    starts = models.JSONField(
        default=dict
    )  # on which tickets it begins by itself: a tree, see zhiyin.tickets.fields; empty: by hand only
    published_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="procedure_version_numbered_once")
        ]

    def __str__(self) -> str:
        return f"{self.definition_id}/{self.number}"


class OutsideSystem(models.Model):
    """A system of others that steps call, such as risk control: where it is and what it knows us by."""

    key = models.TextField(unique=True)
    name_zh = models.TextField()
    name_en = models.TextField()
    url = models.TextField(blank=True)  # empty: not connected yet, and every call fails at once
    secret = EncryptedTextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z][a-z0-9_]{0,49}$"), name="outside_system_key_plain"
            )
        ]

    def __str__(self) -> str:
        return self.key
