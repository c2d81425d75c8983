"""What a worker runs, and how it stops."""

from __future__ import annotations

import threading
from functools import partial
from itertools import count, takewhile

from django.utils import timezone

from zhiyin.platform.event_log.sequencing import (
    advance_idle_lanes,
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

SEQUENCER_POLL = 0.02  # pending events wait at most this long for their position
STANDBY_POLL = 0.5
IDLE_ADVANCE_EVERY = 100  # polls
LANE_POLL = 1.0
PARKED_POLL = 1.0
EFFECT_POLL = 0.1
LANE_THREADS = 2


def run_worker(stop: threading.Event, *, lane_threads: int = LANE_THREADS) -> None:
    """Run until `stop` is set; returns when everything under way is finished or given back."""
    install_subscribers()
    bell = Bell()
    loops: dict[str, Loop] = {
        "sequencer": sequence_while_leader,
        "listener": partial(listen, bell),
        "parked": retry_parked,
        **{f"lanes-{number}": partial(serve_lanes, bell) for number in range(lane_threads)},
        **{f"effects-{kind}": partial(carry_out_effects, kind) for kind in effect_kinds()},
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
        for turn in takewhile(lambda _: not stop.is_set(), count()):
            placed = sequence_batch()
            fired = fire_due_timers(now=timezone.now()) if turn % 10 == 0 else 0
            if turn % IDLE_ADVANCE_EVERY == 0:
                advance_idle_lanes()
            if not placed and not fired:
                stop.wait(SEQUENCER_POLL)
    finally:
        stop_being_sequencer()


def serve_lanes(bell: Bell, stop: threading.Event) -> None:
    while not stop.is_set():
        heard = bell.rung
        while serve_next_lane(now=timezone.now()) and not stop.is_set():
            pass
        bell.wait(heard, LANE_POLL)


def retry_parked(stop: threading.Event) -> None:
    while not stop.is_set():
        while retry_next_parked(now=timezone.now()) and not stop.is_set():
            pass
        stop.wait(PARKED_POLL)


def carry_out_effects(kind: str, stop: threading.Event) -> None:
    while not stop.is_set():
        while carry_out_next(kind=kind, now=timezone.now()) and not stop.is_set():
            pass
        stop.wait(EFFECT_POLL)
