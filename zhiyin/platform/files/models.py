from __future__ import annotations

import secrets

from django.db import models
from django.db.models.functions import Now


def new_key() -> str:
    return secrets.token_urlsafe(24)


class Blob(models.Model):
    """Content, once; small content inline, else in the file storage under the hash."""

    class Verdict(models.TextChoices):
        """What the virus scanner said."""

        UNKNOWN = ""
        HARMLESS = "harmless"
        DANGEROUS = "dangerous"
        TOO_LARGE = "too_large"

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    content = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True, default="", db_default="")
    threat = models.TextField(blank=True, default="", db_default="")
    scanned_at = models.DateTimeField(null=True)


class StoredFile(models.Model):
    """A named use of a blob."""

    key = models.CharField(max_length=40, unique=True, default=new_key)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=127)
    size = models.BigIntegerField()  # the blob's, so that lists need not read blobs
    created_at = models.DateTimeField(db_default=Now())
    owner = models.CharField(  # who put it up, as `staff:12`; '' for what came with a message
        max_length=40, blank=True, default="", db_default=""
    )

    def __str__(self) -> str:
        return self.name

    @property
    def sha256(self) -> str:
        return str(self.blob_id)
