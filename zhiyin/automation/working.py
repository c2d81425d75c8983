"""The part of a worker that looks after time rules."""

from __future__ import annotations

import threading

from django.utils import timezone

from zhiyin.automation.commands.sweeping import sweep_next
from zhiyin.platform.worker.loops import background

LOOK_EVERY_SECONDS = 2.0
BREATH_SECONDS = 0.02  # between batches


@background("automation")
def look_after_time_rules(stop: threading.Event) -> None:
    """Sweep what is due until asked to stop."""
    while not stop.is_set():
        stop.wait(BREATH_SECONDS if sweep_next(now=timezone.now()) else LOOK_EVERY_SECONDS)
