from __future__ import annotations

from zhiyin.people.commands import presence
from zhiyin.people.commands.presence import leave_if_unheard
from zhiyin.platform.timers.timers import TimerFired, on_timer


@on_timer(presence.TIMER, subject="staff:{key}")
def mark_away_when_unheard(fired: TimerFired) -> None:
    leave_if_unheard(staff_id=int(fired.key), now=fired.at)
