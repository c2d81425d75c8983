"""What began in a future that a clock was set back from, began now."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max

from zhiyin.people.commands import presence
from zhiyin.platform.timers.timers import bring_forward, set_timer
from zhiyin.routing.commands.giving import OFFER_TIMER, REST_TIMER, WORK_TIMER
from zhiyin.routing.commands.leaving import AWAY_TIMER, longest_away
from zhiyin.routing.models import KindRule, Offer, Seat, WorkItem

_SKEW = timedelta(seconds=5)  # machines with clocks in step differ by less


class ClockWatch:
    """Notices that the clock of the day was set back against the one that only runs on."""

    def __init__(self) -> None:
        self._ahead: float | None = None

    def was_set_back(self) -> bool:
        """Since it was last asked; True the first time, for nobody knows what was before."""
        ahead = time.time() - time.monotonic()
        was, self._ahead = self._ahead, ahead
        return was is None or ahead < was - _SKEW.total_seconds()


@transaction.atomic
def heed_the_clock(*, now: datetime) -> int:
    """Offers, waits, rests and absences that began in the future count from now, so that nobody waits for a moment
    far off; work keeps its order. Returns how many were put right."""
    mended = presence.heed_the_clock(now=now)
    mended += _offers_again(now) + _waits_again(now)
    longest = KindRule.objects.aggregate(longest=Max("after_contact_seconds"))["longest"] or 0
    rested = now + timedelta(seconds=longest)
    mended += Seat.objects.filter(rests_until__gt=rested).update(rests_until=rested)
    mended += bring_forward(kind=REST_TIMER, latest=rested)
    return mended + bring_forward(kind=AWAY_TIMER, latest=now + longest_away())


def _offers_again(now: datetime) -> int:
    """The whole time to accept, from now."""
    offers = Offer.objects.select_for_update(of=("self",), skip_locked=True).select_related("item__queue")
    found = list(offers.filter(state=Offer.State.OPEN, offered_at__gt=now + _SKEW))
    for offer in found:
        offer.offered_at = now
        offer.expires_at = now + timedelta(seconds=offer.item.queue.accept_seconds)
        offer.save(update_fields=["offered_at", "expires_at"])
        set_timer(kind=OFFER_TIMER, key=str(offer.pk), due_at=offer.expires_at)
    return len(found)


def _waits_again(now: datetime) -> int:
    """All by the same time, so that their order stays."""
    waiting = WorkItem.objects.waiting().filter(entered_at__gt=now + _SKEW)
    found = list(waiting.select_for_update(of=("self",), skip_locked=True).order_by("pk"))
    if found:
        ahead = max(item.entered_at for item in found) - now
        WorkItem.objects.filter(pk__in=[item.pk for item in found]).update(
            entered_at=F("entered_at") - ahead, key=F("key") - ahead.total_seconds()
        )
    for item in found:
        set_timer(kind=WORK_TIMER, key=str(item.pk), due_at=now)
    return len(found)
