"""Trying another policy on a time that was, before it holds for anybody."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.routing.commands.settings import checked_weights
from zhiyin.routing.models import Queue, Simulation
from zhiyin.routing.queries.trying import Asked, what_if

LONGEST, KEPT = timedelta(days=31), timedelta(days=7)
log = structlog.get_logger(__name__)


class NotATimeToReplay(DomainError):
    code = "routing.not_a_time_to_replay"
    status = 422
    messages = {
        "zh": "请选择一段已经过去、不超过 31 天的时间。",
        "en": "Choose a time that is over and of at most 31 days.",
    }


@transaction.atomic
def ask_for_simulation(
    *,
    queue_id: int,
    since: datetime,
    until: datetime,
    weights: Mapping[str, Any] | None,
    rings: Sequence[Mapping[str, Any]] | None,
    within: float,
    by: Staff,
    now: datetime,
) -> Simulation:
    """Note what to replay; rings as `models.QueueRing` has them. Raises NotATimeToReplay, NotAWeight,
    Queue.DoesNotExist."""
    if not since < until <= now or until - since > LONGEST:
        raise NotATimeToReplay
    asked = {
        "queue_id": Queue.objects.get(pk=queue_id).pk,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "weights": checked_weights(weights) if weights is not None else None,
        "rings": [dict(ring) for ring in rings] if rings else None,
        "within": within,
    }
    return Simulation.objects.create(by=by, asked=asked, created_at=now)


def run_simulation(*, simulation_id: int) -> Simulation:
    """Replay and keep what it would have come to; one that is done already stays as it is."""
    simulation = Simulation.objects.select_related("by").get(pk=simulation_id)
    if simulation.state != Simulation.State.WAITING:
        return simulation
    began = time.monotonic()
    try:
        tried = what_if(Asked.of(simulation.asked), by=simulation.by)
        simulation.result = {
            "summaries": [asdict(tried.now), asdict(tried.changed)],
            "knows_presence": tried.knows_presence,
            "seconds": round(time.monotonic() - began, 1),
        }
        simulation.state = Simulation.State.DONE
    except Exception:  # the person is told on their screen; the log says what it was
        log.exception("simulation_failed", simulation=simulation_id)
        simulation.state = Simulation.State.FAILED
    simulation.save(update_fields=["result", "state"])
    return simulation


def clear_old_simulations(*, now: datetime) -> int:
    """Forget simulations after a week."""
    return Simulation.objects.filter(created_at__lt=now - KEPT).delete()[0]
