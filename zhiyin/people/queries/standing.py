"""How people stand, now and before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

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


def custom_presences() -> QuerySet[CustomPresence]:
    """The company's own states, in order."""
    return CustomPresence.objects.order_by("position", "pk")
