from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.procedures.approval_links import approval_token
from zhiyin.procedures.commands.approving import (
    AlreadyDecided,
    ChainDoesNotHold,
    NobodyToApprove,
    NotYoursToApprove,
    answer_approval,
    ask_approval,
    hand_on_approval,
    withdraw_approval,
)
from zhiyin.procedures.commands.chains import NotATimeToDelegate, delegate
from zhiyin.procedures.models import Approval, ApprovalRule
from zhiyin.procedures.queries.approvals import approvals_waiting_for
from zhiyin.sla.models import Pause
from zhiyin.testing.people import ApiClient, client_for, make_staff
from zhiyin.testing.spine import let_effects_happen, let_events_happen
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(support: Group) -> Staff:
    return make_staff(email="lead@example.com", name="Lead", roles=["lead"], groups=[support])


@pytest.fixture
def manager(db: None) -> Staff:
    return make_staff(email="manager@example.com", name="Manager", roles=["manager"])


@pytest.fixture
def ticket(support: Group, owner: Staff) -> Ticket:
    return give_to(make_ticket(group=support), owner.pk)


def ask(
    ticket: Ticket, by: Staff, *, chain: Any = None, amount: int | None = None, key: str = "1"
) -> Approval:
    told: dict[str, Any] = {"ticket_id": ticket.pk, "kind": "refund", "key": key, "reason": "退款服务故障"}
    money = Decimal(amount) if amount is not None else None
    return ask_approval(**told, amount=money, chain=chain, by=by, now=timezone.now())


def answer(approval: Approval, by: Staff, approved: bool = True, **more: Any) -> Approval:
    told: dict[str, Any] = {"approval_id": approval.pk, "approved": approved, "words": "", "way": "desk"}
    return answer_approval(**(told | more), by=by, now=timezone.now())


def stage(*asks: Any, **more: Any) -> dict[str, Any]:
    return {"asks": list(asks), **more}


def person(staff: Staff) -> dict[str, int]:
    return {"staff": staff.pk}


def decided() -> list[dict[str, Any]]:
    told = PendingEvent.objects.filter(type="procedures.approval_decided").order_by("pk")
    return list(told.values_list("payload", flat=True))


def waits_for(staff: Staff) -> list[int]:
    return [one.pk for one in approvals_waiting_for(staff, at=timezone.now())]


def test_a_single_yes_decides(ticket: Ticket, owner: Staff, lead: Staff, stranger: Staff) -> None:
    approval = ask(ticket, owner, chain=[stage({"role": "lead"})])
    assert (waits_for(lead), waits_for(owner), waits_for(stranger)) == ([approval.pk], [], [])
    assert answer(approval, lead).state == "approved"
    assert decided() == [
        {
            "approval_id": approval.pk,
            "ticket_id": ticket.pk,
            "kind": "refund",
            "key": "1",
            "approved": True,
            "outcome": "approved",
            "asked_by_id": owner.pk,
            "by_id": lead.pk,
        }
    ]
    assert waits_for(lead) == []


def test_asking_again_under_the_same_key_is_the_same_approval(
    ticket: Ticket, owner: Staff, lead: Staff
) -> None:
    first = ask(ticket, owner)
    answer(first, lead)
    assert ask(ticket, owner) == first
    assert Approval.objects.count() == 1


def test_the_clocks_stand_still_while_anything_waits(ticket: Ticket, owner: Staff, lead: Staff) -> None:
    one, two = ask(ticket, owner, key="1"), ask(ticket, owner, key="2")
    answer(one, lead)
    assert Pause.objects.filter(ticket=ticket, cause="approval", ended_at=None).count() == 1
    answer(two, lead, approved=False)
    assert not Pause.objects.filter(ticket=ticket, ended_at=None).exists()


def test_stages_are_asked_one_after_the_other(
    ticket: Ticket, owner: Staff, lead: Staff, manager: Staff
) -> None:
    approval = ask(ticket, owner, chain=[stage({"role": "lead"}), stage({"role": "manager"})])
    assert (waits_for(lead), waits_for(manager)) == ([approval.pk], [])
    with pytest.raises(NotYoursToApprove):
        answer(approval, manager)
    assert answer(approval, lead).state == "waiting"
    assert (waits_for(lead), waits_for(manager)) == ([], [approval.pk])
    assert answer(approval, manager).state == "approved"


