"""What a changed policy would have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, Self

from zhiyin.people.models import Staff
from zhiyin.routing.models import Queue
from zhiyin.routing.rings import Ring
from zhiyin.routing.scoring import Weights
from zhiyin.routing.simulation.centre import simulate
from zhiyin.routing.simulation.history import lived, policy_now
from zhiyin.routing.simulation.summing import Summary, sum_up


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A time, and what would be otherwise in one queue; None: as it is. `within` is the time of the service level."""

    queue_id: int
    since: datetime
    until: datetime
    weights: Mapping[str, Any] | None = None
    rings: Sequence[Ring] | None = None
    within: float = 60.0

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """From JSON."""
        rings = [
            Ring(float(ring["after_seconds"]), frozenset(map(str, ring["without"])), ring["level"])
            for ring in told["rings"] or []
        ]
        times = {name: datetime.fromisoformat(told[name]) for name in ("since", "until")}
        return cls(**{**told, **times, "rings": rings or None})


class Tried(NamedTuple):
    """What a time comes to as queues are set, and with one set otherwise; whether it is known who was there when."""

    now: Summary
    changed: Summary
    knows_presence: bool


def what_if(asked: Asked, *, by: Staff) -> Tried:
    """The time replayed as queues are set, and with one queue set otherwise."""
    queue = Queue.objects.get(pk=asked.queue_id)
    was, policy = lived(since=asked.since, until=asked.until, by=by), policy_now("now")
    changed, key = replace(policy, name="changed"), str(queue.pk)
    if asked.weights is not None:
        told = dict(asked.weights)
        if "priority" in told:
            told["priority"] = tuple(told["priority"])
        tried = Weights(version=queue.version + 1, **told)
        changed = replace(changed, weights={**policy.weights, key: tried})
    if asked.rings is not None:
        changed = replace(changed, rings={**policy.rings, key: list(asked.rings)})
    first, second = (
        sum_up(
            simulate(was.contacts, was.people, one, seconds=was.seconds, shifts=was.shifts),
            within=asked.within,
        )
        for one in (policy, changed)
    )
    return Tried(first, second, knows_presence=was.shifts is not None)
