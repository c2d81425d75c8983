from __future__ import annotations

import pytest
from django.utils import timezone

from zhiyin.customers.commands import (
    IdentityTaken,
    add_identity,
    create_customer,
    customer_for_identity,
    update_customer,
)
from zhiyin.customers.models import Customer, Identity
from zhiyin.customers.normalising import normal_identity
from zhiyin.customers.queries import list_customers
from zhiyin.people.models import Staff
from zhiyin.testing.people import client_for, make_staff

pytestmark = pytest.mark.django_db


def customer(name: str = "王芳", **identities: str) -> Customer:
    return create_customer(name=name, identities=list(identities.items()), now=timezone.now())


def found(query: str, by: Staff) -> list[str]:
    return [one.name for one in list_customers(query=query, cursor=None, limit=10, by=by).items]


@pytest.mark.parametrize(
    ("kind", "written", "normal"),
    [
        ("email", " Wang@Example.COM ", "wang@example.com"),
        ("phone", "+86 138-0000-0922", "13800000922"),
        ("phone", "86 13800000922", "13800000922"),
        ("phone", "0044 20 7946 0018", "+442079460018"),
        ("phone", "(010) 6552-9988", "01065529988"),
        ("external", " U-17 ", "U-17"),
    ],
)
def test_normal_forms(kind: str, written: str, normal: str) -> None:
    assert normal_identity(kind, written) == normal


def test_the_same_address_is_the_same_customer() -> None:
    first = customer_for_identity(kind="email", value="Wang@example.com", name="", now=timezone.now())
    again = customer_for_identity(kind="email", value="wang@EXAMPLE.com", name="王芳", now=timezone.now())
    assert first.pk == again.pk
    assert again.name == "王芳"  # learnt with the second message


def test_a_known_name_is_not_overwritten_by_a_message() -> None:
    customer("王芳", email="wang@example.com")
    same = customer_for_identity(kind="email", value="wang@example.com", name="芳芳", now=timezone.now())
    assert same.name == "王芳"


def test_a_proven_address_leads_to_the_customer_known_by_it() -> None:
    known = customer("王芳", email="wang@example.com")
    proven = [("email", "Wang@example.com"), ("phone", "13800000922")]
    same = customer_for_identity(kind="external", value="U-17", name="芳", now=timezone.now(), proven=proven)
    assert same.pk == known.pk
    assert set(Identity.objects.filter(customer=known).values_list("kind", "value", "verified")) == {
        ("email", "wang@example.com", True),
        ("phone", "13800000922", True),
        ("external", "U-17", False),
    }


def test_a_proven_address_that_is_known_as_anothers_is_left_to_people() -> None:
    other = customer("李雷", email="wang@example.com")
    customer("王芳", external="U-17")
    proven = [("email", "wang@example.com")]
    same = customer_for_identity(kind="external", value="U-17", name="", now=timezone.now(), proven=proven)
    assert same.name == "王芳"
    assert Identity.objects.get(kind="email", value="wang@example.com").customer_id == other.pk


def test_an_address_of_somebody_else_is_refused() -> None:
    customer("王芳", email="wang@example.com")
    other = customer("李雷")
    with pytest.raises(IdentityTaken):
        add_identity(customer_id=other.pk, kind="email", value="WANG@example.com", now=timezone.now())
    assert not Identity.objects.filter(customer=other).exists()


@pytest.mark.parametrize("query", ["王", "王芳", "example.com", "wang", "13800000922", "晴天"])
def test_customers_are_found_by_name_company_and_address(query: str, owner: Staff) -> None:
    one = customer("王芳", email="wang@example.com", phone="138 0000 0922")
    update_customer(customer_id=one.pk, changes={"company": "晴天电器"}, by=owner, now=timezone.now())
    customer("李雷", email="li@other.example")
    assert found(query, owner) == ["王芳"]


def test_who_may_not_see_customers_finds_none() -> None:
    customer()
    planner = make_staff(roles=("planner",))
    assert found("王芳", planner) == []
    assert client_for(planner).get("/api/v1/customers").status_code == 403


def test_customers_over_http(owner: Staff) -> None:
    client = client_for(owner)
    body = {"name": "韩梅梅", "identities": [{"kind": "email", "value": "Han@example.com"}]}
    made = client.post("/api/v1/customers", body)
    assert made.status_code == 201
    path = f"/api/v1/customers/{made.json()['id']}"
    changed = client.patch(
        path, {"tier": "vip", "identities": [{"kind": "phone", "value": "13911112222"}]}
    ).json()
    assert changed["tier"] == "vip"
    assert [identity["value"] for identity in changed["identities"]] == ["han@example.com", "13911112222"]
    assert client.get(path).json() == client.get(path).json()
    assert client.get("/api/v1/customers?q=韩").json()["items"][0]["name"] == "韩梅梅"


def test_a_change_with_a_taken_address_changes_nothing(owner: Staff) -> None:
    customer("王芳", email="wang@example.com")
    other = customer("李雷")
    body = {"name": "李蕾", "identities": [{"kind": "email", "value": "wang@example.com"}]}
    answer = client_for(owner).patch(f"/api/v1/customers/{other.pk}", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "customers.identity_taken")
    other.refresh_from_db()
    assert other.name == "李雷"
