from __future__ import annotations

from django.db import models


class WorkerHeartbeat(models.Model):
    """A process of the centre and when it was last heard of."""

    kind = models.TextField()  # web, stream, worker
    host = models.TextField()
    pid = models.IntegerField()
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    figures = models.JSONField(default=dict)  # what only this process knows, e.g. its open streams

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "host", "pid"], name="one_heartbeat_per_process")
        ]
