"""The part of a worker that applies retention rules, batch by batch."""

from __future__ import annotations

import threading

from django.utils import timezone

from zhiyin.platform.worker.loops import background
from zhiyin.trust.commands.running import go_on

LOOK_EVERY_SECONDS = 5.0
BREATH_SECONDS = 0.02  # between batches, for those who wait for an answer


@background("retention")
def apply_rules(stop: threading.Event) -> None:
    """Go on with what runs there are until asked to stop."""
    while not stop.is_set():
        stop.wait(BREATH_SECONDS if go_on(now=timezone.now()) else LOOK_EVERY_SECONDS)