def test_of_several_any_one_is_enough_and_of_all_each_is_needed(
    ticket: Ticket, owner: Staff, lead: Staff, manager: Staff
) -> None:
    any_of = ask(ticket, owner, chain=[stage(person(lead), person(manager), needs="any")], key="any")
    assert answer(any_of, manager).state == "approved"
    all_of = ask(ticket, owner, chain=[stage(person(lead), person(manager), needs="all")], key="all")
    assert answer(all_of, manager).state == "waiting"
    assert answer(all_of, lead).state == "approved"


def test_one_no_ends_the_chain(ticket: Ticket, owner: Staff, lead: Staff, manager: Staff) -> None:
    approval = ask(
        ticket, owner, chain=[stage(person(lead), person(manager), needs="all"), stage({"role": "lead"})]
    )
    assert answer(approval, lead, approved=False, words="太多了").state == "refused"
    with pytest.raises(AlreadyDecided):
        answer(approval, manager)
    assert [one["outcome"] for one in decided()] == ["refused"]


def test_the_same_answer_twice_counts_once_and_another_is_refused(
    ticket: Ticket, owner: Staff, lead: Staff
) -> None:
    approval = ask(ticket, owner)
    answer(approval, lead)
    assert answer(approval, lead).state == "approved"
    with pytest.raises(AlreadyDecided):
        answer(approval, lead, approved=False)
    assert len(decided()) == 1
    assert AuditEntry.objects.filter(action="procedures.approval_answered").count() == 1


def test_an_answer_to_a_stage_that_is_over_does_not_count_for_the_next(
    ticket: Ticket, owner: Staff, lead: Staff
) -> None:
    approval = ask(ticket, owner, chain=[stage(person(lead)), stage(person(lead))])
    answer(approval, lead, stage=0)
    assert answer(approval, lead, stage=0).stage == 1, "pressed twice"
    assert Approval.objects.get().state == "waiting"
    assert answer(approval, lead, stage=1).state == "approved"


def test_nobody_approves_what_they_asked_for_themselves(ticket: Ticket, lead: Staff, manager: Staff) -> None:
    approval = ask(ticket, lead, chain=[stage({"role": "lead"}, {"role": "manager"})])
    with pytest.raises(NotYoursToApprove):
        answer(approval, lead)


def test_where_nobody_could_answer_nothing_is_asked(ticket: Ticket, owner: Staff) -> None:
    with pytest.raises(NobodyToApprove):
        ask(ticket, owner)
    assert not Pause.objects.exists()


def test_where_a_role_is_empty_the_administrators_answer(
    ticket: Ticket, owner: Staff, administrator: Staff
) -> None:
    assert answer(ask(ticket, owner), administrator).state == "approved"


def test_a_bad_chain_is_refused_and_nothing_is_asked(ticket: Ticket, owner: Staff) -> None:
    with pytest.raises(ChainDoesNotHold):
        ask(ticket, owner, chain=[])
    assert not Approval.objects.exists()


def test_amounts_decide_the_chain(ticket: Ticket, owner: Staff, lead: Staff, manager: Staff) -> None:
    ApprovalRule.objects.all().delete()
    ApprovalRule.objects.create(kind="refund", above=0, stages=[stage({"role": "lead"})])
    ApprovalRule.objects.create(
        kind="refund", above=500, stages=[stage({"role": "lead"}), stage({"role": "manager"})]
    )
    assert len(ask(ticket, owner, amount=500, key="500").stages) == 1
    assert len(ask(ticket, owner, amount=501, key="501").stages) == 2


