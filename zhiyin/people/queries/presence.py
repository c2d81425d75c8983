"""Who is there."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession

from zhiyin.people.models import Staff
from zhiyin.people.permissions import Scope

AT_THE_DESK = timedelta(minutes=15)  # use of a session is noted every five minutes
_LOOKED_AT = 200


def is_anybody_at_the_desk(*, group_id: int | None, now: datetime) -> bool:
    """Whether somebody who may answer the group's customers (anybody's, for None) has used the desk lately."""
    lately = UserSession.objects.filter(last_seen_at__gt=now - AT_THE_DESK).values("user_id")
    for staff in Staff.objects.active().filter(pk__in=lately)[:_LOOKED_AT]:
        scope = staff.scope("tickets.reply")
        if scope == Scope.ALL or (scope == Scope.GROUP and (group_id is None or group_id in staff.group_ids)):
            return True
    return False
