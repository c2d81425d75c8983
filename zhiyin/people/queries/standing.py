"""How people stand, now and before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet, Value

from zhiyin.people.models import (
    CustomPresence,
    Membership,
    Presence,
    PresenceSpell,
    Staff,
    StaffQuerySet,
)
from zhiyin.people.permissions import Scope


@dataclass(frozen=True)
class Spell:
    """`ended_at` is None for the state somebody is in now."""

    state: str
    custom_id: int | None
    reason: str
    began_at: datetime
    ended_at: datetime | None
    by_id: int | None


class AvailableTime(NamedTuple):
    """A time in which somebody took work, of these kinds of channel; none: of all they can."""

    staff_id: int
    began_at: datetime
    ended_at: datetime
    kinds: frozenset[str]


def led_by(by: Staff, permission: str = "routing.lead") -> StaffQuerySet:
    """Those whose work the person steers: all, or the members of their groups."""
    scope = by.scope(permission)
    if scope == Scope.ALL:
        return Staff.objects.all()
    if scope == Scope.GROUP:
        return Staff.objects.filter(pk__in=Membership.objects.of_groups(by.group_ids))
    return Staff.objects.none()


def presence_of(staff: Staff, *, now: datetime) -> Presence:
    """The person's presence; an unsaved one where they never had any."""
    found = Presence.objects.filter(pk=staff.pk).first()
    return found or Presence(staff=staff, state=Presence.State.OFFLINE, since=now, seen_at=now)


def spells_of(*, staff_id: int, since: datetime, by: Staff) -> list[Spell]:
    """A person's spells from a moment on, oldest first; one's own or those of whom one leads."""
    if staff_id != by.pk:
        led_by(by).get(pk=staff_id)
    ended = PresenceSpell.objects.filter(staff_id=staff_id, ended_at__gt=since).order_by("began_at", "pk")
    spells = [
        Spell(one.state, one.custom_id, one.reason, one.began_at, one.ended_at, one.by_id) for one in ended
    ]
    now = Presence.objects.filter(pk=staff_id).first()
    if now is not None:
        spells.append(Spell(now.state, now.custom_id, now.reason, now.since, None, now.by_id))
    return spells


def available_times(*, since: datetime, until: datetime) -> list[AvailableTime]:
    """When anybody was available between two moments, oldest first; two queries."""
    spells = PresenceSpell.objects.filter(
        state=Presence.State.AVAILABLE, began_at__lt=until, ended_at__gt=since
    )
    standing = Presence.objects.filter(state=Presence.State.AVAILABLE, since__lt=until)
    rows = [
        *spells.values_list("staff_id", "began_at", "ended_at", "custom__kinds"),
        *standing.annotate(until=Value(until)).values_list("staff_id", "since", "until", "custom__kinds"),
    ]
    return [
        AvailableTime(staff_id, max(began, since), min(ended, until), frozenset(kinds or ()))
        for staff_id, began, ended, kinds in sorted(rows, key=lambda row: (row[1], row[0]))
    ]


def custom_presences() -> QuerySet[CustomPresence]:
    """The company's own states, in order."""
    return CustomPresence.objects.order_by("position", "pk")
