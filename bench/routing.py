"""Decisions end to end through the database: 1,000 people, 10,000 waiting, by two processes at once.

    python bench/routing.py [--people 1000] [--waiting 10000] [--seconds 20] [--quick]

A centre of its own (fsync on), with its worker running. A decision is one transaction: the best is looked for, the unit
reserved, the offer made, the reasons kept, and all of it committed.

    who is done gets the next    the end of the work before is in the same transaction; all people busy, all others wait
    work that comes              nobody waits and half of the people are free: the best of them
    by a plan                    100 people are free at once, and those who wait are matched with all of them

The promises: p99 at most 50 ms, 200 decisions a second on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from typing import Any

from bench.measuring import machine, milliseconds, percentile, table
from bench.stores import Store, store

SKILLS, TOGETHER = 20, 100


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--waiting", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--child", choices=["done", "comes", "plan"], help=argparse.SUPPRESS)
    parser.add_argument("--number", type=int, default=1, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _django()
        told = {"done": who_is_done, "comes": what_comes, "plan": by_plan}[options.child](
            options.seconds, options.number
        )
        print(json.dumps(told))
        return
    if options.quick:
        options.people, options.waiting, options.seconds = 200, 1_000, 4
    with store(options.people + options.waiting) as centre:
        os.environ.update(centre.told()["environment"])
        _django()
        fill(options.people, options.waiting)
        centre.sql("ANALYZE")
        named = machine(centre.postgres())
        rows = [
            _row("who is done gets the next", *measure(centre, "done", options.seconds, 2)),
            _row(f"by a plan, {TOGETHER} people at once", *measure(centre, "plan", options.seconds / 2, 1)),
        ]
        free(options.people // 2)
        rows.insert(1, _row("work that comes", *measure(centre, "comes", options.seconds / 2, 2)))
    print(f"{options.people:,} people, {options.waiting:,} waiting; {named}\n")
    print(table(["decision", "processes", "rate", "p50", "p99", "longest"], rows))


def measure(centre: Store, child: str, seconds: float, processes: int) -> tuple[list[float], int, float, int]:
    """(seconds of each transaction, decisions, seconds of all, processes)."""
    words = [sys.executable, __file__, "--seconds", str(seconds), "--child", child, "--number"]
    environment = {**os.environ, **centre.told()["environment"]}
    children = [
        subprocess.Popen([*words, str(number)], stdout=subprocess.PIPE, env=environment)
        for number in range(1, processes + 1)
    ]
    told = [json.loads(child.communicate()[0]) for child in children]
    took = [one for each in told for one in each["took"]]
    return took, sum(each["decisions"] for each in told), seconds, processes


def _row(name: str, took: list[float], decisions: int, seconds: float, processes: int) -> list[str]:
    return [
        name,
        str(processes),
        f"{decisions / seconds:,.0f}/s",
        milliseconds(percentile(took, 0.5)),
        milliseconds(percentile(took, 0.99)),
        milliseconds(max(took)),
    ]


# --- what is there ----------------------------------------------------------------------


def fill(people: int, waiting: int) -> None:
    """People with two skills each and one piece of work, and what waits for one skill each."""
    from django.utils import timezone

    from zhiyin.people.models import Presence, Staff
    from zhiyin.routing.models import KindRule, Pool, Queue, QueueRing, Seat, WorkItem
    from zhiyin.routing.rings import FIRST
    from zhiyin.tickets.models import Ticket

    now, chance = timezone.now(), random.Random(1)
    Queue.objects.update(is_active=False)
    WorkItem.objects.all().delete()
    Ticket.objects.update(status="open", assignee=None)
    KindRule.objects.update_or_create(kind="chat", defaults={"units": 1})
    queue = Queue.objects.create(name="bench", accept_seconds=3600)
    QueueRing.objects.create(queue=queue, number=0)
    pools = [
        Pool.objects.create(
            queue=queue,
            kind="chat",
            senior=False,
            name=f"bench-{skill}",
            needs=[[f"queue:{queue.pk}", FIRST], [f"s{skill}", 1]],
        )
        for skill in range(SKILLS)
    ]
    staff = Staff.objects.bulk_create(
        Staff(email=f"bench{number}@example.com", name=f"Bench {number}") for number in range(people)
    )
    Presence.objects.bulk_create(
        Presence(staff=one, state="available", since=now, seen_at=now) for one in staff
    )
    Seat.objects.bulk_create(
        Seat(
            staff=one,
            is_ready=True,
            is_full=True,
            skills={f"queue:{queue.pk}": FIRST}
            | {f"s{skill}": 3 for skill in chance.sample(range(SKILLS), 2)},
            limits={"chat": 1},
            load={"chat": 1},
            idle_since=now,
        )
        for one in staff
    )
    tickets = list(Ticket.objects.order_by("pk").values_list("pk", flat=True)[: people + waiting])
    items = []
    for place, ticket_id in enumerate(tickets):
        holder = staff[place] if place < people else None
        items.append(
            WorkItem(
                ticket_id=ticket_id,
                queue=queue,
                kind="chat",
                state="held" if holder else "waiting",
                holder=holder,
                pool=chance.choice(pools),
                priority=2,
                tier=0,
                entered_at=now,
                key=now.timestamp() - chance.uniform(0, 3600),
            )
        )
    WorkItem.objects.bulk_create(items, batch_size=1_000)


def free(people: int) -> None:
    """Nobody waits any more, and so many people have nothing to do."""
    from django.utils import timezone

    from zhiyin.routing.models import Seat, WorkItem

    WorkItem.objects.waiting().delete()
    ids = list(
        Seat.objects.filter(limits__has_key="chat").order_by("pk").values_list("pk", flat=True)[:people]
    )
    WorkItem.objects.filter(holder__in=ids).update(state="done", holder=None, ended_at=timezone.now())
    Seat.objects.filter(pk__in=ids).update(load={}, is_full=False)


# --- what is measured -------------------------------------------------------------------


def who_is_done(seconds: float, number: int) -> dict[str, Any]:
    """People of one's own half are done with one and get the next."""
    from django.db import transaction
    from django.utils import timezone

    from zhiyin.routing.commands.dispatching import fill_seat
    from zhiyin.routing.commands.entering import end_work
    from zhiyin.routing.models import WorkItem

    chance = random.Random(number)
    mine = list(WorkItem.objects.filter(state="held").order_by("pk").values_list("holder_id", "ticket_id"))
    mine = mine[number - 1 :: 2]
    took: list[float] = []
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end and mine:
        place = chance.randrange(len(mine))
        holder_id, ticket_id = mine[place]
        with transaction.atomic():
            end_work(ticket_id=ticket_id, state="done", now=timezone.now())
            offers = fill_seat(staff_id=holder_id, now=timezone.now())
        if offers:
            took.append(time.perf_counter() - began)
            mine[place] = holder_id, offers[0].item.ticket_id
        else:
            mine.pop(place)
    return {"took": took, "decisions": len(took)}


