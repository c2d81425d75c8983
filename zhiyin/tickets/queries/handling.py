"""How long solved tickets took with knowledge put into an answer, and without: figures that name what they count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from zhiyin.tickets.models import Category

MOST = 10_000  # tickets of the period, those solved last

# tickets that were solved in the period and that a person answered: whether knowledge was put into an answer, the
# seconds they were new or open until they were solved last, and the minutes that people noted on them
_SOLVED = """
WITH solved AS (
    SELECT ticket.id, ticket.category_id, ticket.created_at, ticket.solved_at,
           EXISTS (SELECT FROM tickets_knowledgeuse used JOIN tickets_message said ON said.id = used.message_id
                   WHERE said.ticket_id = ticket.id AND used.by_id IS NOT NULL) AS informed
    FROM tickets_ticket ticket
    WHERE ticket.solved_at > %(since)s AND ticket.solved_at <= %(now)s AND ticket.merged_into_id IS NULL
      AND EXISTS (SELECT FROM tickets_message said WHERE said.ticket_id = ticket.id AND said.kind = 'outbound'
                  AND said.staff_id IS NOT NULL)
    ORDER BY ticket.solved_at DESC, ticket.id DESC LIMIT %(most)s
), states AS (
    SELECT solved.id, solved.created_at AS at, 0 AS position, true AS counts FROM solved
    UNION ALL
    SELECT solved.id, event.at, event.position, event.type = 'tickets.reopened'
    FROM solved JOIN event_log_event event ON event.subject = 'ticket:' || solved.id
    WHERE event.type IN ('tickets.reopened', 'tickets.set_pending', 'tickets.put_on_hold', 'tickets.resolved',
                         'tickets.closed', 'tickets.solved_by_customer')
), spans AS (
    SELECT id, at, counts, lead(at) OVER (PARTITION BY id ORDER BY at, position) AS until FROM states
)
SELECT solved.id, solved.category_id, solved.informed,
       sum(greatest(0, extract(epoch FROM least(coalesce(spans.until, solved.solved_at), solved.solved_at) - spans.at)))
           FILTER (WHERE spans.counts) AS seconds,
       (SELECT sum(entry.minutes) FROM tickets_timeentry entry WHERE entry.ticket_id = solved.id) AS minutes
FROM solved JOIN spans ON spans.id = solved.id
GROUP BY solved.id, solved.category_id, solved.informed
ORDER BY solved.id
"""


class Solved(NamedTuple):
    """A ticket that was solved: `seconds` it was new or open, `minutes` that were noted on it, if any."""

    ticket_id: int
    category_id: int | None
    is_informed: bool
    seconds: float
    minutes: int | None


@dataclass(frozen=True)
class Spread:
    """Times in seconds of so many tickets; None of none."""

    tickets: int
    median: float | None
    p90: float | None
    mean: float | None


@dataclass(frozen=True)
class Pair:
    """The same figure of tickets with knowledge in an answer, and of those without."""

    informed: Spread
    others: Spread


@dataclass(frozen=True)
class CategoryPair:
    category_id: int | None
    path: str  # '' where tickets have none
    pair: Pair


@dataclass(frozen=True)
class Handling:
    """`overall` compares all; `same_mix` only categories that have both, the others weighed by how many informed ones
    a category has; `noted` the minutes people noted; `is_cut` where the period has more tickets than were read."""

    overall: Pair
    same_mix: Pair
    noted: Pair
    categories: list[CategoryPair]
    is_cut: bool


def handling_with_knowledge(*, days: int, now: datetime) -> Handling:
    """The agents' work time of tickets solved in the last days (METRICS: time in new and open, until solved last), by
    whether a person put knowledge into an answer. Tickets no person answered are left out. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_SOLVED, {"since": now - timedelta(days=days), "now": now, "most": MOST})
        solved = [
            Solved(pk, category, told, float(seconds), minutes)
            for pk, category, told, seconds, minutes in cursor
        ]
    paths = dict(
        Category.objects.filter(pk__in={one.category_id for one in solved}).values_list("pk", "path")
    )
    by_category: dict[int | None, list[Solved]] = defaultdict(list)
    for one in solved:
        by_category[one.category_id].append(one)
    rows = [CategoryPair(pk, paths.get(pk or 0, ""), _pair(few)) for pk, few in by_category.items()]
    rows.sort(key=lambda row: (-row.pair.informed.tickets, -row.pair.others.tickets, row.path))
    return Handling(
        overall=_pair(solved),
        same_mix=_same_mix(by_category.values()),
        noted=_noted(solved),
        categories=rows,
        is_cut=len(solved) == MOST,
    )


def spread(times: Sequence[tuple[float, float]]) -> Spread:
    """Of pairs of a time and its weight: `median` and `p90` are the smallest times that half, and nine tenths, of the
    weight does not exceed; `mean` is the weighed sum over the weight."""
    if not times:
        return Spread(0, None, None, None)
    whole = sum(weight for _, weight in times)
    mean = sum(time * weight for time, weight in times) / whole
    return Spread(len(times), _reached(times, whole / 2), _reached(times, whole * 0.9), round(mean, 1))


def _reached(times: Sequence[tuple[float, float]], share: float) -> float:
    ordered, passed = sorted(times), 0.0
    for time, weight in ordered:
        passed += weight
        if passed >= share - 1e-9:
            return round(time, 1)
    return round(ordered[-1][0], 1)


def _pair(solved: Sequence[Solved]) -> Pair:
    return Pair(
        *(spread([(one.seconds, 1) for one in solved if one.is_informed is told]) for told in (True, False))
    )


def _noted(solved: Sequence[Solved]) -> Pair:
    known = [one._replace(seconds=one.minutes * 60.0) for one in solved if one.minutes]
    return _pair(known)


def _same_mix(categories: Iterable[Sequence[Solved]]) -> Pair:
    informed: list[tuple[float, float]] = []
    others: list[tuple[float, float]] = []
    for few in categories:
        told = [one for one in few if one.is_informed]
        rest = [one for one in few if not one.is_informed]
        if told and rest:
            informed += [(one.seconds, 1) for one in told]
            others += [(one.seconds, len(told) / len(rest)) for one in rest]
    return Pair(spread(informed), spread(others))