def test_without_an_answer_in_time_others_are_asked_and_then_it_is_a_no(
    ticket: Ticket, owner: Staff, lead: Staff, manager: Staff
) -> None:
    chain = [stage({"role": "lead"}, minutes=60, then={"role": "manager"})]
    approval = ask(ticket, owner, chain=chain)
    pass_time(minutes=61)
    assert (waits_for(lead), waits_for(manager)) == ([], [approval.pk])
    with pytest.raises(NotYoursToApprove):
        answer(approval, lead)
    pass_time(minutes=122)
    approval.refresh_from_db()
    assert approval.state == "expired"
    assert not Pause.objects.filter(ended_at=None).exists()


def test_a_time_out_after_the_answer_does_nothing(ticket: Ticket, owner: Staff, lead: Staff) -> None:
    approval = ask(ticket, owner, chain=[stage({"role": "lead"}, minutes=60)])
    answer(approval, lead)
    pass_time(minutes=61)
    approval.refresh_from_db()
    assert approval.state == "approved"


def pass_time(**after: float) -> None:
    now = timezone.now() + timedelta(**after)
    fire_due_timers(now=now)
    let_events_happen(now=now)


def test_a_deputy_answers_in_somebodys_place_for_a_time(
    ticket: Ticket, owner: Staff, lead: Staff, colleague: Staff
) -> None:
    approval, now = ask(ticket, owner), timezone.now()
    with pytest.raises(NotYoursToApprove):
        answer(approval, colleague)
    delegate(
        to_id=colleague.pk,
        from_at=now - timedelta(hours=1),
        until_at=now + timedelta(days=1),
        by=lead,
        now=now,
    )
    assert waits_for(colleague) == [approval.pk]
    answer(approval, colleague)
    seat = approval.seats.get()
    assert (seat.answered_by, seat.in_place_of, seat.approved) == (colleague, lead, True)


@pytest.mark.parametrize(("begins", "ends"), [(-3, -1), (1, 2)])
def test_a_deputy_whose_time_is_not_now_does_not(
    ticket: Ticket, owner: Staff, lead: Staff, colleague: Staff, begins: int, ends: int
) -> None:
    approval, now = ask(ticket, owner), timezone.now()
    earlier, day = now - timedelta(days=9), timedelta(days=1)
    delegate(to_id=colleague.pk, from_at=now + begins * day, until_at=now + ends * day, by=lead, now=earlier)
    with pytest.raises(NotYoursToApprove):
        answer(approval, colleague)


def test_a_delegation_that_is_over_or_to_oneself_is_refused(lead: Staff, colleague: Staff) -> None:
    now = timezone.now()
    for to, until in ((colleague, now - timedelta(hours=1)), (lead, now + timedelta(hours=1))):
        with pytest.raises(NotATimeToDelegate):
            delegate(to_id=to.pk, from_at=now - timedelta(days=1), until_at=until, by=lead, now=now)


def test_an_approver_hands_it_on(ticket: Ticket, owner: Staff, lead: Staff, colleague: Staff) -> None:
    approval = ask(ticket, owner)
    hand_on_approval(approval_id=approval.pk, to_id=colleague.pk, by=lead, now=timezone.now())
    assert (waits_for(lead), waits_for(colleague)) == ([], [approval.pk])
    assert answer(approval, colleague).state == "approved"


def test_only_who_asked_takes_it_back(ticket: Ticket, owner: Staff, lead: Staff) -> None:
    approval = ask(ticket, owner)
    with pytest.raises(Approval.DoesNotExist):
        withdraw_approval(approval_id=approval.pk, by=lead, now=timezone.now())
    assert withdraw_approval(approval_id=approval.pk, by=owner, now=timezone.now()).state == "withdrawn"
    with pytest.raises(AlreadyDecided):
        answer(approval, lead)


