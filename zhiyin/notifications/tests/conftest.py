from __future__ import annotations

import pytest

from zhiyin.notifications.models import Notification
from zhiyin.notifications.tests.scene import NOON
from zhiyin.people.models import Group, Staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import give_to, make_channel, make_ticket
from zhiyin.tickets.models import Ticket


@pytest.fixture
def ticket(owner: Staff, colleague: Staff, support: Group) -> Ticket:
    """The owner's, in their group, with everything before it told and forgotten."""
    made = give_to(make_ticket(channel=make_channel(group=support), group=support, at=NOON), owner.pk)
    let_events_happen()
    Notification.objects.all().delete()
    return made
