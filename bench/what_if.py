"""A week replayed under a changed policy: 100,000 contacts, read from the database and simulated twice.

    python bench/what_if.py [--contacts 100000] [--people 150] [--keep DIR] [--quick]

A centre of its own (fsync on), whose queues lived through that many contacts of eight skills within seven days. One
policy is as queues are set; the other opens a second ring after two minutes that asks for no skill. The time is that of
the whole: reading, both simulations, both summaries. The promise: at most 2 minutes.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import time
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from bench.measuring import machine, table
from bench.stores import store

SKILLS, WEEK = 8, timedelta(days=7)
FIGURES = ["offered", "service_level", "wait", "p90_wait", "occupancy", "transfers", "fairness"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument(
        "--keep", type=Path, help="a folder in which the filled store stays for the next time"
    )
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.contacts, options.people = 5_000, 10
    with store(1_000, keep=options.keep) as centre:
        os.environ.update(centre.told()["environment"])
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.settings")
        import django

        django.setup()
        from django.utils import timezone

        from zhiyin.people.models import Staff
        from zhiyin.routing.queries.trying import Asked, what_if
        from zhiyin.routing.rings import Ring

        until = timezone.now()
        queue_id = fill(options.contacts, options.people, until)
        centre.sql("ANALYZE routing_workitem")
        every_skill = frozenset(f"s{skill}" for skill in range(SKILLS))
        asked = Asked(
            queue_id=queue_id,
            since=until - WEEK,
            until=until,
            rings=[Ring(), Ring(after=120.0, without=every_skill)],
        )
        named = machine(centre.postgres())
        began, spent = time.perf_counter(), time.process_time()
        tried = what_if(asked, by=Staff.objects.filter(roles__code="administrator").order_by("pk")[0])
        took, spent = time.perf_counter() - began, time.process_time() - spent
    print(f"{options.contacts:,} contacts, {options.people} people, a week; {named}\n")
    rows = [
        [name, *(f"{one[name]:,.3f}".rstrip("0").rstrip(".") for one in map(asdict, tried[:2]))]
        for name in FIGURES
    ]
    rows.append(["time for both", f"{took:.0f} s", f"{spent:.0f} s of one processor"])
    print(table(["", "as it is set", "without skills after 2 min"], rows))


def fill(contacts: int, people: int, until: datetime) -> int:
    """A queue that lived through so many contacts, of one skill each; its id."""
    from zhiyin.people.models import Staff
    from zhiyin.routing.models import Pool, Queue, QueueRing, Seat, WorkItem
    from zhiyin.routing.rings import FIRST
    from zhiyin.tickets.models import Ticket

    chance, once = random.Random(1), secrets.token_hex(4)
    Queue.objects.update(is_active=False)
    WorkItem.objects.all().delete()
    Seat.objects.all().delete()
    queue = Queue.objects.create(name=f"bench {once}")
    QueueRing.objects.create(queue=queue, number=0)
    pool = Pool.objects.create(queue=queue, kind="chat", senior=False, name=f"bench-{once}", needs=[])
    tickets = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
    week = WEEK.total_seconds()
    handling = 0.85 * people * week / contacts  # so that people have work 85 % of the time
    items = []
    for _ in range(contacts):
        entered = until - timedelta(seconds=chance.uniform(0, week))
        accepted = entered + timedelta(seconds=30)
        items.append(
            WorkItem(
                ticket_id=chance.choice(tickets),
                queue=queue,
                pool=pool,
                kind="chat",
                state="done",
                asked=[[f"s{chance.randrange(SKILLS)}", 1]],
                priority=chance.choice([1, 2, 2, 2, 3, 4]),
                tier=chance.choice([0, 0, 0, 2, 3]),
                entered_at=entered,
                key=entered.timestamp(),
                accepted_at=accepted,
                ended_at=accepted + timedelta(seconds=chance.expovariate(1 / handling)),
            )
        )
    WorkItem.objects.bulk_create(items, batch_size=2_000)
    staff = Staff.objects.bulk_create(
        Staff(email=f"{once}-{number}@example.com", name=f"Bench {number}") for number in range(people)
    )
    Seat.objects.bulk_create(
        Seat(
            staff=one,
            skills={f"queue:{queue.pk}": FIRST, f"s{number % SKILLS}": 3, f"s{(number + 1) % SKILLS}": 2},
            limits={"chat": 1},
            idle_since=until,
        )
        for number, one in enumerate(staff)
    )
    return queue.pk


if __name__ == "__main__":
    main()
