"""Where pushes go, and the key by which push services know us."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhiyin.platform.crypto.fields import EncryptedTextField


class PushSubscription(models.Model):
    """One browser of one person that takes pushes."""

    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64, unique=True)  # of the endpoint, which is kept encrypted
    endpoint = EncryptedTextField()
    public_key = models.TextField()  # the browser's, as it came: base64url
    secret = EncryptedTextField()  # the browser's `auth`
    user_agent = models.TextField(blank=True)
    created_at = models.DateTimeField()
    reached_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["staff"], name="push_of_staff")]

    def __str__(self) -> str:
        return f"push {self.pk} of {self.staff_id}"


class PushKey(models.Model):
    """Our key pair for VAPID (RFC 8292)."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    private_key = EncryptedTextField()  # PEM
    public_key = models.TextField()  # the uncompressed point, base64url, as browsers want it

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_push_key")]
