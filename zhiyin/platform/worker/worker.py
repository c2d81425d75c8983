"""What a worker runs, and how it stops."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from functools import partial

from django.utils import timezone

from zhiyin.platform.event_log.sequencing import (
    BATCH,
    advance_idle_lanes,
    has_pending,
    sequence_batch,
    stop_being_sequencer,
    try_become_sequencer,
)
from zhiyin.platform.event_log.serving import retry_next_parked, serve_next_lane
from zhiyin.platform.event_log.subscribing import install_subscribers
from zhiyin.platform.ledger.ledger import carry_out_next, effect_kinds
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.platform.worker.loops import Loop, LoopThread, background_loops
from zhiyin.platform.worker.waking import Bell, listen

# seconds
BUSY_POLL = 0.02  # pending events wait at most this long for their position
CALM_POLL = 0.05  # ... and this long after a quiet time
CALM_AFTER = 5.0
STANDBY_POLL = 0.5
TIMERS_EVERY = 0.2
IDLE_ADVANCE_EVERY = 2.0
LANE_POLL = 1.0
LANE_REST = timedelta(seconds=0.1)  # between two turns of one lane: in a rush more is done in each
AWAKE_FOR = 0.6  # as long as one may rest, and a little
PARKED_POLL = 1.0
EFFECT_POLL = 0.5  # what is owed at once rings the bell; this is for what is owed later
LANE_THREADS = 2


def run_worker(stop: threading.Event, *, lane_threads: int = LANE_THREADS) -> None:
    """Run until `stop` is set; returns when everything under way is finished or given back."""
    install_subscribers()
    bell = Bell()
    loops: dict[str, Loop] = {
        "sequencer": sequence_while_leader,
        "listener": partial(listen, bell),
        "parked": retry_parked,
        **{
            f"lanes-{number}": partial(serve_lanes, bell, first=number == 0) for number in range(lane_threads)
        },
        **{f"effects-{kind}": partial(carry_out_effects, kind, bell) for kind in effect_kinds()},
        **background_loops(),
    }
    threads = [LoopThread(name, loop, stop) for name, loop in loops.items()]
    for thread in threads:
        thread.start()
    stop.wait()
    bell.ring()
    for thread in threads:
        thread.join(timeout=10)


def sequence_while_leader(stop: threading.Event) -> None:
    """Be the sequencer if nobody is: place pending events and fire due timers."""
    if not try_become_sequencer():
        stop.wait(STANDBY_POLL)
        return
    try:
        _sequence(stop)
    finally:
        stop_being_sequencer()


def _sequence(stop: threading.Event) -> None:
    busy_at = timers_at = advanced_at = 0.0
    while not stop.is_set():
        now = time.monotonic()
        if has_pending():
            busy_at = now
            if sequence_batch() == BATCH:
                continue  # more waits already
        if now - timers_at >= TIMERS_EVERY:
            fire_due_timers(now=timezone.now())
            timers_at = now
        if now - advanced_at >= IDLE_ADVANCE_EVERY:
            advance_idle_lanes()
            advanced_at = now
        stop.wait(BUSY_POLL if now - busy_at < CALM_AFTER else CALM_POLL)


def serve_lanes(bell: Bell, stop: threading.Event, *, first: bool = False) -> None:
    """Serve lanes as long as there is something to do. With `first`, customers' messages go before what follows them."""
    awake_until = 0.0
    while not stop.is_set():
        heard = bell.rung
        while serve_next_lane(now=timezone.now(), first=first, rest=LANE_REST) and not stop.is_set():
            awake_until = time.monotonic() + AWAKE_FOR
        if time.monotonic() < awake_until:  # some that rest may have more to do
            stop.wait(LANE_REST.total_seconds() / 2)
            continue
        bell.wait(heard, LANE_POLL)
        awake_until = time.monotonic() + AWAKE_FOR if bell.rung != heard else 0.0


def retry_parked(stop: threading.Event) -> None:
    while not stop.is_set():
        while retry_next_parked(now=timezone.now()) and not stop.is_set():
            pass
        stop.wait(PARKED_POLL)


def carry_out_effects(kind: str, bell: Bell, stop: threading.Event) -> None:
    while not stop.is_set():
        heard = bell.rung
        while carry_out_next(kind=kind, now=timezone.now()) and not stop.is_set():
            pass
        bell.wait(heard, EFFECT_POLL)
