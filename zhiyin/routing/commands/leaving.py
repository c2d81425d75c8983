"""Work of people who leave comes back: at once when they go, after a time of its kind when they are only away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.people.models import Presence
from zhiyin.platform.timers.timers import set_timer
from zhiyin.routing.commands.giving import take_back
from zhiyin.routing.models import KindRule, WorkItem
from zhiyin.tickets.commands.assigning import route_ticket

AWAY_TIMER = "routing.away"
USUAL_MINUTES = 10  # away, for kinds of channel without a rule


@transaction.atomic
def give_back(*, staff_id: int, reason: str, now: datetime, kinds: Collection[str] | None = None) -> int:
    """Put back what somebody who left was offered, and what of theirs a customer waits for; returns how much.
    None: of all kinds."""
    items = (
        WorkItem.objects.select_for_update(of=("self",))
        .select_related("ticket", "queue")
        .filter(holder_id=staff_id, state__in=["offered", "held"])
        .order_by("pk")
    )
    returned = 0
    for item in items if kinds is None else items.filter(kind__in=kinds):
        if item.state == WorkItem.State.HELD and item.ticket.waiting_since is None:
            continue
        was_held = item.state == WorkItem.State.HELD
        item.last_agent_id = staff_id if was_held else item.last_agent_id
        item.save(update_fields=["last_agent"])
        take_back(item, reason=reason, by=None, now=now)
        if was_held:
            route_ticket(ticket_id=item.ticket_id, to=None, now=now)
        returned += 1
    return returned


def watch_away(*, staff_id: int, now: datetime, gone: int = 0) -> None:
    """Look after somebody who has been away for `gone` minutes when the next kind's time is over."""
    upcoming = [minutes for minutes in {*_minutes().values(), USUAL_MINUTES} if minutes > gone]
    if upcoming:
        first = min(upcoming)
        set_timer(
            kind=AWAY_TIMER,
            key=str(staff_id),
            due_at=now + timedelta(minutes=first - gone),
            payload={"minutes": first},
        )


@transaction.atomic
def give_back_when_away(*, staff_id: int, gone: int, now: datetime) -> int:
    """Put back the kinds of work whose time away is over after `gone` minutes; returns how much."""
    if not Presence.objects.filter(pk=staff_id, state=Presence.State.AWAY).exists():
        return 0
    minutes = _minutes()
    held = WorkItem.objects.filter(holder_id=staff_id).open().values_list("kind", flat=True)
    over = {kind for kind in held if 0 < minutes.get(kind, USUAL_MINUTES) <= gone}
    watch_away(staff_id=staff_id, now=now, gone=gone)
    return give_back(staff_id=staff_id, reason="away", now=now, kinds=over)


def longest_away() -> timedelta:
    """The longest time away that any kind of work is left with somebody."""
    return timedelta(minutes=max([*_minutes().values(), USUAL_MINUTES]))


def _minutes() -> dict[str, int]:
    return dict(KindRule.objects.values_list("kind", "away_minutes"))
