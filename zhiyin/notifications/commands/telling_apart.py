"""Facts that belong to no ticket: told to whom they concern, one row for each subject and reason while it is unread."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef

from zhiyin.notifications.commands.owing import Outward, look_outward, outside_of, owe_sendings
from zhiyin.notifications.commands.rows import keep_notices
from zhiyin.notifications.models import Notification, Preferences, RoleWays
from zhiyin.notifications.queries.hearers import Hearer, company_rules, ways_for
from zhiyin.notifications.queries.rows import Row
from zhiyin.notifications.reasons import Reason
from zhiyin.people.models import Staff
from zhiyin.people.queries.reach import with_reach
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.stream.messages import publish


@transaction.atomic(savepoint=False)
def tell_apart(told: Sequence[tuple[Reason, Fact]]) -> None:
    """Tell everybody whom each fact concerns and who may hear of it; nobody hears of what they did themselves."""
    for reason, fact in told:
        if reason.apart is None:
            continue
        by_id = reason.by(fact)
        ids = {one for one in reason.apart.hears(fact) if one is not None and one != by_id}
        hearers = _hearers(reason, ids)
        if hearers:
            _tell(reason, fact, hearers, by_id)


def settle_apart(fact: Fact, reasons: Sequence[str], *, now: datetime) -> None:
    """What a fact without a ticket has made moot needs nobody's attention any more."""
    bundles = [f"{fact.subject()}:{code}" for code in reasons]
    rows = Notification.objects.filter(bundle__in=bundles).unread()
    staff_ids = list(rows.values_list("staff", flat=True))
    if staff_ids:
        rows.update(read_at=now)
        publish(
            rooms={f"staff:{pk}" for pk in staff_ids[:300]},
            name="notification",
            data={"read": True},
        )


def _hearers(reason: Reason, ids: Collection[int]) -> list[Hearer]:
    assert reason.apart is not None
    people: list[Any] = with_reach(
        Staff.objects.active()
        .filter(pk__in=ids)
        .order_by("pk")
        .annotate(role_ways=ArraySubquery(RoleWays.objects.filter(role__staff=OuterRef("pk")).values("ways")))
    )
    allowed = [staff for staff in people if staff.may(reason.apart.permission)]
    chosen = Preferences.objects.in_bulk([staff.pk for staff in allowed]) if allowed else {}
    policy = company_rules().policy
    hearers = []
    for staff in allowed:
        preferences = chosen.get(staff.pk) or Preferences(staff=staff)
        ways, source = ways_for(reason, preferences, staff.role_ways, policy)
        if ways:
            hearers.append(Hearer(staff, preferences, ways, source, True, False, None, False))
    return hearers


def _tell(reason: Reason, fact: Any, hearers: Sequence[Hearer], by_id: int | None) -> None:
    bundle, at = f"{fact.subject()}:{reason.code}", fact.at
    ids = [hearer.staff.pk for hearer in hearers]
    unread = {row.staff_id: row for row in Notification.objects.filter(staff__in=ids, bundle=bundle).unread()}
    outside, rules = outside_of(ids, since=at), company_rules()
    rows, outwards = [], []
    for hearer in hearers:
        outward, known = Outward(), unread.get(hearer.staff.pk)
        look_outward(hearer, outward, outside[hearer.staff.pk], rules, at)
        row = Row(hearer.staff.pk, bundle, None, reason.code, at, at, 1, known.pk if known else None)
        for way in outward.repeated(row, at) if known else ():
            outward.hold(way, "bundled")
        row.told.append(
            {
                "by_id": by_id,
                "message_id": None,
                "position": fact.position,
                "in_app": "app" in hearer.ways,
                "is_quiet": outward.quiet_until is not None,
                "digest_due_at": outward.digest_due_at,
                "at": at,
            }
        )
        rows.append(row)
        outwards.append(outward)
    keep_notices(rows)
    owed = [
        (row.staff_id, row.id, outward) for row, outward in zip(rows, outwards, strict=True) if outward.send
    ]
    if owed:
        owe_sendings(owed, urgency=reason.urgency, now=at)
    rooms = {
        f"staff:{hearer.staff.pk}" for hearer in hearers if "app" in hearer.ways
    }  # a knowledge base has few who hear
    if rooms:
        publish(rooms=rooms, name="notification", data={"reason": reason.code, "sound": False})
