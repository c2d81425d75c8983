"""What a changed policy would have done: asked for, and worked out by a worker."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from zhiyin.platform.jobs.asked import AskedWork


class Simulation(AskedWork):
    """A time that was, replayed as queues are set and with one queue set otherwise."""

    LONGEST = timedelta(minutes=10)

    by = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    asked = models.JSONField()
