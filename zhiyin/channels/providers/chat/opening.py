"""Whether somebody is there: business hours, and colleagues at their desks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.settings import ChatSettings
from zhiyin.people.queries.presence import is_anybody_at_the_desk
from zhiyin.platform.calendars.models import Calendar
from zhiyin.platform.calendars.queries import calendars, hours_of


@dataclass(frozen=True)
class Opening:
    """`is_open` by the clock, `is_staffed` by who is there; the next change of the clock either way."""

    is_open: bool
    is_staffed: bool
    opens_at: datetime | None
    closes_at: datetime | None
    zone: str

    @property
    def is_attended(self) -> bool:
        return self.is_open and self.is_staffed


def opening_of(channel: Channel, chosen: ChatSettings, now: datetime) -> Opening:
    """The channel's opening at a moment; one without hours is always open."""
    calendar = calendar_of(chosen)
    staffed = not chosen.offline_when_unstaffed or is_anybody_at_the_desk(
        group_id=channel.default_group_id, now=now
    )
    if calendar is None:
        return Opening(True, staffed, None, None, "")
    hours = hours_of(calendar)
    is_open = hours.is_open(now)
    opens_at = None if is_open else hours.next_opening(now)
    return Opening(is_open, staffed, opens_at, hours.next_closing(now) if is_open else None, calendar.zone)


def calendar_of(chosen: ChatSettings) -> Calendar | None:
    return calendars().filter(pk=int(chosen.calendar)).first() if chosen.calendar.isdecimal() else None
