"""What a changed policy would have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.routing.models import Queue
from zhiyin.routing.rings import Ring
from zhiyin.routing.scoring import Weights
from zhiyin.routing.simulation.centre import simulate
from zhiyin.routing.simulation.history import lived, policy_now
from zhiyin.routing.simulation.summing import Summary, sum_up

LONGEST = timedelta(days=31)


class NotATimeToReplay(DomainError):
    code = "routing.not_a_time_to_replay"
    status = 422
    messages = {
        "zh": "请选择一段已经过去、不超过 31 天的时间。",
        "en": "Choose a time that is over and of at most 31 days.",
    }


def what_if(
    *,
    queue_id: int,
    since: datetime,
    until: datetime,
    weights: Mapping[str, Any] | None,
    rings: Sequence[Ring] | None,
    within: float,
    by: Staff,
    now: datetime,
) -> tuple[Summary, Summary]:
    """The time replayed as queues are set, and with one queue set otherwise. Raises NotATimeToReplay."""
    queue = Queue.objects.get(pk=queue_id)
    if not since < until <= now or until - since > LONGEST:
        raise NotATimeToReplay
    was, policy = lived(since=since, until=until, by=by), policy_now("now")
    changed = replace(policy, name="changed")
    key = str(queue.pk)
    if weights is not None:
        told = dict(weights)
        if "priority" in told:
            told["priority"] = tuple(told["priority"])
        changed = replace(
            changed, weights={**policy.weights, key: Weights(version=queue.version + 1, **told)}
        )
    if rings is not None:
        changed = replace(changed, rings={**policy.rings, key: list(rings)})
    first, second = (
        sum_up(simulate(was.contacts, was.people, one, seconds=was.seconds), within=within)
        for one in (policy, changed)
    )
    return first, second
