"""When a person wants quiet, and when a summary is due: pure functions of their choices, zone and the moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from zhiyin.notifications.models import Preferences

_STEPS = 24  # days off follow upon quiet hours and these upon days off; a week has no more of them


@dataclass(frozen=True)
class Quiet:
    """One person's quiet: hours of each day, whole days, and until a moment."""

    zone: ZoneInfo
    begins: time | None = None
    ends: time | None = None
    days_off: Sequence[int] = ()  # 0 is Monday
    until: datetime | None = None

    def ends_at(self, moment: datetime) -> datetime | None:
        """When the quiet that holds at the moment is over; None when there is none."""
        found = moment
        for _ in range(_STEPS):
            end = self._step(found)
            if end is None:
                break
            found = end
        return found if found > moment else None

    def _step(self, moment: datetime) -> datetime | None:
        """The end of one of the quiets that hold at the moment."""
        if self.until is not None and moment < self.until:
            return self.until
        local = moment.astimezone(self.zone)
        if local.weekday() in self.days_off:
            return self._at(local, time.min, days=1, after=moment)
        if self.begins is None or self.ends is None:
            return None
        clock = local.time()
        if self.begins < self.ends:
            inside = self.begins <= clock < self.ends
            return self._at(local, self.ends, days=0, after=moment) if inside else None
        if clock >= self.begins:
            return self._at(local, self.ends, days=1, after=moment)
        return self._at(local, self.ends, days=0, after=moment) if clock < self.ends else None

    def _at(self, local: datetime, clock: time, *, days: int, after: datetime) -> datetime:
        """That time of the day, `days` from now; the second of the two when clocks were put back in between."""
        day = local.date() + timedelta(days=days)
        found = datetime.combine(day, clock, self.zone)
        if found <= after:
            found = found.replace(fold=1)
        return found.astimezone(after.tzinfo)


def quiet_of(preferences: Preferences, *, company_zone: str) -> Quiet:
    """The person's quiet, in their own time zone or the company's."""
    return Quiet(
        zone=ZoneInfo(preferences.timezone or company_zone),
        begins=preferences.quiet_from,
        ends=preferences.quiet_until,
        days_off=preferences.days_off,
        until=preferences.do_not_disturb_until,
    )


def next_digest(preferences: Preferences, *, company_zone: str, after: datetime) -> datetime:
    """When the person's next summary is due: at the full hour or at their hour of the day, never in quiet."""
    local = after.astimezone(ZoneInfo(preferences.timezone or company_zone))
    if preferences.digest_every == Preferences.DigestEvery.HOUR:
        due = after.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    else:
        clock = time(preferences.digest_hour)
        due = datetime.combine(local.date(), clock, local.tzinfo)
        if due <= after:
            due = datetime.combine(local.date() + timedelta(days=1), clock, local.tzinfo)
        due = due.astimezone(after.tzinfo)
    return quiet_of(preferences, company_zone=company_zone).ends_at(due) or due
