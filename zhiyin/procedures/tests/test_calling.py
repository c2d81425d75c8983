"""Steps that ask outside systems, and people where those are down or say no."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.ledger.models import Effect
from zhiyin.platform.outbound.signing import signed_headers
from zhiyin.procedures.commands.answering import take_answer
from zhiyin.procedures.commands.defining import ProcedureForm, publish_procedure
from zhiyin.procedures.models import Approval, Case, OutsideSystem, Visit
from zhiyin.procedures.tests.play import Desk
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.receiver import Received, Receiver, receiver
from zhiyin.testing.spine import let_effects_happen, let_events_happen
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.tests.layout import make_field, put_on_form

pytestmark = pytest.mark.django_db
REQUEST: dict[str, Any] = {
    "order_no": "A-1",
    "amount": 680,
    "refund_cause": "system_error",
    "refund_words": "页面报错",
}


@pytest.fixture
def risk() -> Iterator[Receiver]:
    with receiver() as told:
        yield told


@pytest.fixture
def payments() -> Iterator[Receiver]:
    with receiver() as told:
        yield told


@pytest.fixture
def desk(owner: Staff, support: Group) -> Desk:
    return Desk(owner, make_ticket(group=support))


@pytest.fixture
def lead(support: Group) -> Staff:
    return make_staff(name="Lead", roles=["lead"], groups=[support])


def says(outcome: str, reason: str = "", status: int = 200) -> tuple[int, dict[str, str], bytes]:
    return status, {}, json.dumps({"outcome": outcome, "reason": reason}).encode()


def connect(key: str, to: Receiver, *answers: tuple[int, dict[str, str], bytes]) -> OutsideSystem:
    to.answers = list(answers)
    OutsideSystem.objects.filter(key=key).update(url=to.url)
    return OutsideSystem.objects.get(key=key)


def happen(*, minutes: int = 0) -> None:
    now = timezone.now() + timedelta(minutes=minutes)
    let_events_happen(now=now)
    let_effects_happen(now=now)
    let_events_happen(now=now)


def is_signed(received: Received, system: OutsideSystem) -> bool:
    at = datetime.fromtimestamp(int(received.headers["webhook-timestamp"]), UTC)
    told = signed_headers(
        secret=system.secret, message_id=received.headers["webhook-id"], at=at, body=received.body.decode()
    )
    return told["webhook-signature"] == received.headers["webhook-signature"]


def test_a_refund_that_passes_is_confirmed_paid_once_and_told(
    desk: Desk, risk: Receiver, payments: Receiver
) -> None:
    system = connect("risk", risk, says("pass"))
    long = json.dumps({"trace": "x" * 2000, "outcome": "paid"}).encode()
    connect("payments", payments, (200, {}, long))
    desk.start("refund")
    desk.go("check", **REQUEST)
    assert desk.case()["waits_for"]["kind"] == "call"
    happen()
    assert desk.now() == "confirm"
    (asked,) = risk.received
    assert is_signed(asked, system)
    assert json.loads(asked.body)["values"] == {
        "order_no": "A-1",
        "amount": 680,
        "refund_cause": "system_error",
    }
    desk.go("pay")
    happen()
    assert desk.now() == "tell_paid"
    assert len(payments.received) == 1
    desk.go("told")
    desk.ticket.refresh_from_db()
    assert (desk.case()["result"]["en"], desk.ticket.status) == ("Refunded", "solved")
    assert Approval.objects.count() == 0


def test_a_no_of_the_risk_system_goes_to_people_by_amount(
    desk: Desk, risk: Receiver, payments: Receiver, lead: Staff
) -> None:
    manager = make_staff(name="Manager", roles=["manager"])
    connect("risk", risk, says("refuse", "命中黑名单"))
    connect("payments", payments, says("paid"))
    desk.start("refund")
    desk.go("check", **REQUEST)
    happen()
    assert desk.now() == "approval"
    assert Visit.objects.get(step="risk_check").note == "命中黑名单"
    approval = Approval.objects.get()
    assert (approval.kind, approval.amount, approval.reason) == ("refund", Decimal(680), "页面报错")
    for staff in (lead, manager):  # above 500: a lead, then a manager
        answered = client_for(staff).post(f"/api/v1/approvals/{approval.pk}/answers", {"approved": True})
        assert answered.status_code == 200, answered.json()
    happen()
    assert desk.now() == "tell_paid"
    assert len(payments.received) == 1


def test_a_decision_ends_the_procedure_though_the_ticket_can_not_be_solved_yet(
    desk: Desk, administrator: Staff, lead: Staff
) -> None:
    put_on_form(make_field("floor", "number"), required="on_close")
    ask: dict[str, Any] = {"key": "ask", "kind": "approval", "zh": "审批", "en": "Leave"}
    ask["approval"] = {"kind": "refund"}
    ask["outcomes"] = [{"key": one, "zh": one, "en": one, "to": "end"} for one in ("approved", "rejected")]
    end = {"key": "end", "kind": "end", "zh": "完", "en": "End", "solves": True}
    form = ProcedureForm(
        key="own", name_zh="自有", name_en="Own", content={"start": "ask", "steps": [ask, end]}
    )
    publish_procedure(definition_id=None, form=form, by=administrator, now=timezone.now())
    desk.start("own")
    happen()
    approval = Approval.objects.get()
    told = client_for(lead).post(f"/api/v1/approvals/{approval.pk}/answers", {"approved": True})
    assert told.status_code == 200, told.json()
    happen()
    desk.ticket.refresh_from_db()
    assert (desk.case()["state"], desk.ticket.status) == ("ended", "new")


def test_a_refused_approval_ends_without_a_payment(
    desk: Desk, risk: Receiver, payments: Receiver, lead: Staff
) -> None:
    connect("risk", risk, says("refuse"))
    connect("payments", payments, says("paid"))
    desk.start("refund")
    desk.go("check", **{**REQUEST, "amount": 80})
    happen()
    client_for(lead).post(
        f"/api/v1/approvals/{Approval.objects.get().pk}/answers", {"approved": False, "words": "不符"}
    )
    happen()
    assert desk.now() == "tell_no"
    desk.go("told")
    assert (desk.case()["result"]["en"], payments.received) == ("No refund", [])


@pytest.mark.parametrize("answer", [(503, {}, b""), (200, {}, b"<html>"), (404, {}, b"{}"), says("perhaps")])
def test_a_system_that_is_down_or_not_understood_fails_to_people(
    answer: tuple[int, dict[str, str], bytes], desk: Desk, risk: Receiver, lead: Staff
) -> None:
    connect("risk", risk, answer)
    desk.start("refund")
    desk.go("check", **REQUEST)
    happen()
    if answer[0] == 503:
        assert desk.now() == "risk_check"  # tried again while patience lasts
        Effect.objects.update(
            payload=Effect.objects.get().payload | {"give_up_at": timezone.now().isoformat()}
        )
        happen(minutes=6)
    assert desk.now() == "approval"
    assert Visit.objects.get(step="risk_check").outcome == "failed"


def test_a_system_that_is_not_connected_fails_at_once(desk: Desk, lead: Staff) -> None:
    desk.start("refund")
    desk.go("check", **REQUEST)
    happen()
    assert (desk.now(), Visit.objects.get(step="risk_check").outcome) == ("approval", "failed")


def test_a_payment_that_is_not_confirmed_is_tried_again_under_the_same_id(
    desk: Desk, risk: Receiver, payments: Receiver, lead: Staff
) -> None:
    connect("risk", risk, says("pass"))
    connect("payments", payments, says("", status=404), says("paid"))
    desk.start("refund")
    desk.go("check", **REQUEST)
    happen()
    desk.go("pay")
    happen()
    assert desk.now() == "by_hand"
    Desk(lead, desk.ticket).go("again")
    happen()
    assert desk.now() == "tell_paid"
    first, second = (one.headers["webhook-id"] for one in payments.received)
    assert first == second == payments.received[1].headers["idempotency-key"]


def test_an_answer_that_comes_twice_or_too_late_changes_nothing(desk: Desk, risk: Receiver) -> None:
    connect("risk", risk, says("pass"))
    desk.start("refund")
    desk.go("check", **REQUEST)
    happen()
    visit = Visit.objects.get(step="risk_check")
    take_answer(visit_id=visit.pk, outcome="refuse", reason="", now=timezone.now())
    assert (desk.now(), Visit.objects.get(pk=visit.pk).outcome) == ("confirm", "pass")
    take_answer(visit_id=0, outcome="pass", reason="", now=timezone.now())


def test_breaking_a_case_off_withdraws_its_approval(desk: Desk, lead: Staff) -> None:
    desk.start("refund")
    desk.go("check", **REQUEST)
    happen()
    desk.client.delete(f"/api/v1/cases/{desk.case()['id']}")
    happen()
    assert (Approval.objects.get().state, Case.objects.get().state) == ("withdrawn", "cancelled")


def test_where_nobody_can_approve_the_case_says_so_and_asks_again(desk: Desk, support: Group) -> None:
    desk.start("refund")
    desk.go("check", **{**REQUEST, "amount": 80})
    happen()
    waits = desk.case()["waits_for"]
    assert (waits["kind"], waits["approval_id"]) == ("approval", None)
    assert "审批" in waits["note"]
    make_staff(name="Lead", roles=["lead"], groups=[support])
    panel = desk.client.post(f"/api/v1/cases/{desk.case()['id']}/asking").json()
    assert panel["cases"][0]["waits_for"]["approval_state"] == "waiting"


def test_systems_are_named_signed_and_kept_from_strange_addresses(administrator: Staff, owner: Staff) -> None:
    client = client_for(administrator)
    body: dict[str, Any] = {"key": "crm", "name_zh": "客户系统", "name_en": "CRM", "url": "ftp://crm.example"}
    assert client.post("/api/v1/outside-systems", body).json()["params"]["fields"]["url"]
    made = client.post("/api/v1/outside-systems", {**body, "url": "https://93.184.215.14/hook"}).json()
    assert made["secret"].startswith("whsec_")
    assert "secret" not in str(client.get("/api/v1/outside-systems").json())
    renewed = client.post(f"/api/v1/outside-systems/{made['id']}/secret").json()
    assert renewed["secret"] != made["secret"]
    assert client.post("/api/v1/outside-systems", body | {"url": ""}).json()["code"] == "procedures.key_taken"
    assert client_for(owner).get("/api/v1/outside-systems").status_code == 403
