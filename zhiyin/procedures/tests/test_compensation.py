from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from standardwebhooks.webhooks import Webhook as Verifier

from zhiyin.people.models import Group, Role, Staff
from zhiyin.platform.ledger.ledger import retry_effect
from zhiyin.procedures.commands.approving import answer_approval, withdraw_approval
from zhiyin.procedures.commands.fulfilling import NothingToTryAgain
from zhiyin.procedures.commands.giving import (
    Gift,
    NotACause,
    NotInTheCatalogue,
    NotThatMuch,
    TooLateToWithdraw,
    give_compensation,
    note_fulfilled,
    withdraw_grant,
)
from zhiyin.procedures.commands.trying_again import try_grant_again
from zhiyin.procedures.findings import check_compensation
from zhiyin.procedures.models import (
    Approval,
    CompensationItem,
    CustomerLimit,
    Grant,
    LedgerEntry,
    OutsideSystem,
    RoleLimit,
)
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.receiver import Receiver, receiver
from zhiyin.testing.spine import let_effects_happen, let_events_happen
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.models import Draft, Ticket

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS1zaG9wLTEyMzQ1Njc4OTAxMjM0NTY="


@pytest.fixture
def shop() -> Iterator[Receiver]:
    with receiver() as one:
        one.answers = [(200, {}, b'{"reference": "CPN-1"}')]
        yield one


@pytest.fixture
def coupon(shop: Receiver) -> CompensationItem:
    system = OutsideSystem.objects.create(
        key="shop", name_zh="商城", name_en="Shop", url=shop.url, secret=SECRET, created_at=timezone.now()
    )
    return CompensationItem.objects.create(
        kind="coupon", name_zh="优惠券", name_en="Coupon", least=5, most=1000, system=system, code="C10"
    )


@pytest.fixture
def lead(support: Group) -> Staff:
    return make_staff(email="lead@example.com", name="Lead", roles=["lead"], groups=[support])


@pytest.fixture
def ticket(support: Group, owner: Staff) -> Ticket:
    RoleLimit.objects.update_or_create(
        role=Role.objects.get(code="agent"), defaults={"a_grant": 50, "a_day": 120}
    )
    CustomerLimit.objects.create(amount=100, count=3, days=30)
    return give_to(make_ticket(group=support), owner.pk)


def give(
    ticket: Ticket, item: CompensationItem, units: int, by: Staff, *, key: str = "", **more: Any
) -> Grant:
    told: dict[str, Any] = {"item_id": item.pk, "units": Decimal(units), "cause": "outage"} | more
    gift = Gift(**told)
    key = key or f"key-{Grant.objects.count()}"
    return give_compensation(ticket_id=ticket.pk, gift=gift, idempotency_key=key, by=by, now=timezone.now())


def settle(**after: float) -> None:
    let_events_happen()
    let_effects_happen(now=timezone.now() + timedelta(**after))


def test_within_the_limits_it_is_given_at_once_signed_and_stands_in_the_ledger(
    ticket: Ticket, coupon: CompensationItem, owner: Staff, shop: Receiver
) -> None:
    grant = give(ticket, coupon, 50, owner)
    assert (grant.state, grant.over, grant.approval) == ("owed", [], None)
    settle()
    grant.refresh_from_db()
    assert (grant.state, grant.reference) == ("fulfilled", "CPN-1")
    [arrived] = shop.received
    told = Verifier(SECRET).verify(arrived.body, arrived.headers)
    assert told["data"] == {
        "grant_id": grant.pk,
        "ticket_id": ticket.pk,
        "customer_id": ticket.customer_id,
        "kind": "coupon",
        "code": "C10",
        "units": "50.00",
        "worth": "50.00",
        "currency": "CNY",
        "cause": "outage",
    }
    assert arrived.headers["idempotency-key"] == arrived.headers["webhook-id"] == f"compensation:{grant.pk}"
    entry = LedgerEntry.objects.get()
    assert (entry.grant, int(entry.worth), entry.cause, entry.reference) == (grant, 50, "outage", "CPN-1")


