"""A ticket's history, read from the event log."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from zhiyin.platform.calendars.timetable import ticks_of
from zhiyin.platform.event_log.models import Event
from zhiyin.sla.history import HEARD, Held, Told
from zhiyin.sla.models import Pause


def told_of(ticket_id: int) -> list[Told]:
    """What the log tells of a ticket, in its order; one query."""
    rows = (
        Event.objects.filter(subject=f"ticket:{ticket_id}", type__in=HEARD)
        .order_by("position")
        .values_list("type", "payload", "at")
    )
    return [Told(kind, payload, ticks_of(at)) for kind, payload, at in rows]


def is_told_more(ticket_id: int, position: int) -> bool:
    """Whether the log tells more of the ticket behind a position: then whoever reacts to that counts for us too."""
    later = Q(subject=f"ticket:{ticket_id}", type__in=HEARD, position__gt=position)
    return Event.objects.filter(later).exists()


def held_in(track: str, pauses: Iterable[Pause], *, only_own: bool = False) -> list[Held]:
    """The pauses of one track; those of every policy belong to it too, unless only its own are asked for."""
    return [
        Held(one.cause, ticks_of(one.started_at), ticks_of(one.ended_at) if one.ended_at else None)
        for one in pauses
        if one.track == track or (not one.track and not only_own)
    ]
