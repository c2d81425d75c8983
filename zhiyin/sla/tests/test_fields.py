"""What conditions may ask of promises."""

from __future__ import annotations

from typing import Any

import pytest

from zhiyin.people.models import Group, Staff
from zhiyin.sla.commands.stepping import pause_clocks
from zhiyin.sla.tests.scene import after, metric, pass_time, policy
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.fields.registry import Viewpoint
from zhiyin.tickets.fields.trees import checked_tree, condition_of
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db


def found(by: Staff, **condition: Any) -> set[int]:
    tree = checked_tree({"all": [condition]})
    viewpoint = Viewpoint(by=by, now=after(90))
    return set(Ticket.objects.filter(condition_of(tree, viewpoint)).values_list("pk", flat=True))


def test_missed_paused_and_under_which_policy(administrator: Staff, support: Group) -> None:
    vip = {"all": [{"field": "subject", "is": "contains", "value": "VIP"}]}
    first = policy(metric(pauses_for=["approval"]), by=administrator, conditions=vip)
    policy(metric(target=60), by=administrator)
    late = make_ticket(group=support, at=after(0), sender="a@example.com")
    waits = make_ticket(group=support, at=after(0), sender="b@example.com", subject="VIP")
    calm = make_ticket(group=support, at=after(80), sender="c@example.com")
    pass_time(after(0))
    pause_clocks(ticket_id=waits.pk, cause="approval", now=after(10))
    pass_time(after(90))
    assert found(administrator, field="sla_breached", **{"is": "yes"}) == {late.pk}
    assert found(administrator, field="sla_paused", **{"is": "yes"}) == {waits.pk}
    assert found(administrator, field="sla_paused", **{"is": "no"}) == {late.pk, calm.pk}
    assert found(administrator, field="sla_policy", **{"is": "any_of"}, value=[first.pk]) == {waits.pk}
    due = {"field": "deadline", "is": "due_within", "value": {"amount": 1, "unit": "hours"}}
    assert found(administrator, **due) == {late.pk, calm.pk}
    assert found(administrator, field="deadline", **{"is": "overdue"}) == {late.pk}
    assert found(administrator, field="deadline", **{"is": "is_empty"}) == {waits.pk}
