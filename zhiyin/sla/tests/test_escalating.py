from __future__ import annotations

from typing import Any

import pytest

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event, ParkedEvent
from zhiyin.sla.tests.scene import after, clock_of, metric, pass_time, policy
from zhiyin.testing.people import make_group, make_staff
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db


def escalating(by: Staff, level: int, *acts: dict[str, Any]) -> None:
    policy(metric(levels=[{"at": level, "do": list(acts)}]), by=by)


def ticket_at(minutes: float, group: Group, owner: Staff | None = None) -> Ticket:
    ticket = make_ticket(group=group, at=after(0))
    if owner is not None:
        give_to(ticket, owner.pk)
    pass_time(after(minutes))
    return Ticket.objects.get(pk=ticket.pk)


def facts(kind: str) -> list[dict[str, Any]]:
    return list(Event.objects.filter(type=kind).order_by("position").values_list("payload", flat=True))


def test_priority_rises_in_nobodys_name_and_the_deadline_with_it(
    administrator: Staff, support: Group
) -> None:
    targets = {"2": 100, "3": 80}
    policy(metric(targets=targets, levels=[{"at": 50, "do": [{"act": "raise_priority"}]}]), by=administrator)
    ticket = ticket_at(51, support)
    assert ticket.priority == 3
    told = {"fields": ["priority"], "was": {"priority": 2}, "now": {"priority": 3}, "by_id": None}
    assert facts("tickets.edited") == [{"ticket_id": ticket.pk, **told}]
    assert clock_of(ticket).due_at == after(80)


def test_a_level_is_acted_on_once(administrator: Staff, support: Group) -> None:
    escalating(administrator, 50, {"act": "raise_priority"})
    ticket_at(31, support)
    pass_time(after(500))
    assert Ticket.objects.get().priority == 3
    assert len(facts("sla.escalation_reached")) == 1


def test_it_goes_into_other_hands(
    administrator: Staff, support: Group, owner: Staff, stranger: Staff
) -> None:
    billing = make_group("Billing")
    escalating(administrator, 100, {"act": "assign", "group_id": billing.pk, "staff_id": stranger.pk})
    ticket = ticket_at(61, support, owner)
    assert (ticket.group, ticket.assignee) == (billing, stranger)
    assert [fact["by_id"] for fact in facts("tickets.assigned") + facts("tickets.moved")] == [None, None]


def test_to_a_group_alone_it_goes_unassigned(administrator: Staff, support: Group, owner: Staff) -> None:
    billing = make_group("Billing")
    escalating(administrator, 100, {"act": "assign", "group_id": billing.pk})
    ticket = ticket_at(61, support, owner)
    assert (ticket.group, ticket.assignee) == (billing, None)


def test_what_can_not_be_done_is_left_out_and_the_rest_is_done(
    administrator: Staff, support: Group, stranger: Staff
) -> None:
    escalating(administrator, 90, {"act": "assign", "staff_id": stranger.pk}, {"act": "raise_priority"})
    stranger.is_active = False
    stranger.save()
    ticket = ticket_at(55, support)
    assert (ticket.assignee, ticket.priority) == (None, 3)
    assert not ParkedEvent.objects.exists()


def test_the_lead_is_told_and_a_task_is_asked_for(administrator: Staff, support: Group, owner: Staff) -> None:
    lead = make_staff(email="lead@example.com", roles=["lead"], groups=[support])
    escalating(administrator, 150, {"act": "tell_lead"}, {"act": "open_task", "title": "Call them"})
    ticket = ticket_at(91, support, owner)
    assert [fact["staff_ids"] for fact in facts("sla.escalation_reached")] == [[lead.pk]]
    assert facts("sla.task_wanted") == [
        {
            "ticket_id": ticket.pk,
            "clock_id": clock_of(ticket).pk,
            "title": "Call them",
            "group_id": None,
            "staff_id": None,
        }
    ]


def test_named_colleagues_and_the_assignee_are_told(
    administrator: Staff, support: Group, owner: Staff, colleague: Staff
) -> None:
    escalating(administrator, 50, {"act": "notify", "whom": "assignee", "staff_ids": [colleague.pk]})
    ticket_at(31, support, owner)
    assert [fact["staff_ids"] for fact in facts("sla.escalation_reached")] == [
        sorted([owner.pk, colleague.pk])
    ]


def test_without_an_assignee_the_group_is_told(
    administrator: Staff, support: Group, owner: Staff, colleague: Staff
) -> None:
    escalating(administrator, 50, {"act": "notify", "whom": "assignee"})
    ticket_at(31, support)
    assert [fact["staff_ids"] for fact in facts("sla.escalation_reached")] == [
        sorted([owner.pk, colleague.pk])
    ]
