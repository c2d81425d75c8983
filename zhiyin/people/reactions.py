from __future__ import annotations

from django.utils import timezone

from zhiyin.people.commands import presence
from zhiyin.people.commands.presence import leave_if_unheard
from zhiyin.platform.timers.timers import TimerFired, on_timer


@on_timer(presence.TIMER, subject="staff:{key}")
def mark_away_when_unheard(fired: TimerFired) -> None:
    # now, for a worker may hear of it late, and the desk was heard of meanwhile
    leave_if_unheard(staff_id=int(fired.key), now=max(fired.at, timezone.now()))
