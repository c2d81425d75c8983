from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """One thing done. A database trigger refuses to change or delete it."""

    number = models.BigIntegerField(primary_key=True)  # 1, 2, 3 … without gaps
    at = models.DateTimeField(db_index=True)
    action = models.TextField()
    actor_id = models.BigIntegerField(null=True)  # staff; none: the system itself
    target = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["target", "-number"], name="audit_target"),
            models.Index(fields=["actor_id", "-number"], name="audit_actor"),
        ]
