"""Counting the clocks of tickets: from their history, whatever has happened since they were counted last.

Many are read and written together, since in a rush every message pays for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.platform.calendars.timetable import MINUTE, SECOND, Measure, moment_of, ticks_of
from zhiyin.platform.timers.timers import cancel_timers, set_timer, set_timers
from zhiyin.sla.clocks import BREACH, STEP, Moment, Rule, Spell, replay
from zhiyin.sla.commands.covering import cover
from zhiyin.sla.commands.telling import Change, tell
from zhiyin.sla.definitions import rule_of
from zhiyin.sla.history import Told, moments_of
from zhiyin.sla.models import OPEN_STATES, Clock, Coverage, Pause
from zhiyin.sla.queries.hours import measures
from zhiyin.sla.queries.reading_history import held_in, is_on_its_way, told_of
from zhiyin.tickets.commands.deadlines import Deadline, move_deadlines
from zhiyin.tickets.models import Ticket

TIMER = "sla.clocks"
STEP_LEVELS = (75, BREACH, 150)
_COUNTED = (
    "version_id",
    "calendar_id",
    "priority",
    "target_minutes",
    "state",
    "activated_at",
    "due_at",
    "breached_at",
    "ended_at",
    "pauses",
)


@dataclass(frozen=True)
class Timed:
    """What a clock's row is to say."""

    key: str
    spell: Spell
    values: dict[str, Any]
    metric: Mapping[str, Any] | None = None  # as the version tells it; None for a procedure's
    since: datetime | None = None  # since when its version holds for the ticket


@dataclass(frozen=True)
class Known:
    """What is written down of a ticket's clocks."""

    rows: dict[str, Clock]  # by key
    coverages: list[Coverage]
    pauses: list[Pause]
    told: Sequence[Told]


@transaction.atomic
def count_tickets(*, moments: Mapping[int, datetime]) -> None:
    """Bring the clocks of tickets up to their moments, tell what that means, and be woken when their next levels are
    due. Those that are gone are left out."""
    tickets = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=list(moments)).order_by("pk")
    _count([(ticket, moments[ticket.pk]) for ticket in tickets])


@transaction.atomic
def count_due_ticket(*, ticket_id: int, now: datetime) -> None:
    """The same when a level has come due; what people did before that goes first.

    Whoever answers holds the ticket's row until it is committed. An answer that has no place in the log yet may be
    from before the level: the timer is set again, and finds it told.
    """
    ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket_id).first()
    if ticket is None:
        return
    if is_on_its_way(ticket_id):
        set_timer(kind=TIMER, key=str(ticket_id), due_at=now)
    else:
        count_locked(ticket, now=now)


def count_locked(ticket: Ticket, *, now: datetime) -> None:
    """The same for a ticket that the caller has locked."""
    _count([(ticket, now)])


def _count(moments: Sequence[tuple[Ticket, datetime]]) -> None:
    """As many queries for all tickets as for one, but for clocks that were there before and stand differently."""
    known = _known(moments)
    counted = [
        (ticket, now) for ticket, now in moments if known[ticket.pk].rows or known[ticket.pk].coverages
    ]
    if not counted:
        return
    hours = measures(_calendars(known.values()), now=max(now for _, now in counted))
    begun: list[Clock] = []
    changes: list[Change | None] = []
    deadlines: list[Deadline] = []
    next_at: dict[str, datetime | None] = {}
    for ticket, now in counted:
        one = known[ticket.pk]
        timed = [*_policy_clocks(ticket, one, hours, now), *_step_clocks(one, hours, now)]
        changes += [_keep(ticket, one.rows.get(clock.key), clock, begun, now) for clock in timed]
        _drop(one.rows, {clock.key for clock in timed}, now)
        spells = [clock.spell for clock in timed]
        next_at[str(ticket.pk)] = _next_of(spells)
        deadlines.append(_deadline_of(ticket, spells, now))
    Clock.objects.bulk_create(begun)
    tell([change for change in changes if change is not None])
    set_timers(kind=TIMER, due_at={key: at for key, at in next_at.items() if at is not None})
    cancel_timers(kind=TIMER, keys=[key for key, at in next_at.items() if at is None])
    move_deadlines(deadlines)


def _known(moments: Sequence[tuple[Ticket, datetime]]) -> dict[int, Known]:
    tickets = [ticket for ticket, _ in moments]
    rows: dict[int, dict[str, Clock]] = defaultdict(dict)
    for clock in Clock.objects.filter(ticket__in=tickets):
        rows[clock.ticket_id][clock.key] = clock
    coverages = cover(moments)
    concerned = [ticket.pk for ticket in tickets if rows[ticket.pk] or coverages[ticket.pk]]
    pauses: dict[int, list[Pause]] = defaultdict(list)
    told: Mapping[int, Sequence[Told]] = {}
    if concerned:
        for pause in Pause.objects.filter(ticket__in=concerned).order_by("started_at", "pk"):
            pauses[pause.ticket_id].append(pause)
    if covered := [pk for pk in concerned if coverages[pk]]:
        told = told_of(covered)
    return {pk: Known(rows[pk], coverages[pk], pauses[pk], told.get(pk, ())) for pk in coverages}


def _calendars(known: Iterable[Known]) -> set[int | None]:
    return {
        calendar_id
        for one in known
        for calendar_id in (
            *(coverage.version.calendar_id for coverage in one.coverages),
            *(row.calendar_id for row in one.rows.values()),
        )
    }


