"""What a person and the company choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.notifications.models import Mute, Policy, Preferences, RoleWays
from zhiyin.notifications.queries.hearers import known_ways
from zhiyin.notifications.reasons import WAYS, reason_called
from zhiyin.people.commands.company import refuse_unknown_time_zone
from zhiyin.people.models import Role, Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.models import Ticket

Ways = Mapping[str, Sequence[str] | None]  # None: back to the default


class NoSuchReason(DomainError):
    code = "notifications.no_such_reason"
    status = 422
    messages = {
        "zh": "没有名为“{reason}”的通知原因，请刷新页面后重试。",
        "en": "There is no reason called {reason}; reload the page and choose again.",
    }


class NoSuchWay(DomainError):
    code = "notifications.no_such_way"
    status = 422
    messages = {
        "zh": "没有“{way}”这种通知方式，可选：app、mail、push、digest。",
        "en": "There is no way called {way}; choose among app, mail, push and digest.",
    }


class QuietHoursIncomplete(DomainError):
    code = "notifications.quiet_hours_incomplete"
    status = 422
    messages = {
        "zh": "安静时段需要不同的开始和结束时间；不需要时请两个都留空。",
        "en": "Quiet hours need a beginning and another end; leave both empty for none.",
    }


class NoDayLeft(DomainError):
    code = "notifications.no_day_left"
    status = 422
    messages = {
        "zh": "一周至少要留一天可以通知；想完全不被打扰，请使用“免打扰”或关闭各项通知。",
        "en": "Leave at least one day of the week; to hear nothing at all, use “do not disturb” or switch reasons off.",
    }


@transaction.atomic
def change_preferences(*, changes: Mapping[str, Any], ways: Ways, by: Staff) -> Preferences:
    """Change one's own choices. Raises NoSuchReason, NoSuchWay, UnknownTimeZone, QuietHoursIncomplete, NoDayLeft."""
    Preferences.objects.get_or_create(pk=by.pk)
    row = Preferences.objects.select_for_update().get(pk=by.pk)
    row.ways = merged(row.ways, ways)
    for name, value in changes.items():
        setattr(row, name, value)
    row.days_off = sorted(set(row.days_off))
    if row.timezone:
        refuse_unknown_time_zone(row.timezone)
    if (row.quiet_from is None) != (row.quiet_until is None) or (
        row.quiet_from is not None and row.quiet_from == row.quiet_until
    ):
        raise QuietHoursIncomplete
    if len(row.days_off) > 6:
        raise NoDayLeft
    row.save()
    return row


@transaction.atomic
def change_policy(
    *, changes: Mapping[str, Any], ways: Ways, role_ways: Mapping[int, Ways], by: Staff, now: datetime
) -> Policy:
    """Change what holds for everybody and for roles. Raises NoSuchReason, NoSuchWay, Role.DoesNotExist."""
    Policy.objects.get_or_create(pk=Policy.ONLY)
    policy = Policy.objects.select_for_update().get(pk=Policy.ONLY)
    policy.ways = merged(policy.ways, ways)
    for name, value in changes.items():
        setattr(policy, name, value)
    policy.save()
    for role_id, chosen in role_ways.items():
        role = Role.objects.get(pk=role_id)
        known, _ = RoleWays.objects.get_or_create(role=role)
        known.ways = merged(known.ways, chosen)
        known.save(update_fields=["ways"])
    record_audit(
        action="notifications.policy_changed",
        by=by.pk,
        target="notifications",
        details={
            **changes,
            "ways": {reason: _listed(one) for reason, one in ways.items()},
            "roles": {
                str(role_id): {reason: _listed(one) for reason, one in chosen.items()}
                for role_id, chosen in role_ways.items()
            },
        },
        now=now,
    )
    return policy


def merged(known: dict[str, list[str]], changes: Ways) -> dict[str, list[str]]:
    """The choices after the changes. Raises NoSuchReason, NoSuchWay."""
    result = dict(known)
    for code, ways in changes.items():
        if reason_called(code) is None:
            raise NoSuchReason(reason=code)
        for way in ways or ():
            if way not in WAYS:
                raise NoSuchWay(way=way)
        if ways is None:
            result.pop(code, None)
        else:
            result[code] = list(known_ways(ways))
    return result


@transaction.atomic
def mute_ticket(*, ticket_id: int, by: Staff, now: datetime) -> None:
    """Hear no more of the ticket, except what is said to oneself by name."""
    ticket = Ticket.objects.visible_to(by).get(pk=ticket_id)
    Mute.objects.get_or_create(staff=by, ticket=ticket, defaults={"at": now})


@transaction.atomic
def unmute_ticket(*, ticket_id: int, by: Staff) -> None:
    """Hear of the ticket again."""
    ticket = Ticket.objects.visible_to(by).get(pk=ticket_id)
    Mute.objects.filter(staff=by, ticket=ticket).delete()


def _listed(ways: Sequence[str] | None) -> list[str] | None:
    return None if ways is None else list(ways)
