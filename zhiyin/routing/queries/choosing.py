"""The best person for work, and the best work for a person, by `score` over what the database has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from zhiyin.routing.models import Pool, Queue, Seat, WorkItem
from zhiyin.routing.queries.queueing import is_open
from zhiyin.routing.scoring import Agent, Score, Weights, score

RUNNERS_UP = 3
_HEADS = """
SELECT head.id FROM unnest(%(pools)s::bigint[]) wanted(pool_id)
CROSS JOIN LATERAL (
    SELECT id FROM routing_workitem
    WHERE pool_id = wanted.pool_id AND state = 'waiting' AND NOT (%(staff)s = ANY(refused_by))
      AND (kept_until IS NULL OR kept_until <= %(now)s OR last_agent_id = %(staff)s)
    ORDER BY key, id LIMIT %(each)s
) head
UNION
SELECT id FROM (
    SELECT id FROM routing_workitem
    WHERE state = 'waiting' AND last_agent_id = %(staff)s AND pool_id = ANY(%(pools)s)
      AND NOT (%(staff)s = ANY(refused_by))
    ORDER BY key, id LIMIT %(each)s
) known
"""

_FIRST = """
SELECT head.id FROM unnest(%(pools)s::bigint[], %(places)s::bigint[]) wanted(pool_id, places)
CROSS JOIN LATERAL (
    SELECT id FROM routing_workitem
    WHERE pool_id = wanted.pool_id AND state = 'waiting' AND refused_by = '{}'
      AND (kept_until IS NULL OR kept_until <= %(now)s)
    ORDER BY key, id LIMIT wanted.places
) head
"""


class Candidate(NamedTuple):
    """A person or a piece of work with its score."""

    id: int
    score: Score


def people_for(
    item: WorkItem, weights: Weights, *, now: datetime, but: Iterable[int] = ()
) -> list[Candidate]:
    """Everybody ready with the skills and the room, best first; the pool must be fetched."""
    work, at = item.work(), now.timestamp()
    seats = Seat.objects.filter(is_ready=True, is_full=False, skills__has_key=f"queue:{item.queue_id}")
    seats = seats.exclude(pk__in=[*item.refused_by, *but]).exclude(rests_until__gt=now)
    if item.kept_until is not None and item.kept_until > now:
        seats = seats.filter(pk=item.last_agent_id)
    found = [
        Candidate(agent.id, score(work, agent, at, weights))
        for agent in (seat.agent() for seat in seats)
        if agent.room(item.kind) and agent.meets(work.needs)
    ]
    return sorted(found, key=lambda one: (-one.score.total, one.id))


def work_for(seat: Seat, *, now: datetime, dispatch: list[str], each: int = 3) -> list[Candidate]:
    """The first of what waits in every pool the person can serve now, best first."""
    agent, at = seat.agent(), now.timestamp()
    pools = pools_of(agent, now=now, dispatch=dispatch)
    if not pools:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _HEADS, {"pools": [pool.pk for pool in pools], "staff": seat.pk, "now": now, "each": each}
        )
        ids = [row[0] for row in cursor.fetchall()]
    weights = {pool.queue_id: pool.queue.weighing() for pool in pools}
    items = WorkItem.objects.filter(pk__in=ids).select_related("pool")
    found = [Candidate(item.pk, score(item.work(), agent, at, weights[item.queue_id])) for item in items]
    return sorted(found, key=lambda one: (-one.score.total, one.id))


def heads_of(places: Mapping[int, int], *, now: datetime) -> list[int]:
    """The first that wait in each pool, as many as said, of what anybody may have: the ids."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, {"pools": [*places], "places": [*places.values()], "now": now})
        return [row[0] for row in cursor.fetchall()]


def pools_of(agent: Agent, *, now: datetime, dispatch: list[str]) -> list[Pool]:
    """The pools of open queues that somebody has the skills and the room for."""
    kinds = [kind for kind in agent.limits if agent.room(kind)]
    queues = [int(skill.removeprefix("queue:")) for skill in agent.skills if skill.startswith("queue:")]
    pools = Pool.objects.filter(kind__in=kinds, queue_id__in=queues, queue__dispatch__in=dispatch)
    fitting = [pool for pool in pools.select_related("queue__calendar") if agent.meets(pool.needed())]
    hours = {pool.queue_id: pool.queue for pool in fitting}
    shut = {pk for pk, queue in hours.items() if not is_open(queue, now=now)}
    return [pool for pool in fitting if pool.queue_id not in shut]


def anywhere() -> list[str]:
    """Both ways of dispatch: what somebody may take by themselves."""
    return list(Queue.Dispatch.values)