def test_a_mail_brings_a_link_that_approves_once(
    ticket: Ticket, owner: Staff, lead: Staff, nobody: ApiClient
) -> None:
    let_events_happen()
    approval = ask(ticket, owner, amount=300)
    let_events_happen()
    let_effects_happen()
    [sent] = [one for one in mail.outbox if one.to == [lead.email]]
    assert "300.00" in sent.subject
    [link] = [line for line in sent.body.splitlines() if "/approval/" in line]
    path = f"/api/v1/approval-links/{link.rpartition('/')[2]}"
    seen = nobody.get(path).json()
    assert (seen["state"], seen["answered"], seen["asked_by"], seen["reason"]) == (
        "waiting",
        None,
        "Owner",
        "退款服务故障",
    )
    assert Approval.objects.get().state == "waiting", "looking decides nothing"
    for _ in range(2):
        answered = nobody.post(f"{path}/answers", {"approved": True})
        assert (answered.status_code, answered.json()["state"], answered.json()["answered"]) == (
            200,
            "approved",
            True,
        )
    assert nobody.post(f"{path}/answers", {"approved": False}).json()["code"] == "procedures.already_decided"
    assert approval.seats.get().way == "link"
    assert len([one for one in decided() if one["approved"]]) <= 1


def test_a_link_of_somebody_else_or_of_nobody_is_gone(
    ticket: Ticket, owner: Staff, lead: Staff, nobody: ApiClient
) -> None:
    approval = ask(ticket, owner)
    stolen = approval_token(approval_id=approval.pk, stage=0, staff_id=owner.pk)
    for token in (stolen, stolen[:-2] + "xx", "nonsense"):
        gone = nobody.post(f"/api/v1/approval-links/{token}/answers", {"approved": True})
        assert (gone.status_code, gone.json()["code"]) == (410, "procedures.approval_link_gone")
    assert Approval.objects.get().state == "waiting"


def test_no_mail_leaves_for_what_is_settled_already(ticket: Ticket, owner: Staff, lead: Staff) -> None:
    let_events_happen()
    approval = ask(ticket, owner)
    answer(approval, lead)
    let_events_happen()
    let_effects_happen()
    assert [one for one in mail.outbox if one.to == [lead.email]] == []


def test_the_inbox_and_the_answer_over_http(
    ticket: Ticket, owner: Staff, lead: Staff, stranger: Staff, django_assert_num_queries: Any
) -> None:
    for key in "123":
        ask(ticket, owner, amount=100, key=key)
    client = client_for(lead)
    client.get("/api/v1/approvals")
    with django_assert_num_queries(8):
        inbox = client.get("/api/v1/approvals").json()["items"]
    assert [one["key"] for one in inbox] == ["1", "2", "3"]
    assert inbox[0]["ticket"] == {"id": ticket.pk, "number": ticket.number, "subject": ticket.subject}
    assert (inbox[0]["is_for_me"], inbox[0]["amount"], inbox[0]["seats"][0]["people"][0]["name"]) == (
        True,
        "100.00",
        "Lead",
    )
    path = f"/api/v1/approvals/{inbox[0]['id']}/answers"
    assert client_for(stranger).post(path, {"approved": True}).status_code == 404
    answered = client.post(path, {"approved": True, "stage": 0}).json()
    assert (answered["state"], answered["is_for_me"]) == ("approved", False)
    assert [one["key"] for one in client.get("/api/v1/approvals?show=answered").json()["items"]] == ["1"]
    asked = client_for(owner).get("/api/v1/approvals?show=asked").json()["items"]
    assert [one["state"] for one in asked] == ["waiting", "waiting", "approved"]
    assert len(client_for(owner).get(f"/api/v1/tickets/{ticket.pk}/approvals").json()) == 3


def test_rules_are_replaced_as_a_whole_and_a_bad_one_changes_nothing(administrator: Staff) -> None:
    client = client_for(administrator)
    good = {"kind": "compensation", "above": "200.00", "stages": [stage({"role": "lead"})]}
    bad = {"kind": "compensation", "above": "900", "stages": [stage({"role": "queen"})]}
    refused = client.put("/api/v1/approval-rules", {"rules": [good, bad]})
    assert refused.status_code == 422
    assert refused.json()["params"]["fields"] == {"rules.1.stages.0.asks.0": "unknown"}
    assert ApprovalRule.objects.filter(above=200).count() == 0
    kept = client.put("/api/v1/approval-rules", {"rules": [good]}).json()
    assert [(one["kind"], one["above"]) for one in kept] == [("compensation", "200.00")]
