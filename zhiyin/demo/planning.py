"""Planning a load: who writes when, and which numbers each chunk's rows get."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from zhiyin.demo.chunk import FIRST, NEW, PER_TICKET, CustomerTask, Task
from zhiyin.demo.rhythm import DAY, arrivals

FEWEST_CUSTOMERS = 220
CHUNK = 2_000
CUSTOMERS = 10_000
NUMBERED = (
    "files_storedfile",
    "channels_rawmessage",
    "channels_delivery",
    "channels_inboundmessage",
    "chat_conversation",
    "chat_line",
    "tickets_message",
)


@dataclass(frozen=True)
class Plan:
    """The whole load in outline. Customers are numbered from `first_customer`; their ids are these numbers."""

    tickets: int
    seed: int
    now: int
    first_ticket: int
    first_customer: int
    arrivals: array[int]
    customers: array[int]
    is_first: bytes  # of each ticket: FIRST, NEW or 0
    joined: array[int]  # of each customer: when they became known
    heard: array[int]  # of each customer: when they last began something
    lingering: float

    def customer_tasks(self, buckets: bytes) -> Iterator[CustomerTask]:
        """All customers; `buckets` are their subjects' in the event log."""
        for begin in range(0, len(self.joined), CUSTOMERS):
            part = slice(begin, begin + CUSTOMERS)
            first = self.first_customer + begin
            yield CustomerTask(
                self.seed, first, self.joined[part], self.heard[part], buckets[part], self.arrivals[0]
            )

    def tasks(self, starts: dict[str, int], buckets: bytes, customer_buckets: bytes) -> Iterator[Task]:
        """The cases, in the order of time; `starts` are the first free numbers by table."""
        for number, begin in enumerate(range(0, self.tickets, CHUNK)):
            end = min(begin + CHUNK, self.tickets)
            yield Task(
                number=number,
                seed=self.seed,
                now=self.now,
                first_ticket=self.first_ticket + begin,
                arrivals=self.arrivals[begin:end],
                customers=self.customers[begin:end],
                is_first=self.is_first[begin:end],
                starts={table: start + begin * PER_TICKET for table, start in starts.items()},
                buckets=buckets[begin:end],
                customer_buckets=bytes(
                    customer_buckets[who - self.first_customer] for who in self.customers[begin:end]
                ),
                lingering=self.lingering,
            )


def plan(*, tickets: int, seed: int, now: int, first_ticket: int, first_customer: int) -> Plan:
    """Who writes when: customers known from before, and new ones all along."""
    rng = Random(f"{seed}/{first_ticket}/plan")  # noqa: S311  (repeatable, not secret)
    times = arrivals(tickets, until=now, rng=rng)
    begin = times[0] if tickets else now
    known = FEWEST_CUSTOMERS
    total = max(FEWEST_CUSTOMERS, int(tickets * 0.3))
    joined = array("q", sorted(begin - int(rng.random() * 200 * DAY) for _ in range(known)))
    heard = array("q", joined)
    who, is_first, seen = array("q"), bytearray(tickets), bytearray(total)
    for index, at in enumerate(times):
        if len(joined) < known + (total - known) * (index + 1) // tickets:
            number, is_first[index] = len(joined), NEW
            joined.append(at)
            heard.append(at)
        else:
            number = int(len(joined) * rng.random() ** 0.8)
            is_first[index] = 0 if seen[number] else FIRST
        seen[number] = 1
        heard[number] = at
        who.append(first_customer + number)
    return Plan(
        tickets=tickets,
        seed=seed,
        now=now,
        first_ticket=first_ticket,
        first_customer=first_customer,
        arrivals=times,
        customers=who,
        is_first=bytes(is_first),
        joined=joined,
        heard=heard,
        lingering=_lingering(times, now),
    )


def open_tickets(tickets: int) -> int:
    """How many of so many tickets are still open: a share that shrinks as a centre grows."""
    return int(min(0.08 * tickets, 20 * math.sqrt(tickets)))


def _lingering(times: array[int], now: int) -> float:
    """The share of cases that stay unfinished though their story would be over; halves every eight days of age."""
    fading = sum(2 ** (-(now - at) / (8 * DAY)) for at in times if now - at < 90 * DAY)
    return min(0.95, open_tickets(len(times)) / fading) if fading else 0.0
