from __future__ import annotations

from django.db import models


class SignInLink(models.Model):
    """Somebody asked to come in by an address; the link itself is made as the mail leaves, and never stored."""

    email = models.EmailField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="sign_in_link_expiry")]


class PortalSession(models.Model):
    """A customer who came in on one device; only the hash of their cookie is kept."""

    hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["email"], name="portal_session_email"),
            models.Index(fields=["seen_at"], name="portal_session_seen"),
        ]
