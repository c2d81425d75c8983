from __future__ import annotations

from zhiyin.knowledge.commands import expiring, reviewing
from zhiyin.knowledge.commands.expiring import tell_expiry
from zhiyin.knowledge.commands.reviewing import publish_in_time
from zhiyin.platform.timers.timers import TimerFired, on_timer


@on_timer(reviewing.PUBLISHING, subject="version:{key}")
def publish_when_its_hour_has_come(fired: TimerFired) -> None:
    publish_in_time(version_id=int(fired.key), now=fired.at)


@on_timer(expiring.TIMER, subject="edition:{key}")
def tell_when_validity_ends(fired: TimerFired) -> None:
    tell_expiry(edition_id=int(fired.key), version_id=fired.payload_data["version_id"], now=fired.at)
