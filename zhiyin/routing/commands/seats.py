"""People as routing sees them: who is ready, what they can, what they have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from zhiyin.people.models import Membership, Presence, StaffSkill
from zhiyin.routing.models import KindRule, QueueRing, Seat, WorkItem
from zhiyin.routing.queries.settings import capacities
from zhiyin.routing.rings import FIRST, queue_skill


def lock_seat(staff_id: int, *, now: datetime) -> Seat:
    """The person's seat, made when there was none; locked until the transaction ends."""
    seat = Seat.objects.select_for_update().filter(pk=staff_id).first()
    if seat is None:
        Seat.objects.get_or_create(staff_id=staff_id, defaults={"idle_since": now})
        seat = Seat.objects.select_for_update().get(pk=staff_id)
        _furnish([seat])
    return seat


@transaction.atomic
def refresh_seats(*, staff_ids: Iterable[int] | None = None, now: datetime) -> int:
    """Bring seats up to date with skills, groups, rings and limits; returns how many. None: everybody's."""
    seats = Seat.objects.select_for_update().order_by("pk")
    found = list(seats if staff_ids is None else seats.filter(pk__in=list(staff_ids)))
    _furnish(found)
    return len(found)


@transaction.atomic
def take_seat(*, staff_id: int, is_ready: bool, now: datetime) -> Seat:
    """Somebody became ready for work, or is no longer."""
    seat = lock_seat(staff_id, now=now)
    if is_ready and not seat.is_ready:
        seat.idle_since = now
        if not any(seat.load.values()):
            seat.taken = 0
    seat.is_ready = is_ready
    seat.save(update_fields=["is_ready", "idle_since", "taken"])
    return seat


def load_seat(seat: Seat, kind: str, *, now: datetime) -> None:
    """Take one unit of a locked seat."""
    take_unit(seat, kind, now=now)
    seat.save(update_fields=["load", "taken", "idle_since", "is_full"])


def take_unit(seat: Seat, kind: str, *, now: datetime) -> None:
    """The same, for who saves the seat themselves."""
    seat.load[kind] = seat.load.get(kind, 0) + 1
    seat.taken += 1
    seat.idle_since = now
    _note_fullness(seat)


def unload_seat(seat: Seat, kind: str, *, now: datetime) -> None:
    """Give one unit of a locked seat back."""
    seat.load[kind] = max(0, seat.load.get(kind, 0) - 1)
    seat.idle_since = now
    _note_fullness(seat)
    seat.save(update_fields=["load", "idle_since", "is_full"])


def _note_fullness(seat: Seat) -> None:
    agent = seat.agent()
    seat.is_full = not any(agent.room(kind) for kind in seat.limits)


def _furnish(seats: list[Seat]) -> None:
    ids = [seat.pk for seat in seats]
    skills: dict[int, dict[str, int]] = defaultdict(dict)
    for staff_id, skill_id, level in StaffSkill.objects.filter(staff_id__in=ids).values_list(
        "staff_id", "skill_id", "level"
    ):
        skills[staff_id][str(skill_id)] = level
    for staff_id, skill, level in _queue_levels(ids):
        skills[staff_id][skill] = max(level, skills[staff_id].get(skill, 0))
    exclusive = list(KindRule.objects.filter(exclusive=True).values_list("kind", flat=True))
    limits, loads = capacities(ids), _loads(ids)
    ready = dict(
        Presence.objects.filter(
            pk__in=ids, state=Presence.State.AVAILABLE, staff__is_active=True
        ).values_list("pk", "custom__kinds")
    )
    for seat in seats:
        taking = ready.get(seat.pk) or limits[seat.pk]  # a state of the company's own may limit the channels
        seat.limits = {kind: units for kind, units in limits[seat.pk].items() if kind in taking}
        seat.skills, seat.load = skills[seat.pk], loads[seat.pk]
        seat.exclusive = exclusive
        seat.is_ready = seat.pk in ready
        _note_fullness(seat)
    Seat.objects.bulk_update(seats, ["skills", "limits", "load", "exclusive", "is_ready", "is_full"])


def _loads(staff_ids: list[int]) -> dict[int, dict[str, int]]:
    loads: dict[int, dict[str, int]] = defaultdict(dict)
    held = WorkItem.objects.filter(holder_id__in=staff_ids, state__in=["offered", "held"])
    for row in held.values("holder_id", "kind").annotate(units=Count("pk")):
        loads[row["holder_id"]][row["kind"]] = row["units"]
    return loads


def _queue_levels(staff_ids: list[int]) -> list[tuple[int, str, int]]:
    """(person, skill of the queue, level) of everybody in a group of one of its rings; a first ring without
    groups is open to all."""
    groups_of: dict[int, set[int]] = defaultdict(set)
    for staff_id, group_id in Membership.objects.filter(staff_id__in=staff_ids).values_list(
        "staff_id", "group_id"
    ):
        groups_of[staff_id].add(group_id)
    found = []
    for ring in QueueRing.objects.prefetch_related("groups"):
        groups = {group.pk for group in ring.groups.all()}
        open_to_all = not groups and ring.number == 0
        found += [
            (staff_id, queue_skill(ring.queue_id), FIRST - ring.number)
            for staff_id in staff_ids
            if open_to_all or groups & groups_of[staff_id]
        ]
    return found
