"""Batches: when many wait, all who are free are matched at once, by the plan of `matching.replan`.

One at a time, whoever is free first takes the best for them, though somebody else may be the only one who can do it.
While few wait that hardly matters and nobody should wait for anybody; when many wait, a moment more is nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from zhiyin.routing.commands.holding_out import Chosen, hold_out
from zhiyin.routing.matching.engine import Engine
from zhiyin.routing.matching.replan import replan
from zhiyin.routing.models import Decision, Pool, Queue, Seat, WorkItem
from zhiyin.routing.queries.choosing import Candidate, heads_of
from zhiyin.routing.queries.queueing import open_queues
from zhiyin.routing.scoring import Agent, score

MANY = 100  # waiting, from which on work is matched by a plan
_PEOPLE = 100  # in one plan, which is one transaction


def many_wait(*, now: datetime) -> bool:
    """Whether so much waits in open queues that people are matched by a plan."""
    queues = [queue.pk for queue in open_queues(now=now) if queue.dispatch == Queue.Dispatch.PUSH]
    return bool(queues) and WorkItem.objects.waiting().filter(queue__in=queues)[:MANY].count() == MANY


def not_alike(*, now: datetime) -> list[int]:
    """Waiting work that not everybody of its pool may have: kept for one, or refused by some; the first by rank."""
    waiting = WorkItem.objects.waiting().filter(queue__dispatch=Queue.Dispatch.PUSH)
    found = waiting.filter(~Q(refused_by=[]) | Q(kept_until__gt=now)).order_by("key", "pk")
    return list(found.values_list("pk", flat=True)[:_PEOPLE])


@transaction.atomic
def match_by_plan(*, now: datetime) -> int:
    """Offer those who are free what the plan gives them; returns how much. Whom somebody else is deciding about, and
    work that is in somebody's hands, are left out."""
    free = Seat.objects.select_for_update(skip_locked=True).filter(is_ready=True, is_full=False)
    seats = {
        seat.pk: seat for seat in free.exclude(rests_until__gt=now).order_by("idle_since", "pk")[:_PEOPLE]
    }
    items = _able_to_have_a_turn(seats, now=now)
    engine = Engine({str(item.queue_id): item.queue.weighing() for item in items.values()}, held=True)
    at = now.timestamp()
    for item in items.values():
        engine.arrive(item.work(), at)
    for seat in seats.values():
        engine.sign_in(seat.agent(), at)
    matches = sorted(replan(engine, at))
    locked = lock_waiting([match.work_id for match in matches])
    chosen = []
    agents = {pk: seat.agent() for pk, seat in seats.items()}
    for match in matches:
        if match.work_id in locked:
            item = items[match.work_id]
            chosen.append(_chosen(item, seats[match.agent_id], agents, now=now))
            agent = agents[match.agent_id]
            agent.load[item.kind] = agent.load.get(item.kind, 0) + 1
    return len(hold_out(chosen, how=Decision.How.PLAN, what="staff_id", now=now))


def lock_waiting(ids: Sequence[int]) -> dict[int, WorkItem]:
    """Those that still wait and that nobody else is about to take, locked, by id."""
    found = WorkItem.objects.select_for_update(of=("self",), skip_locked=True).filter(
        pk__in=ids, state=WorkItem.State.WAITING, ticket__assignee=None
    )
    return {item.pk: item for item in found.order_by("pk")}


def _able_to_have_a_turn(seats: dict[int, Seat], *, now: datetime) -> dict[int, WorkItem]:
    """Of each pool the first by rank, as many as there are places for it."""
    queues = [queue.pk for queue in open_queues(now=now) if queue.dispatch == Queue.Dispatch.PUSH]
    pools = list(Pool.objects.filter(queue__in=queues))
    places: dict[int, int] = defaultdict(int)
    for agent in [seat.agent() for seat in seats.values()]:
        for pool in pools:
            if (room := agent.room(pool.kind)) and agent.meets(pool.needed()):
                places[pool.pk] += room
    return WorkItem.objects.select_related("pool", "queue").in_bulk(heads_of(places, now=now))


def _chosen(item: WorkItem, seat: Seat, agents: Mapping[int, Agent], *, now: datetime) -> Chosen:
    """With the others of the plan who could have had it."""
    work, weights, at = item.work(), item.queue.weighing(), now.timestamp()
    able = [
        Candidate(agent.id, score(work, agent, at, weights))
        for agent in agents.values()
        if agent.room(item.kind) and agent.meets(work.needs)
    ]
    choice = next(one for one in able if one.id == seat.pk)
    others = sorted((one for one in able if one is not choice), key=lambda one: (-one.score.total, one.id))
    return Chosen(item, seat, choice, others)