def _policy_clocks(
    ticket: Ticket, known: Known, hours: Mapping[int | None, Measure], now: datetime
) -> Iterator[Timed]:
    for coverage in known.coverages:
        version = coverage.version
        held = held_in(coverage.track, known.pauses)
        history = moments_of(ticket.pk, known.told, group_id=ticket.group_id, held=held)
        for metric in version.metrics:
            rule = rule_of(metric, priority=ticket.priority, robots=version.robots)
            if rule is None:
                continue
            calendar_id = None if metric["around_the_clock"] else version.calendar_id
            for spell in replay(history, rule, hours[calendar_id], now=ticks_of(now)):
                values = {
                    "track": coverage.track,
                    "metric": rule.metric,
                    "version_id": version.pk,
                    "calendar_id": calendar_id,
                    "priority": ticket.priority,
                    "target_minutes": rule.target // MINUTE,
                }
                key = f"{coverage.track}.{rule.metric}.{spell.number}"
                yield Timed(key, spell, values, metric, coverage.since)


def _step_clocks(known: Known, hours: Mapping[int | None, Measure], now: datetime) -> Iterator[Timed]:
    for row in known.rows.values():
        if row.metric == STEP:
            history = _steps_history(row, known.pauses)
            causes = frozenset(moment.value for moment in history if moment.what == "pause")
            rule = Rule(STEP, row.target_minutes * MINUTE, STEP_LEVELS, pauses_for=causes)
            (spell,) = replay(history, rule, hours[row.calendar_id], now=ticks_of(now))
            yield Timed(row.key, spell, {})


def _steps_history(row: Clock, pauses: list[Pause]) -> list[Moment]:
    begun = ticks_of(row.activated_at)
    history = [Moment(begun, "opened")]
    for held in held_in(row.track, pauses, only_own=True):
        if held.until is None or held.until > begun:
            history.append(Moment(max(held.since, begun), "pause", held.cause))
            history += [Moment(held.until, "resume", held.cause)] if held.until is not None else []
    history.sort(key=lambda moment: moment.at)
    if row.ended_at is None:
        return history
    end = ticks_of(row.ended_at)
    what = "done" if row.state == Clock.State.FULFILLED else "over"
    return [*(moment for moment in history if moment.at <= end), Moment(end, what)]


def _keep(
    ticket: Ticket, row: Clock | None, timed: Timed, begun: list[Clock], now: datetime
) -> Change | None:
    """Write down how a clock stands, or add it to those that have `begun`; None where it stands as it did.

    What is over stays as it was counted then: neither another policy nor another priority judges it anew.
    """
    spell = timed.spell
    if row is not None and _is_over_as_before(row, spell):
        return None
    was_open = row is None or row.is_open
    clock = row or Clock(ticket=ticket, key=timed.key)
    before = {name: getattr(clock, name) for name in _COUNTED}
    values = timed.values | _standing(spell)
    for name, value in values.items():
        setattr(clock, name, value)
    is_withdrawn = before["breached_at"] is not None and clock.breached_at is None and BREACH in clock.told
    if is_withdrawn:  # it may be reached after all, and is told again then
        clock.told = [level for level in clock.told if level < BREACH]
    new = sorted(set(spell.reached) - set(clock.told))
    is_as_before = clock.pk is not None and all(before[name] == getattr(clock, name) for name in _COUNTED)
    if is_as_before and not new and (not spell.outcome or clock.elapsed_seconds == spell.elapsed // SECOND):
        return None
    clock.told = sorted({*clock.told, *spell.reached})
    clock.elapsed_seconds, clock.counted_at = spell.elapsed // SECOND, now
    if row is None:
        begun.append(clock)
    else:
        clock.save()
    is_history = timed.since is not None and clock.ended_at is not None and clock.ended_at <= timed.since
    has_ended = was_open and clock.state == Clock.State.FULFILLED
    return None if is_history else Change(ticket, now, clock, new, has_ended, timed.metric, is_withdrawn)


def _is_over_as_before(row: Clock, spell: Spell) -> bool:
    is_over = not row.is_open and spell.outcome and _moment(spell.ended) == row.ended_at
    return bool(is_over) and (row.metric != STEP or row.elapsed_seconds == spell.elapsed // SECOND)


def _standing(spell: Spell) -> dict[str, Any]:
    return {
        "state": spell.state,
        "activated_at": _moment(spell.begun),
        "due_at": None if spell.outcome else _moment(spell.due_at),
        "breached_at": _moment(spell.breached_at),
        "ended_at": _moment(spell.ended),
        "pauses": [[_told(start), _told(end), cause] for start, end, cause in spell.pauses],
    }


def _drop(rows: Mapping[str, Clock], kept: set[str], now: datetime) -> None:
    """Clocks that are promised no more, or whose beginning was taken back."""
    gone = [row.pk for key, row in rows.items() if key not in kept and row.is_open]
    if gone:
        Clock.objects.filter(pk__in=gone, state__in=OPEN_STATES).update(
            state=Clock.State.CANCELLED, ended_at=now, due_at=None, counted_at=now
        )


def _next_of(spells: Sequence[Spell]) -> datetime | None:
    """When the next level of any of them is due."""
    ahead = [spell.next_at for spell in spells if spell.next_at is not None and not spell.outcome]
    return moment_of(min(ahead)) if ahead else None


def _deadline_of(ticket: Ticket, spells: Sequence[Spell], now: datetime) -> Deadline:
    due = [moment_of(spell.due_at) for spell in spells if spell.due_at is not None and not spell.outcome]
    states = {spell.state for spell in spells} & set(OPEN_STATES)
    return Deadline(ticket, min(due, default=None), now, are_paused=states == {"paused"})


def _moment(ticks: int | None) -> datetime | None:
    return moment_of(ticks) if ticks is not None else None


def _told(ticks: int | None) -> str | None:
    return moment_of(ticks).isoformat() if ticks is not None else None
