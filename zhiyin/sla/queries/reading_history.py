"""A ticket's history, read from the event log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db import connection

from zhiyin.platform.calendars.timetable import ticks_of
from zhiyin.platform.event_log.models import Event, PendingEvent
from zhiyin.sla.history import HEARD, Held, Told
from zhiyin.sla.models import Pause

_WORTH = """
SELECT asked.ticket_id FROM unnest(%s::bigint[], %s::bigint[]) AS asked (ticket_id, position)
WHERE (EXISTS (SELECT FROM sla_policy WHERE active)
       OR EXISTS (SELECT FROM sla_clock WHERE sla_clock.ticket_id = asked.ticket_id))
  AND NOT EXISTS (SELECT FROM event_log_event event WHERE event.subject = 'ticket:' || asked.ticket_id
                  AND event.position > asked.position AND event.type = ANY (%s))
"""


def told_of(ticket_ids: Collection[int]) -> dict[int, list[Told]]:
    """What the log tells of each ticket, in its order; one query."""
    subjects = {f"ticket:{ticket_id}": ticket_id for ticket_id in ticket_ids}
    told: dict[int, list[Told]] = {ticket_id: [] for ticket_id in ticket_ids}
    rows = (
        Event.objects.filter(subject__in=subjects, type__in=HEARD)
        .order_by("position")
        .values_list("subject", "type", "payload", "at")
    )
    for subject, kind, payload, at in rows:
        told[subjects[subject]].append(Told(kind, payload, ticks_of(at)))
    return told


def worth_counting(positions: Mapping[int, int]) -> set[int]:
    """Those of these tickets on which anything can be promised, and of which the log tells no more behind the position
    given: else whoever reacts to that counts for us too. One look."""
    with connection.cursor() as cursor:
        cursor.execute(_WORTH, [list(positions), list(positions.values()), list(HEARD)])
        return {ticket_id for (ticket_id,) in cursor.fetchall()}


def is_on_its_way(ticket_id: int) -> bool:
    """Whether something that clocks hear of has happened on the ticket, but has no place in the log yet."""
    return PendingEvent.objects.filter(subject=f"ticket:{ticket_id}", type__in=HEARD).exists()


def held_in(track: str, pauses: Iterable[Pause], *, only_own: bool = False) -> list[Held]:
    """The pauses of one track; those of every policy belong to it too, unless only its own are asked for."""
    return [
        Held(one.cause, ticks_of(one.started_at), ticks_of(one.ended_at) if one.ended_at else None)
        for one in pauses
        if one.track == track or (not one.track and not only_own)
    ]
