"""Business hours as clocks count with them, kept from one count to the next while nobody changes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from zhiyin.platform.calendars.models import Calendar
from zhiyin.platform.calendars.queries import calendars, hours_of
from zhiyin.platform.calendars.timetable import Always, Measure, Timetable
from zhiyin.sla.models import Clock, PolicyVersion

ALWAYS = Always()
_BEFORE = timedelta(days=100)
_kept: dict[int, tuple[datetime, Timetable]] = {}  # calendar → as of which change, what it comes to


def timed_by(calendar_id: int) -> list[str]:
    """What keeps a calendar from being removed: names of policies, and of clocks that procedures started."""
    versions = PolicyVersion.objects.filter(calendar_id=calendar_id).select_related("policy")
    clocks = Clock.objects.filter(calendar_id=calendar_id, version=None).values_list("name", flat=True)
    return sorted({str(version.policy) for version in versions} | set(clocks.distinct()[:5]))


def measures(calendar_ids: Iterable[int | None], *, now: datetime) -> dict[int | None, Measure]:
    """What to count with, by calendar; None is around the clock. One query, and two more after a change."""
    asked = {one for one in calendar_ids if one is not None}
    found: dict[int | None, Measure] = {None: ALWAYS}
    if not asked:
        return found
    changed = dict(Calendar.objects.filter(pk__in=asked).values_list("pk", "updated_at"))
    stale = [pk for pk, at in changed.items() if pk not in _kept or _kept[pk][0] != at]
    for calendar in calendars().filter(pk__in=stale) if stale else ():
        _kept[calendar.pk] = calendar.updated_at, Timetable(hours_of(calendar), since=now - _BEFORE)
    return found | {pk: _kept[pk][1] for pk in changed}