def test_the_same_key_gives_once(
    ticket: Ticket, coupon: CompensationItem, owner: Staff, shop: Receiver
) -> None:
    first = give(ticket, coupon, 20, owner, key="pressed")
    assert give(ticket, coupon, 20, owner, key="pressed") == first
    settle()
    settle()
    assert (Grant.objects.count(), len(shop.received), LedgerEntry.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("before", "units", "over"),
    [
        ([], 51, ["a_grant"]),
        ([50], 50, []),
        ([50], 51, ["a_grant", "customer"]),
        ([40, 40], 41, ["a_day", "customer"]),
        ([10, 10, 10], 10, ["customer_count"]),
    ],
)
def test_over_a_limit_it_waits_for_approval(
    ticket: Ticket,
    coupon: CompensationItem,
    owner: Staff,
    lead: Staff,
    before: list[int],
    units: int,
    over: list[str],
) -> None:
    for earlier in before:
        give(ticket, coupon, earlier, owner)
    grant = give(ticket, coupon, units, owner)
    assert (grant.over, grant.state) == (over, "waiting" if over else "owed")
    assert (grant.approval is not None) == bool(over)


@pytest.mark.parametrize(("approved", "state", "paid"), [(True, "fulfilled", 1), (False, "refused", 0)])
def test_what_is_approved_is_carried_out_and_what_is_refused_is_not(
    ticket: Ticket,
    coupon: CompensationItem,
    owner: Staff,
    lead: Staff,
    shop: Receiver,
    approved: bool,
    state: str,
    paid: int,
) -> None:
    let_events_happen()
    grant = give(ticket, coupon, 90, owner)
    assert grant.approval is not None
    assert (grant.approval.amount, len(shop.received)) == (Decimal(90), 0)
    told: dict[str, Any] = {
        "approval_id": grant.approval.pk,
        "approved": approved,
        "words": "",
        "way": "desk",
    }
    answer_approval(**told, by=lead, now=timezone.now())
    settle()
    grant.refresh_from_db()
    assert (grant.state, len(shop.received), LedgerEntry.objects.count()) == (state, paid, paid)


def test_a_system_that_is_down_is_asked_again_under_the_same_key(
    ticket: Ticket, coupon: CompensationItem, owner: Staff, shop: Receiver
) -> None:
    shop.answers = [(503, {}, b""), (429, {}, b""), (200, {}, b"{}")]
    grant = give(ticket, coupon, 20, owner)
    for hours in (0, 1, 2):
        settle(hours=hours)
    grant.refresh_from_db()
    assert (grant.state, LedgerEntry.objects.count()) == ("fulfilled", 1)
    assert {one.headers["idempotency-key"] for one in shop.received} == {f"compensation:{grant.pk}"}


def test_a_refusal_is_final_until_somebody_tries_again(
    ticket: Ticket, coupon: CompensationItem, owner: Staff, shop: Receiver
) -> None:
    shop.answers = [(422, {}, b"no such coupon"), (200, {}, b"{}")]
    grant = give(ticket, coupon, 20, owner)
    settle()
    grant.refresh_from_db()
    assert (grant.state, grant.problem, LedgerEntry.objects.count()) == ("failed", "422 no such coupon", 0)
    try_grant_again(grant_id=grant.pk, by=owner, now=timezone.now())
    settle()
    grant.refresh_from_db()
    assert (grant.state, grant.problem, LedgerEntry.objects.count()) == ("fulfilled", "", 1)
    with pytest.raises(NothingToTryAgain):
        try_grant_again(grant_id=grant.pk, by=owner, now=timezone.now())
    assert len(shop.received) == 2


def test_what_failed_counts_until_it_is_taken_back_since_it_may_be_tried_again(
    ticket: Ticket, coupon: CompensationItem, owner: Staff, lead: Staff, shop: Receiver
) -> None:
    shop.answers = [(422, {}, b"no such coupon")]
    failed = [give(ticket, coupon, 45, owner) for _ in range(2)]
    settle()
    assert {one.state for one in Grant.objects.all()} == {"failed"}
    assert give(ticket, coupon, 45, owner).state == "waiting"
    withdraw_grant(grant_id=failed[0].pk, by=owner, now=timezone.now())
    with pytest.raises(NothingToTryAgain):
        try_grant_again(grant_id=failed[0].pk, by=owner, now=timezone.now())
    assert LedgerEntry.objects.count() == 0


def test_what_failed_is_found_by_the_doctor_and_not_told_again_from_the_ledger(
    ticket: Ticket, coupon: CompensationItem, owner: Staff, shop: Receiver
) -> None:
    now = timezone.now()
    assert [one.code for one in check_compensation(now=now)] == ["compensation.well"]
    shop.answers = [(422, {}, b"no such coupon"), (200, {}, b"{}")]
    grant = give(ticket, coupon, 20, owner)
    assert [one.code for one in check_compensation(now=now + timedelta(hours=2))] == ["compensation.late"]
    settle()
    assert [one.code for one in check_compensation(now=now)] == ["compensation.failed"]
    retry_effect(key=grant.effect_key, now=timezone.now())
    settle()
    grant.refresh_from_db()
    assert (grant.state, len(shop.received)) == ("failed", 1)
    try_grant_again(grant_id=grant.pk, by=owner, now=timezone.now())
    settle()
    grant.refresh_from_db()
    assert (grant.state, len(shop.received)) == ("fulfilled", 2)


