"""Every process tells that it lives; what only it knows goes along."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

from zhiyin.platform.ops.models import WorkerHeartbeat
from zhiyin.platform.worker.loops import LoopThread, background

BEAT_EVERY = timedelta(seconds=10)
ALIVE_WITHIN = timedelta(seconds=35)
FORGOTTEN_AFTER = timedelta(hours=1)
Figures = Callable[[], dict[str, int]]


def beat(*, kind: str, started_at: datetime, now: datetime, figures: dict[str, int] | None = None) -> None:
    """Note that this process lives."""
    WorkerHeartbeat.objects.update_or_create(
        kind=kind,
        host=socket.gethostname(),
        pid=os.getpid(),
        defaults={"started_at": started_at, "beat_at": now, "figures": figures or {}},
    )
    WorkerHeartbeat.objects.filter(beat_at__lt=now - FORGOTTEN_AFTER).delete()


def leave(*, kind: str) -> None:
    """Note that this process ends of its own will."""
    WorkerHeartbeat.objects.filter(kind=kind, host=socket.gethostname(), pid=os.getpid()).delete()


def beat_until(stop: threading.Event, *, kind: str, figures: Figures = dict) -> None:
    """Beat until `stop` is set, then leave."""
    started_at = timezone.now()
    while not stop.is_set():
        beat(kind=kind, started_at=started_at, now=timezone.now(), figures=figures())
        stop.wait(BEAT_EVERY.total_seconds())
    leave(kind=kind)


@contextmanager
def beating(kind: str, *, figures: Figures = dict) -> Iterator[None]:
    """Beat in a thread of its own while the block runs."""
    stop = threading.Event()

    def loop(stop: threading.Event) -> None:
        beat_until(stop, kind=kind, figures=figures)

    thread = LoopThread("heartbeat", loop, stop)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)


@background("heartbeat")
def beat_while_working(stop: threading.Event) -> None:
    beat_until(stop, kind="worker")
