"""A draft, replayed on what has happened: which tickets it would have covered, and how its clocks would have stood."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from zhiyin.people.models import Staff
from zhiyin.platform.calendars.timetable import ticks_of
from zhiyin.sla.attainment import Tally, tally_of
from zhiyin.sla.clocks import Rule, replay
from zhiyin.sla.definitions import rule_of
from zhiyin.sla.history import HEARD, Told, moments_of
from zhiyin.sla.models import Pause
from zhiyin.sla.queries.attaining import attained_by
from zhiyin.sla.queries.covering import policies_in_force
from zhiyin.sla.queries.hours import measures
from zhiyin.sla.queries.reading_history import held_in
from zhiyin.tickets.fields.registry import Viewpoint
from zhiyin.tickets.fields.trees import condition_of
from zhiyin.tickets.models import Ticket

MOST = 100_000  # tickets, the newest first
AT_A_TIME = 2000
_BARE = frozenset(  # facts whose kind says it all
    {
        "tickets.opened",
        "tickets.reopened",
        "tickets.set_pending",
        "tickets.put_on_hold",
        "tickets.resolved",
        "tickets.closed",
        "tickets.solved_by_customer",
        "tickets.marked_as_spam",
        "tickets.unmarked_as_spam",
    }
)
_NOTHING: dict[str, Any] = {}
_FACTS = """
SELECT subject, type, payload::text, (extract(epoch FROM at) * 1000000)::bigint
FROM event_log_event WHERE subject = ANY (%s) AND type = ANY (%s) ORDER BY subject, position
"""


class _Row(NamedTuple):
    pk: int
    priority: int
    group_id: int | None


@dataclass(frozen=True)
class Draft:
    """What is tried: conditions and metrics as they are kept, and where it would stand."""

    track: str
    conditions: dict[str, Any]
    calendar_id: int | None
    metrics: list[dict[str, Any]]
    robots: list[int]
    policy_id: int | None = (
        None  # the policy it is a new version of; None for a new one, the last of its track
    )


@dataclass(frozen=True)
class Replayed:
    """Tallies by metric and by priority, the draft's beside those of the clocks there are."""

    tickets: int
    metrics: dict[str, Tally]
    priorities: dict[int, Tally]
    present: dict[str, Tally]


def replay_draft(draft: Draft, *, days: int, by: Staff, now: datetime) -> Replayed:
    """Replay a draft on the tickets opened in the last days that it would cover, as they are now."""
    rows = _covered(draft, since=now - timedelta(days=days), by=by, now=now)
    hours = measures([draft.calendar_id], now=now)
    rules = {priority: _rules(draft, priority, hours) for priority in (1, 2, 3, 4)}
    metrics = {metric["metric"]: Tally() for metric in draft.metrics}
    priorities = {priority: Tally() for priority in (1, 2, 3, 4)}
    present: dict[str, Tally] = {}
    for start in range(0, len(rows), AT_A_TIME):
        few = rows[start : start + AT_A_TIME]
        for row, history in _histories(few, draft.track):
            for rule, measure in rules[row.priority]:
                tally = tally_of(replay(history, rule, measure, now=ticks_of(now)))
                metrics[rule.metric] += tally
                priorities[row.priority] += tally
        for metric, tally in attained_by([row.pk for row in few], track=draft.track).items():
            present[metric] = present.get(metric, Tally()) + tally
    return Replayed(len(rows), metrics, priorities, present)


def _rules(draft: Draft, priority: int, hours: Mapping[int | None, Any]) -> list[tuple[Rule, Any]]:
    found = []
    for metric in draft.metrics:
        rule = rule_of(metric | {"warn_at": [], "levels": []}, priority=priority, robots=draft.robots)
        if rule is not None:
            found.append((rule, hours[None if metric["around_the_clock"] else draft.calendar_id]))
    return found


def _covered(draft: Draft, *, since: datetime, by: Staff, now: datetime) -> list[_Row]:
    """The tickets that fit the draft and no policy that is asked before it."""
    viewpoint = Viewpoint(by=by, now=now)
    met = condition_of(draft.conditions, viewpoint)
    for policy in policies_in_force():
        if policy.track != draft.track:
            continue
        if policy.pk == draft.policy_id:
            break
        if policy.version is not None:
            earlier = condition_of(policy.version.conditions, viewpoint)
            met &= ~earlier if earlier else Q(pk__in=[])
    tickets = Ticket.objects.themselves().filter(met, created_at__gte=since)
    rows = tickets.order_by("-created_at", "-pk").values_list("pk", "priority", "group_id")
    return [_Row(*row) for row in rows[:MOST]]


def _histories(rows: Sequence[_Row], track: str) -> Iterator[tuple[_Row, list[Any]]]:
    told = dict(_told([row.pk for row in rows]))
    pauses: dict[int, list[Pause]] = {}
    for pause in Pause.objects.filter(ticket_id__in=told).order_by("started_at", "pk"):
        pauses.setdefault(pause.ticket_id, []).append(pause)
    for row in rows:
        held = held_in(track, pauses[row.pk]) if row.pk in pauses else ()
        yield row, moments_of(row.pk, told.get(row.pk, ()), group_id=row.group_id, held=held)


def _told(ids: Collection[int]) -> Iterator[tuple[int, list[Told]]]:
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [[f"ticket:{pk}" for pk in ids], list(HEARD)])
        facts = cursor.fetchall()
    for subject, group in groupby(facts, key=lambda fact: fact[0]):
        yield (
            int(subject[7:]),
            [
                Told(kind, _NOTHING if kind in _BARE else json.loads(payload), at)
                for _, kind, payload, at in group
            ],
        )
