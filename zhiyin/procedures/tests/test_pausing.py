"""What becomes of cases, tasks, approvals and clocks when their ticket is spam, is merged, and when that is undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.ledger.models import Effect
from zhiyin.platform.timers.models import Timer
from zhiyin.procedures.commands.approving import answer_approval, ask_approval
from zhiyin.procedures.models import Approval, Case, Task
from zhiyin.procedures.tests.play import Desk
from zhiyin.sla.models import Clock, Pause
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.commands.merging import merge_tickets
from zhiyin.tickets.commands.spam import mark_as_spam, unmark_spam
from zhiyin.tickets.commands.unmerging import unmerge_ticket
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db
REQUEST: dict[str, Any] = {
    "order_no": "A-1",
    "amount": 680,
    "refund_cause": "system_error",
    "refund_words": "页面报错",
}


@pytest.fixture
def lead(support: Group) -> Staff:
    return make_staff(email="lead@example.com", name="Lead", roles=["lead"], groups=[support])


@pytest.fixture
def desk(owner: Staff, support: Group) -> Desk:
    return Desk(owner, make_ticket(group=support))


def ask(ticket: Ticket, by: Staff, key: str = "1") -> Approval:
    told: dict[str, Any] = {"kind": "refund", "key": key, "amount": None, "chain": None, "reason": "x"}
    return ask_approval(ticket_id=ticket.pk, **told, by=by, now=timezone.now())


def spam(ticket: Ticket, by: Staff) -> None:
    mark_as_spam(ticket_id=ticket.pk, block=False, by=by, now=timezone.now())
    let_events_happen()


def merge(ticket: Ticket, into: Ticket, by: Staff) -> None:
    merge_tickets(into_id=into.pk, merged_ids=[ticket.pk], by=by, now=timezone.now(), across_customers=True)
    let_events_happen()


def unmerge(ticket: Ticket, by: Staff) -> None:
    unmerge_ticket(ticket_id=ticket.pk, by=by, now=timezone.now())
    let_events_happen()


def told(*names: str) -> list[tuple[str, str]]:
    events = Event.objects.filter(type__in=[f"procedures.{name}" for name in names]).order_by("position")
    return [(event.type.removeprefix("procedures."), event.payload["cause"]) for event in events]


def test_spam_pauses_what_runs_and_undoing_gives_it_back(desk: Desk, owner: Staff, lead: Staff) -> None:
    desk.start("complex_complaint")
    task_id, approval = desk.task_id(), ask(desk.ticket, owner)
    let_events_happen()
    spam(desk.ticket, owner)
    assert Case.objects.get().state == Case.State.PAUSED
    assert not Task.objects.open().exists()
    assert desk.client.get("/api/v1/tasks").json()["items"] == []
    assert desk.case()["state"] == "paused"
    assert {clock.state for clock in Clock.objects.filter(metric="step")} == {"cancelled"}
    refused = desk.settle("no_complaint", note="x", task=task_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "procedures.task_paused")
    answer: dict[str, Any] = {"approval_id": approval.pk, "approved": True, "words": "", "way": "desk"}
    body = {"approved": True, "words": "", "stage": 0}
    answered = client_for(lead).post(f"/api/v1/approvals/{approval.pk}/answers", body)
    assert answered.json()["code"] == "procedures.approval_paused"
    assert not Timer.objects.filter(kind="procedures.approval").exists()
    assert not Pause.objects.filter(ended_at=None).exists()

    unmark_spam(ticket_id=desk.ticket.pk, by=owner, now=timezone.now())
    let_events_happen()
    assert (desk.case()["state"], desk.now(), desk.task_id()) == ("running", "receive", task_id)
    assert {clock.state for clock in Clock.objects.filter(metric="step")} == {"running"}
    assert Pause.objects.filter(ended_at=None, cause="approval").count() == 1
    assert told("paused", "resumed") == [("paused", "spam"), ("resumed", "spam")]
    answer_approval(**answer, by=lead, now=timezone.now())
    approval.refresh_from_db()
    assert approval.state == Approval.State.APPROVED
    desk.go("no_complaint", note="重复来信")


def test_a_mark_that_is_undone_before_anybody_looked_pauses_nothing(desk: Desk, owner: Staff) -> None:
    desk.start("complex_complaint")
    mark_as_spam(ticket_id=desk.ticket.pk, block=False, by=owner, now=timezone.now())
    unmark_spam(ticket_id=desk.ticket.pk, by=owner, now=timezone.now())
    let_events_happen()
    assert (desk.now(), told("paused", "resumed")) == ("receive", [])


def test_an_answer_from_outside_that_came_meanwhile_is_asked_for_again_under_the_same_id(
    desk: Desk, owner: Staff
) -> None:
    desk.start("refund")
    desk.go("check", **REQUEST)
    let_events_happen()
    asked = Effect.objects.get(kind="procedures.call")
    spam(desk.ticket, owner)
    asked.state, asked.result = Effect.State.DONE, {"outcome": "pass", "reason": ""}
    asked.save()
    unmark_spam(ticket_id=desk.ticket.pk, by=owner, now=timezone.now())
    let_events_happen()
    again = Effect.objects.filter(kind="procedures.call").exclude(pk=asked.pk).get()
    assert again.payload["message_id"] == asked.payload["message_id"]


def test_approvals_follow_a_merge_and_come_back(
    desk: Desk, owner: Staff, support: Group, lead: Staff
) -> None:
    target = make_ticket(group=support, sender="li@example.com")
    approval = ask(desk.ticket, owner)
    merge(desk.ticket, target, owner)
    approval.refresh_from_db()
    assert (approval.ticket_id, approval.origin_id) == (target.pk, desk.ticket.pk)
    paused = Pause.objects.filter(ended_at=None, cause="approval")
    assert [pause.ticket_id for pause in paused] == [target.pk]
    unmerge(desk.ticket, owner)
    approval.refresh_from_db()
    assert (approval.ticket_id, approval.origin_id) == (desk.ticket.pk, None)
    assert [pause.ticket_id for pause in paused.all()] == [desk.ticket.pk]


def test_unmerging_gives_cases_tasks_and_clocks_back(desk: Desk, owner: Staff, support: Group) -> None:
    target = make_ticket(group=support, sender="li@example.com")
    desk.start("complex_complaint")
    there = Desk(owner, target)
    there.start("vip_task_force")
    before = set(Clock.objects.filter(metric="step").values_list("ticket_id", "key"))
    merge(desk.ticket, target, owner)
    assert set(Case.objects.values_list("ticket_id", flat=True)) == {target.pk}
    asked = there.client.post(f"{there.path}/tasks", {"title": "Later", "assignee_id": owner.pk})
    unmerge(desk.ticket, owner)
    assert desk.now() == "receive"
    assert Task.objects.get(pk=asked.json()["id"]).ticket_id == target.pk  # came after the merge
    assert set(Clock.objects.filter(metric="step").values_list("ticket_id", "key")) == before
    assert {clock.state for clock in Clock.objects.filter(metric="step")} == {"running"}
    desk.go("no_complaint", note="x")


def test_the_same_procedure_on_both_stands_still_on_one_until_the_merge_is_undone(
    desk: Desk, owner: Staff, support: Group
) -> None:
    target = make_ticket(group=support, sender="li@example.com")
    there = Desk(owner, target)
    desk.start("complex_complaint")
    there.start("complex_complaint")
    merge(desk.ticket, target, owner)
    assert sorted(Case.objects.values_list("state", "paused_for")) == [("paused", "merge"), ("running", "")]
    assert [one["state"] for one in there.panel()["cases"]] == ["running", "paused"]
    there.go("no_complaint", note="x")
    unmerge(desk.ticket, owner)
    assert (desk.now(), there.case()["state"]) == ("receive", "ended")
    assert told("paused", "resumed") == [("paused", "merge"), ("resumed", "merge")]
    desk.go("no_complaint", note="x")


def test_when_the_case_that_ran_goes_home_the_one_that_stood_still_for_it_goes_on(
    desk: Desk, owner: Staff, support: Group
) -> None:
    target, second = (make_ticket(group=support, sender=f"{name}@example.com") for name in ("li", "zhao"))
    other = Desk(owner, second)
    desk.start("complex_complaint")
    other.start("complex_complaint")
    merge(desk.ticket, target, owner)
    merge(second, target, owner)
    assert Case.objects.running().get().origin_id == desk.ticket.pk
    unmerge(desk.ticket, owner)
    assert desk.now() == "receive"
    assert {case.ticket_id for case in Case.objects.running()} == {desk.ticket.pk, target.pk}
    unmerge(second, owner)
    assert other.now() == "receive"
    assert not Case.objects.filter(ticket=target).exists()


def test_a_merge_undone_before_anybody_looked_moves_nothing(desk: Desk, owner: Staff, support: Group) -> None:
    target = make_ticket(group=support, sender="li@example.com")
    desk.start("complex_complaint")
    now = timezone.now()
    merge_tickets(into_id=target.pk, merged_ids=[desk.ticket.pk], by=owner, now=now, across_customers=True)
    unmerge_ticket(ticket_id=desk.ticket.pk, by=owner, now=now + timedelta(seconds=1))
    let_events_happen()
    case = Case.objects.get()
    assert (case.ticket_id, case.origin_id, case.state) == (desk.ticket.pk, None, "running")
