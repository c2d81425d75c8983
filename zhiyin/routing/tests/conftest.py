from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.commands.presence import change_presence
from zhiyin.people.commands.skills import set_skills_of
from zhiyin.people.models import Group, Skill, Staff
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.routing.commands.settings import QueueContent, RingContent, save_queue, set_limits
from zhiyin.routing.models import KindRule, Queue, WorkItem
from zhiyin.testing.people import make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import make_channel, make_ticket
from zhiyin.tickets.models import Ticket

NOW = timezone.now()
Setting = Callable[..., Queue]


def pass_time(to: datetime) -> None:
    """Timers that are due fire, and what they cause happens."""
    while fire_due_timers(now=to):
        let_events_happen(now=to)
    let_events_happen(now=to)


def be(staff: Staff, state: str, at: datetime | None = None) -> None:
    change_presence(staff_id=staff.pk, state=state, by=staff, now=at or timezone.now())
    let_events_happen()


def wants(group: Group | None, **fields: Any) -> WorkItem:
    """A customer's mail that waits in its queue."""
    ticket = make_ticket(channel=make_channel(group=group), **fields)
    let_events_happen()
    return item_of(ticket)


def item_of(ticket: Ticket) -> WorkItem:
    return WorkItem.objects.filter(ticket=ticket).latest("pk")


@pytest.fixture
def capacity(db: None) -> None:
    KindRule.objects.all().delete()
    KindRule.objects.create(kind="email", units=2)
    KindRule.objects.create(kind="chat", units=3)
    KindRule.objects.create(kind="phone", units=1, exclusive=True)


@pytest.fixture
def cantonese() -> Skill:
    return Skill.objects.create(name_zh="粤语", name_en="Cantonese", kind="dialect")


@pytest.fixture
def queue(support: Group, capacity: None, administrator: Staff) -> Queue:
    """Pushes; its work is of the group support, and after five minutes of everybody in billing too."""
    billing = make_staff(groups=["Billing"]).group_ids
    rings = [RingContent(group_ids=[support.pk]), RingContent(after_seconds=300, group_ids=billing)]
    content = QueueContent(name="Support", rings=rings, accept_seconds=80)
    return save_queue(queue_id=None, content=content, by=administrator, now=NOW)


@pytest.fixture
def lead(support: Group) -> Staff:
    return make_staff(name="Lead", roles=["lead"], groups=[support])


def can(staff: Staff, by: Staff, skills: dict[Skill, int] | None = None, **limits: int) -> None:
    set_skills_of(staff_id=staff.pk, levels={one.pk: n for one, n in (skills or {}).items()}, by=by, now=NOW)
    set_limits(staff_id=staff.pk, limits=limits, by=by, now=NOW)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)
