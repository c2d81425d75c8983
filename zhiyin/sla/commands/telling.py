"""What it means that a clock has moved on: the facts of levels reached and promises kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhiyin.platform.event_log.emitting import emit_all
from zhiyin.platform.event_log.facts import Fact
from zhiyin.sla.clocks import BREACH
from zhiyin.sla.definitions import acts_at
from zhiyin.sla.events import (
    ClockBreached,
    ClockBreachWithdrawn,
    ClockFulfilled,
    ClockWarned,
    EscalationReached,
)
from zhiyin.sla.models import Clock
from zhiyin.sla.queries.recipients import recipients_of
from zhiyin.tickets.models import Ticket


@dataclass(frozen=True)
class Change:
    """A clock of a ticket that stands differently now."""

    ticket: Ticket
    at: datetime
    clock: Clock
    reached: Sequence[int]  # levels whose facts are not told yet
    is_fulfilled: bool
    metric: Mapping[str, Any] | None = None
    is_withdrawn: bool = False  # its breach was told, and is none


def tell(changes: Sequence[Change]) -> None:
    """Tell of each what is withdrawn, each level once, then what was fulfilled; one insert."""
    emit_all([fact for change in changes for fact in _facts(change)])


def _facts(change: Change) -> Iterator[Fact]:
    ticket, clock, metric = change.ticket, change.clock, change.metric
    named: dict[str, Any] = {
        "ticket_id": ticket.pk,
        "clock_id": clock.pk,
        "key": clock.key,
        "track": clock.track,
        "at": change.at,
    }
    if change.is_withdrawn:
        yield ClockBreachWithdrawn(**named)
    for level in change.reached:
        if level == BREACH:
            yield ClockBreached(**named)
        elif (metric is not None and level in metric["warn_at"]) or (metric is None and level < BREACH):
            yield ClockWarned(level=level, **named)
        acts = acts_at(metric, level) if metric is not None else []
        if acts or (metric is None and level > BREACH):
            yield EscalationReached(level=level, staff_ids=recipients_of(acts, ticket), **named)
    if change.is_fulfilled:
        yield ClockFulfilled(in_time=clock.breached_at is None, **named)
