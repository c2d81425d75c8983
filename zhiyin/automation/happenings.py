"""What facts mean to rules: pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from zhiyin.automation.definitions import Occasion
from zhiyin.platform.event_log.facts import Fact
from zhiyin.sla.events import ClockBreached, ClockWarned
from zhiyin.tickets.events import (
    CustomerWrote,
    NoteWritten,
    ReplyWritten,
    TicketAssigned,
    TicketClosed,
    TicketEdited,
    TicketMoved,
    TicketOpened,
    TicketPutOnHold,
    TicketRated,
    TicketReopened,
    TicketResolved,
    TicketSetPending,
    TicketSolvedByCustomer,
)
from zhiyin.tickets.events_around import TicketWoken


@dataclass(frozen=True)
class Happening:
    """One thing that happened, in the words of occasions."""

    on: str
    was: tuple[Any, ...] = ()
    now: tuple[Any, ...] = ()
    field: str = ""


def _plainly(on: str) -> Callable[[Any], list[Happening]]:
    return lambda _fact: [Happening(on)]


def _became(status: str) -> Callable[[Any], list[Happening]]:
    return lambda fact: [Happening("status_changed", (fact.was,), (status,))]


def _handed(on: str, was: str, now: str) -> Callable[[Any], list[Happening]]:
    return lambda fact: [Happening(on, (getattr(fact, was),), (getattr(fact, now),))]


def _edited(fact: TicketEdited) -> list[Happening]:
    named = {"priority": "priority_changed", "type_id": "type_changed", "category_id": "category_changed"}
    found = []
    for name in fact.fields:
        was, now = fact.was.get(name), fact.now.get(name)
        if name in named:
            found.append(Happening(named[name], (was,), (now,)))
        elif name == "tags":
            found.append(Happening("tags_changed", tuple(was or ()), tuple(now or ())))
        elif name.startswith("fields."):
            field = name.removeprefix("fields.")
            found.append(Happening("field_changed", _all(was), _all(now), field))
    return found


def _all(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


Meaning = Callable[[Any], list[Happening]]
_EDITS = ("priority_changed", "type_changed", "category_changed", "tags_changed", "field_changed")
_MEANINGS: dict[type[Fact], tuple[tuple[str, ...], Meaning]] = {  # what it can mean, and what one does
    TicketOpened: (("created",), _plainly("created")),
    # machines that answer are no customers who write: a rule must not talk with them
    CustomerWrote: (
        ("customer_wrote",),
        lambda fact: [] if fact.automatic else [Happening("customer_wrote")],
    ),
    ReplyWritten: (("answered",), _plainly("answered")),
    NoteWritten: (("note_written",), _plainly("note_written")),
    TicketReopened: (("status_changed",), _became("open")),
    TicketSetPending: (("status_changed",), _became("pending")),
    TicketPutOnHold: (("status_changed",), _became("on_hold")),
    TicketResolved: (("status_changed",), _became("solved")),
    TicketSolvedByCustomer: (("status_changed",), _became("solved")),
    TicketClosed: (("status_changed",), _became("closed")),
    TicketEdited: (_EDITS, _edited),
    TicketAssigned: (("assignee_changed",), _handed("assignee_changed", "from_id", "to_id")),
    TicketMoved: (("group_changed",), _handed("group_changed", "from_group_id", "to_group_id")),
    ClockWarned: (("sla_warned",), lambda fact: [Happening("sla_warned", now=(fact.track,))]),
    ClockBreached: (("sla_breached",), lambda fact: [Happening("sla_breached", now=(fact.track,))]),
    TicketRated: (("rated",), lambda fact: [Happening("rated", now=(fact.score,))]),
    TicketWoken: (("snooze_ended",), _plainly("snooze_ended")),
}
FOLLOWED = tuple(_MEANINGS)


def happenings_of(fact: Fact) -> Sequence[Happening]:
    """What a fact of FOLLOWED means."""
    return _MEANINGS[type(fact)][1](fact)


def types_of(on: str) -> list[str]:
    """The types of facts that can mean this."""
    return [cls.type for cls, (names, _) in _MEANINGS.items() if on in names]


def is_occasion(occasion: Occasion, happening: Happening) -> bool:
    """Whether this is what the rule waits for, as far as it can be told without looking at the ticket."""
    return (
        occasion.on == happening.on
        and occasion.field == happening.field
        and (not occasion.was or any(_same(one, other) for one in occasion.was for other in happening.was))
        and (not occasion.now or any(_same(one, other) for one in occasion.now for other in happening.now))
    )


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
