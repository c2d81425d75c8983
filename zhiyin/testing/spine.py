"""The event log and the ledger, run to the end in the test's own transaction, as a worker would."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from zhiyin.platform.event_log.models import ParkedEvent
from zhiyin.platform.event_log.sequencing import sequence_batch
from zhiyin.platform.event_log.serving import serve_next_lane
from zhiyin.platform.event_log.subscribing import install_subscribers
from zhiyin.platform.ledger.ledger import carry_out_next, effect_kinds


def let_events_happen(*, now: datetime | None = None) -> None:
    """Sequence and handle everything that was told, and what that tells in turn; nothing may be parked."""
    install_subscribers()
    moment = now or timezone.now()
    while sequence_batch() + serve_next_lane(now=moment):
        pass
    failed = ParkedEvent.objects.exclude(error="").first()
    assert failed is None, failed.error


def let_effects_happen(*, now: datetime | None = None) -> int:
    """Carry out every effect that is due; returns how many."""
    moment, carried_out = now or timezone.now(), 0
    for kind in effect_kinds():
        while carry_out_next(kind=kind, now=moment):
            carried_out += 1
    return carried_out
