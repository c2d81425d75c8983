"""A draft, tried on the last tickets: which it would have had a turn on, and what it would have changed. Reads only."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from zhiyin.automation.commands.rules import RuleForm, checked_form
from zhiyin.automation.commands.sweeping import counted_back
from zhiyin.automation.definitions import SINCE, Occasion
from zhiyin.automation.happenings import happenings_of, is_occasion, types_of
from zhiyin.people.models import Group, Staff
from zhiyin.platform.calendars.timetable import MINUTE
from zhiyin.platform.event_log.facts import fact_class
from zhiyin.platform.event_log.models import Event
from zhiyin.sla.queries.hours import measures
from zhiyin.tickets.actions import known_actions
from zhiyin.tickets.commands.macro_actions import changes_of
from zhiyin.tickets.fields.registry import Viewpoint
from zhiyin.tickets.fields.trees import condition_of, fields_of
from zhiyin.tickets.models import Category, Ticket, TicketType

MOST_TICKETS = 10_000
SAMPLES = 25
_SHOWN = ("status", "priority", "type_id", "category_id", "group_id", "assignee_id", "tags", "own_region")


@dataclass(frozen=True)
class Tried:
    """`occasions` is on how many tickets it had one, `fitting` how many of those meet the conditions as they are now,
    `changing` how many would be changed; `by_action` how many each action would have done something on."""

    tickets: int
    occasions: int
    fitting: int
    changing: int
    by_action: dict[str, int]
    samples: list[Sample]
    seconds: float


@dataclass(frozen=True)
class Sample:
    """A ticket that fits: its values now and after, of what would change, and what would be done beside it."""

    ticket: Ticket
    before: dict[str, Any]
    after: dict[str, Any]
    beside: list[str]


def try_rule(*, form: RuleForm, by: Staff, now: datetime) -> Tried:
    """Try a draft on the last 10,000 tickets. Raises what publishing it would raise."""
    began = time.monotonic()
    tree, actions = checked_form(form)
    newest = Ticket.objects.visible_to(by).themselves().order_by("-pk").values_list("pk", flat=True)
    looked_at = list(newest[:MOST_TICKETS])
    had = _had_occasion(form.occasion, looked_at, now=now)
    condition = condition_of(tree, Viewpoint(by=by, now=now), fields_of([tree]))
    fitting = list(
        Ticket.objects.filter(Q(pk__in=had) & condition)
        .only("subject", "customer_id", "fields", "custom_status_id", *_SHOWN)
        .order_by("-pk")
    )
    by_action: Counter[str] = Counter()
    changing = 0
    samples: list[Sample] = []
    for ticket in fitting:
        doing = _done_by(actions, ticket)
        by_action.update(doing)
        changing += bool(doing)
        if len(samples) < SAMPLES and doing:
            samples.append(_sample(actions, ticket))
    return Tried(
        tickets=len(looked_at),
        occasions=len(had),
        fitting=len(fitting),
        changing=changing,
        by_action=dict(by_action),
        samples=samples,
        seconds=round(time.monotonic() - began, 2),
    )


def _had_occasion(occasion: Occasion, ticket_ids: Sequence[int], *, now: datetime) -> list[int]:
    if occasion.on == "hours":
        return list(ticket_ids)
    if occasion.on == "time":
        return _in_time(occasion, ticket_ids, now=now)
    subjects = {f"ticket:{pk}": pk for pk in ticket_ids}
    events = Event.objects.filter(subject__in=list(subjects), type__in=list(types_of(occasion.on)))
    found: set[int] = set()
    for event in events.only("position", "subject", "type", "payload", "at").iterator(5000):
        cls, ticket_id = fact_class(event.type), subjects[event.subject]
        if cls is None or ticket_id in found:
            continue
        fact = cls.from_payload(event.payload, at=event.at, position=event.position)
        if any(is_occasion(occasion, one) for one in happenings_of(fact)):
            found.add(ticket_id)
    return sorted(found)


def _in_time(occasion: Occasion, ticket_ids: Sequence[int], *, now: datetime) -> list[int]:
    """Those whose time has passed by now, however long ago."""
    measure = measures([occasion.calendar_id], now=now).get(occasion.calendar_id)
    until = counted_back(measure, now, occasion.minutes * MINUTE) if measure is not None else None
    if until is None:
        return []
    due = {f"{SINCE[occasion.since]}__lte": until}
    return list(Ticket.objects.filter(pk__in=ticket_ids, **due).values_list("pk", flat=True))


def _done_by(actions: Mapping[str, Any], ticket: Ticket) -> list[str]:
    known = known_actions()
    return [
        name
        for name, value in actions.items()
        if known[name].perform is not None or changes_of({name: value}, ticket, by=None)
    ]


def _sample(actions: Mapping[str, Any], ticket: Ticket) -> Sample:
    after = changes_of(actions, ticket, by=None)
    fields = after.pop("fields", {})
    before = {name: getattr(ticket, name) for name in after}
    before |= {f"fields.{key}": ticket.fields.get(key) for key in fields}
    beside = [name for name in actions if known_actions()[name].perform is not None]
    return Sample(ticket, before, after | {f"fields.{key}": value for key, value in fields.items()}, beside)


def names_in(samples: Sequence[Sample]) -> dict[str, dict[int, str]]:
    """Names of the groups, people, categories and types that samples point to; four queries."""
    told = [values for sample in samples for values in (sample.before, sample.after)]

    def ids(name: str) -> set[int]:
        return {values[name] for values in told if values.get(name) is not None}

    groups = Group.objects.filter(pk__in=ids("group_id"))
    people = Staff.objects.filter(pk__in=ids("assignee_id"))
    categories = Category.objects.filter(pk__in=ids("category_id"))
    types = TicketType.objects.filter(pk__in=ids("type_id"))
    return {
        "group_id": dict(groups.values_list("pk", "name")),
        "assignee_id": dict(people.values_list("pk", "name")),
        "category_id": dict(categories.values_list("pk", "name")),
        "type_id": {pk: zh or en for pk, zh, en in types.values_list("pk", "name_zh", "name_en")},
    }