@pytest.mark.django_db(transaction=True)
def test_two_that_are_given_at_once_see_each_other(
    ticket: Ticket, owner: Staff, colleague: Staff, lead: Staff
) -> None:
    goods = CompensationItem.objects.create(kind="goods", name_zh="赠品", name_en="Gift", most=100)
    second = give_to(make_ticket(group=ticket.group), colleague.pk)
    assert second.customer == ticket.customer
    together = threading.Barrier(2)

    def give_one(told: tuple[Ticket, Staff]) -> str:
        try:
            together.wait(10)
            return give(told[0], goods, 40, told[1]).state
        finally:
            connection.close()

    CustomerLimit.objects.update(amount=60)
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(give_one, [(ticket, owner), (second, colleague)]))
    assert sorted(told) == ["by_hand", "waiting"]
    assert Grant.objects.get(state="waiting").over == ["customer"]


def test_without_a_system_somebody_does_it_and_says_so_once(ticket: Ticket, owner: Staff) -> None:
    goods = CompensationItem.objects.create(kind="goods", name_zh="赠品", name_en="Gift", worth=10, most=5)
    grant = give(ticket, goods, 2, owner)
    assert (grant.state, int(grant.worth)) == ("by_hand", 20)
    for _ in range(2):
        note_fulfilled(grant_id=grant.pk, reference="顺丰 SF123", by=owner, now=timezone.now())
    assert LedgerEntry.objects.get().reference == "顺丰 SF123"


def test_a_letter_is_proposed_as_an_answer(ticket: Ticket, owner: Staff) -> None:
    letter = CompensationItem.objects.create(
        kind="letter", name_zh="信", name_en="Letter", worth=0, most=1, letter_zh="我们深表歉意。"
    )
    grant = give(ticket, letter, 1, owner)
    draft = Draft.objects.get()
    assert (grant.state, draft.text, draft.staff, draft.is_shared) == (
        "by_hand",
        "我们深表歉意。",
        owner,
        True,
    )


def test_an_approval_taken_back_takes_the_gift_back(
    ticket: Ticket, coupon: CompensationItem, owner: Staff, lead: Staff, shop: Receiver
) -> None:
    let_events_happen()
    grant = give(ticket, coupon, 90, owner)
    assert grant.approval is not None
    withdraw_approval(approval_id=grant.approval.pk, by=owner, now=timezone.now())
    settle()
    grant.refresh_from_db()
    assert (grant.state, len(shop.received)) == ("withdrawn", 0)


def test_what_waits_is_withdrawn_with_its_approval_and_what_is_paid_is_not(
    ticket: Ticket, coupon: CompensationItem, owner: Staff, colleague: Staff, lead: Staff
) -> None:
    grant = give(ticket, coupon, 90, owner)
    with pytest.raises(Grant.DoesNotExist):
        withdraw_grant(grant_id=grant.pk, by=colleague, now=timezone.now())
    withdraw_grant(grant_id=grant.pk, by=owner, now=timezone.now())
    assert (Grant.objects.get().state, Approval.objects.get().state) == ("withdrawn", "withdrawn")
    paid = give(ticket, coupon, 20, owner)
    with pytest.raises(TooLateToWithdraw):
        withdraw_grant(grant_id=paid.pk, by=owner, now=timezone.now())


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"units": Decimal(4)}, NotThatMuch),
        ({"units": Decimal(1001)}, NotThatMuch),
        ({"item_id": 0}, NotInTheCatalogue),
        ({"cause": "whim"}, NotACause),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_given(
    ticket: Ticket, coupon: CompensationItem, owner: Staff, wrong: dict[str, Any], error: type[Exception]
) -> None:
    told: dict[str, Any] = {"item_id": coupon.pk, "units": Decimal(20), "cause": "outage"} | wrong
    gift, now = Gift(**told), timezone.now()
    with pytest.raises(error):
        give_compensation(ticket_id=ticket.pk, gift=gift, idempotency_key="x", by=owner, now=now)
    assert not Grant.objects.exists()


