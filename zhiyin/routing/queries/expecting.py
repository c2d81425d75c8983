"""What is known of queues for estimating waits: who serves, how long work takes, how fast it leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from zhiyin.routing.models import Seat
from zhiyin.routing.rings import queue_skill
from zhiyin.routing.waiting import LONGEST_WATCHED, QueueState

USUAL_HANDLING = 600.0  # seconds, of a line that has not finished anything yet
LOOKED_AT = 200  # what was finished last says how long work takes
_LOOKED_BACK = timedelta(days=7)
Line = tuple[int, str]  # a queue's id and a kind of channel: what waits for the same places

_NOTHING = (0.0, 0, 0, 0.0)

_HANDLING = """
SELECT line.queue_id, line.kind, extract(epoch FROM avg(latest.took))::float
FROM unnest(%(queues)s::bigint[], %(kinds)s::text[]) line(queue_id, kind)
CROSS JOIN LATERAL (
    SELECT item.ended_at - item.accepted_at AS took FROM routing_workitem item
    WHERE item.queue_id = line.queue_id AND item.kind = line.kind AND item.state = 'done'
      AND item.ended_at > %(since)s AND item.accepted_at IS NOT NULL
    ORDER BY item.ended_at DESC LIMIT %(most)s
) latest GROUP BY 1, 2
"""
# since when somebody waits without a break; what was taken since, and what given up before that; how long all waited
_MOVED = """
WITH line AS (
    SELECT wanted.queue_id, wanted.kind, (
        SELECT greatest(min(item.entered_at), %(earliest)s) FROM routing_workitem item
        WHERE item.queue_id = wanted.queue_id AND item.kind = wanted.kind AND item.state = 'waiting') AS since
    FROM unnest(%(queues)s::bigint[], %(kinds)s::text[]) wanted(queue_id, kind)
)
SELECT line.queue_id, line.kind, extract(epoch FROM %(now)s - line.since)::float,
    (SELECT count(*) FROM routing_workitem item
     WHERE item.queue_id = line.queue_id AND item.kind = line.kind AND item.accepted_at > line.since)
,
    (SELECT count(*) FROM routing_workitem item
     WHERE item.queue_id = line.queue_id AND item.kind = line.kind AND item.state = 'left'
       AND item.accepted_at IS NULL AND item.ended_at > line.since),
    (SELECT coalesce(sum(extract(epoch FROM coalesce(item.accepted_at, item.ended_at, %(now)s)
                                            - greatest(item.entered_at, line.since))), 0)::float
     FROM routing_workitem item
     WHERE item.queue_id = line.queue_id AND item.kind = line.kind
       AND (item.state = 'waiting' OR item.accepted_at > line.since
            OR (item.state = 'left' AND item.accepted_at IS NULL AND item.ended_at > line.since)))
FROM line WHERE line.since IS NOT NULL
"""


def states_of(lines: Collection[Line], *, now: datetime) -> dict[Line, QueueState]:
    """How each line stands; three queries, however many there are."""
    if not lines:
        return {}
    asked: dict[str, Any] = {"queues": [queue for queue, _ in lines], "kinds": [kind for _, kind in lines]}
    serving, free = _places(lines, now)
    handling = _rows(_HANDLING, asked | {"since": now - _LOOKED_BACK, "most": LOOKED_AT})
    earliest = now - timedelta(seconds=LONGEST_WATCHED)
    moved = _rows(_MOVED, asked | {"earliest": earliest, "now": now})
    return {
        line: QueueState(
            serving=serving[line],
            handling=handling.get(line, (USUAL_HANDLING,))[0],
            free=free[line],
            starts=moved.get(line, _NOTHING)[1],
            given_up=moved.get(line, _NOTHING)[2],
            watched=max(0.0, moved.get(line, _NOTHING)[0]),
            waited=max(0.0, moved.get(line, _NOTHING)[3]),
        )
        for line in lines
    }


def _places(lines: Collection[Line], now: datetime) -> tuple[Mapping[Line, int], Mapping[Line, int]]:
    """What the people who are there can have of each line at once, and how much of that nobody has."""
    serving, free = defaultdict[Line, int](int), defaultdict[Line, int](int)
    for seat in Seat.objects.filter(is_ready=True):
        agent, rests = seat.agent(), seat.rests_until is not None and seat.rests_until > now
        for queue, kind in lines:
            if queue_skill(queue) in agent.skills:
                serving[queue, kind] += agent.limits.get(kind, 0)
                free[queue, kind] += 0 if rests else agent.room(kind)
    return serving, free


def _rows(sql: str, asked: Mapping[str, Any]) -> dict[Line, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return {(row[0], row[1]): row[2:] for row in cursor.fetchall()}
