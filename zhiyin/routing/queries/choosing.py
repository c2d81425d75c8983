"""The best person for work, and the best work for a person, by `score` over what the database has."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from zhiyin.routing.models import Queue, Seat, WorkItem
from zhiyin.routing.queries.queueing import open_queues
from zhiyin.routing.rings import queue_skill
from zhiyin.routing.scoring import HIGHEST_LEVEL, Need, Score, Weights, Work, score

RUNNERS_UP = 3
_MEETS = """NOT EXISTS (
    SELECT FROM jsonb_array_elements(%s::jsonb) need
    WHERE COALESCE((routing_seat.skills ->> (need ->> 0))::integer, 0) < (need ->> 1)::integer
)"""
# in every pool that somebody can serve, the first by rank; and what they had before. `level` is what they can
_ABLE = """
WITH able AS MATERIALIZED (
    SELECT pool.id, pool.needs FROM routing_pool pool
    WHERE pool.queue_id = ANY(%(queues)s) AND pool.kind = ANY(%(kinds)s) AND NOT EXISTS (
        SELECT FROM jsonb_array_elements(pool.needs) need
        WHERE COALESCE((%(level)s::jsonb ->> (need ->> 0))::integer, 0) < (need ->> 1)::integer)
), head AS (
    SELECT first.id FROM able CROSS JOIN LATERAL (
        SELECT id FROM routing_workitem
        WHERE pool_id = able.id AND state = 'waiting' AND NOT (%(staff)s = ANY(refused_by))
          AND (kept_until IS NULL OR kept_until <= %(now)s OR last_agent_id = %(staff)s)
        ORDER BY key, id LIMIT %(each)s
    ) first
    UNION
    SELECT id FROM (
        SELECT id FROM routing_workitem
        WHERE state = 'waiting' AND last_agent_id = %(staff)s AND pool_id IN (SELECT id FROM able)
          AND NOT (%(staff)s = ANY(refused_by))
        ORDER BY key, id LIMIT %(each)s
    ) known
)
SELECT item.id, item.entered_at, able.needs, item.kind, item.priority, item.tier, item.touched, item.due_at,
       item.last_agent_id, item.queue_id
FROM head JOIN routing_workitem item ON item.id = head.id JOIN able ON able.id = item.pool_id
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
    asked = json.dumps([need for need in work.needs if not need.skill.startswith("agent:")])
    # only who can do it is read at all; the condition is a constant, what is asked for its parameter
    seats = seats.extra(where=[_MEETS], params=[asked])  # noqa: S610
    seats = seats.exclude(pk__in=[*item.refused_by, *but]).exclude(rests_until__gt=now)
    if item.kept_until is not None and item.kept_until > now:
        seats = seats.filter(pk=item.last_agent_id)
    found = [
        Candidate(agent.id, score(work, agent, at, weights))
        for agent in (seat.agent() for seat in seats)
        if agent.room(item.kind) and agent.meets(work.needs)
    ]
    return sorted(found, key=lambda one: (-one.score.total, one.id))


def work_for(
    seat: Seat, *, now: datetime, dispatch: Collection[str], each: int = 3
) -> tuple[list[Candidate], dict[int, Queue]]:
    """The first of what waits in every pool the person can serve now, best first; and the open queues by id. Two
    queries."""
    agent, at = seat.agent(), now.timestamp()
    kinds = [kind for kind in agent.limits if agent.room(kind)]
    queues = {
        queue.pk: queue
        for queue in (open_queues(now=now) if kinds else [])
        if queue.dispatch in dispatch and queue_skill(queue.pk) in agent.skills
    }
    if not queues:
        return [], queues
    level = json.dumps({**agent.skills, f"agent:{seat.pk}": HIGHEST_LEVEL})
    asked = {"queues": [*queues], "kinds": kinds, "level": level, "staff": seat.pk, "now": now, "each": each}
    with connection.cursor() as cursor:
        cursor.execute(_ABLE, asked)
        works = [_work(row) for row in cursor.fetchall()]
    weights = {str(pk): queue.weighing() for pk, queue in queues.items()}
    found = [Candidate(work.id, score(work, agent, at, weights[work.queue])) for work in works]
    return sorted(found, key=lambda one: (-one.score.total, one.id)), queues


def _work(row: tuple[Any, ...]) -> Work:
    """As `WorkItem.work` has it, of a row of `_ABLE`."""
    pk, entered_at, needs, kind, priority, tier, touched, due_at, last_agent_id, queue_id = row
    return Work(
        pk,
        entered_at.timestamp(),
        tuple(
            Need(skill, level) for skill, level in (json.loads(needs) if isinstance(needs, str) else needs)
        ),
        kind=kind,
        priority=priority,
        tier=tier,
        touched=touched,
        due_at=due_at.timestamp() if due_at else None,
        last_agent_id=last_agent_id,
        queue=str(queue_id),
    )


def terms_of(chosen: Candidate) -> list[list[str | float]]:
    """As a decision keeps them."""
    return [[term.name, round(term.value, 1)] for term in chosen.score.terms]


def runners_up(others: Sequence[Candidate], what: str) -> list[dict[str, float]]:
    """Who or what came next, as a decision keeps it; `what` is staff_id or item_id."""
    return [{what: one.id, "total": round(one.score.total, 1)} for one in others[:RUNNERS_UP]]


def heads_of(places: Mapping[int, int], *, now: datetime) -> list[int]:
    """The first that wait in each pool, as many as said, of what anybody may have: the ids."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, {"pools": [*places], "places": [*places.values()], "now": now})
        return [row[0] for row in cursor.fetchall()]


def anywhere() -> list[str]:
    """Both ways of dispatch: what somebody may take by themselves."""
    return list(Queue.Dispatch.values)