def what_comes(seconds: float, number: int) -> dict[str, Any]:
    """Work comes and the best of those who are free is offered it; they are done with it at once."""
    from django.db import transaction
    from django.utils import timezone

    from zhiyin.routing.commands.dispatching import push_work
    from zhiyin.routing.commands.entering import end_work
    from zhiyin.routing.models import Pool, WorkItem
    from zhiyin.tickets.models import Ticket

    chance = random.Random(number)
    pools = list(Pool.objects.filter(name__startswith="bench-").order_by("pk"))
    busy = WorkItem.objects.open().values("ticket")
    tickets = Ticket.objects.exclude(pk__in=busy).order_by("pk").values_list("pk", flat=True)
    mine = list(tickets[number - 1 :: 2])
    took: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        now, ticket_id = timezone.now(), chance.choice(mine)
        pool = chance.choice(pools)
        made = {"queue_id": pool.queue_id, "kind": "chat", "pool": pool, "priority": 2, "tier": 0}
        began = time.perf_counter()
        with transaction.atomic():
            item = WorkItem.objects.create(ticket_id=ticket_id, entered_at=now, key=now.timestamp(), **made)
            offer = push_work(item_id=item.pk, now=now)
        if offer is not None:
            took.append(time.perf_counter() - began)
        end_work(ticket_id=ticket_id, state="done", now=timezone.now())
    return {"took": took, "decisions": len(took)}


def by_plan(seconds: float, number: int) -> dict[str, Any]:
    """Many people are done at once, and are matched together."""
    from django.db import transaction
    from django.utils import timezone

    from zhiyin.routing.commands.planning import match_by_plan
    from zhiyin.routing.models import Seat, WorkItem

    took, decisions = list[float](), 0
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        with transaction.atomic():
            held = Seat.objects.filter(is_full=True, limits__has_key="chat").order_by("?")[:TOGETHER]
            ids = [seat.pk for seat in held.select_for_update(skip_locked=True)]
            WorkItem.objects.filter(holder__in=ids).open().update(
                state="done", holder=None, ended_at=timezone.now()
            )
            Seat.objects.filter(pk__in=ids).update(load={}, is_full=False)
            began = time.perf_counter()
            decisions += match_by_plan(now=timezone.now())
        took.append(time.perf_counter() - began)
    return {"took": took, "decisions": decisions}


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.settings")
    import django

    django.setup()


if __name__ == "__main__":
    main()