def test_a_stranger_gives_nothing_on_a_ticket_they_do_not_see(
    ticket: Ticket, coupon: CompensationItem, stranger: Staff
) -> None:
    with pytest.raises(Ticket.DoesNotExist):
        give(ticket, coupon, 20, stranger)


def test_limits_are_told_before_and_totals_by_cause_after(
    ticket: Ticket, coupon: CompensationItem, owner: Staff, administrator: Staff
) -> None:
    client, path = client_for(owner), f"/api/v1/tickets/{ticket.pk}/compensation"
    limits = client.get(path).json()["limits"]
    assert (limits["a_grant"], limits["without_asking"], limits["customer_days"]) == ("50.00", "50.00", 30)
    body = {"item_id": coupon.pk, "units": "30", "cause": "late", "idempotency_key": "first-one"}
    given = client.post(path, body)
    assert (given.status_code, given.json()["state"], given.json()["worth"]) == (201, "owed", "30.00")
    settle()
    client.post(path, body | {"cause": "outage", "idempotency_key": "second-one"})
    settle()
    after = client.get(path).json()
    assert [one["state"] for one in after["grants"]] == ["fulfilled", "fulfilled"]
    assert (after["limits"]["given_today"], after["limits"]["without_asking"]) == ("60.00", "40.00")
    now = timezone.now()
    asked = {"since": (now - timedelta(days=1)).isoformat(), "until": (now + timedelta(days=1)).isoformat()}
    totals = client_for(administrator).get("/api/v1/compensation/totals", asked).json()
    assert [(one["cause"], one["kind"], one["worth"]) for one in totals["totals"]] == [
        ("late", "coupon", "30.00"),
        ("outage", "coupon", "30.00"),
    ]
    assert client.get("/api/v1/compensation/totals", asked).status_code == 403


def test_the_catalogue_is_kept_by_who_may(administrator: Staff, owner: Staff) -> None:
    body = {"kind": "letter", "name_zh": "信", "name_en": "Letter", "most": "1", "letter_zh": "抱歉"}
    assert client_for(owner).post("/api/v1/compensation/items", body).status_code == 403
    client = client_for(administrator)
    made = client.post("/api/v1/compensation/items", body).json()
    refused = client.put(f"/api/v1/compensation/items/{made['id']}", body | {"most": "0.5"})
    assert refused.json()["params"]["fields"] == {"most": "less than the least"}
    off = client.put(f"/api/v1/compensation/items/{made['id']}", body | {"active": False}).json()
    listed = client_for(owner).get("/api/v1/compensation/items").json()
    assert off["active"] is False
    assert made["id"] not in [one["id"] for one in listed]


def test_limits_are_replaced_and_told(administrator: Staff) -> None:
    agent = Role.objects.get(code="agent").pk
    body = {
        "roles": [{"role_id": agent, "a_grant": "80", "a_day": "200"}],
        "customer": {"amount": "300", "count": 4, "days": 60},
    }
    client = client_for(administrator)
    client.put("/api/v1/compensation/limits", body)
    told = client.get("/api/v1/compensation/limits").json()
    assert told["roles"] == [{"role_id": agent, "a_grant": "80.00", "a_day": "200.00"}]
    assert (told["customer"]["count"], json.dumps(told["customer"]["amount"])) == (4, '"300.00"')


def test_currencies_are_never_mixed(
    ticket: Ticket, coupon: CompensationItem, owner: Staff, administrator: Staff, lead: Staff
) -> None:
    give(ticket, coupon, 50, owner)
    settle()
    client = client_for(administrator)
    assert client.patch("/api/v1/company", {"currency": "USD"}).status_code == 200
    path = f"/api/v1/tickets/{ticket.pk}/compensation"
    limits = client_for(owner).get(path).json()["limits"]
    assert (limits["currency"], limits["given_today"], limits["customer_got"]) == ("USD", "0", "0")
    assert limits["customer_times"] == 1  # how often counts in any currency
    asked = give(ticket, coupon, 60, owner)
    assert (asked.currency, asked.over) == ("USD", ["a_grant"])
    approval = Approval.objects.get()
    assert (approval.amount, approval.currency) == (Decimal(60), "USD")
    span = {"since": "2000-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}
    told = client.get("/api/v1/compensation/totals", span).json()
    assert [(one["currency"], one["worth"]) for one in told["totals"]] == [("CNY", "50.00")]
    assert told["under_way"] == [{"currency": "USD", "count": 1, "worth": "60.00"}]
    assert LedgerEntry.objects.get().currency == "CNY"
