from __future__ import annotations

from typing import Any, Literal

from django.db import transaction
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from zhiyin.customers.commands import add_identity, create_customer, update_customer
from zhiyin.customers.models import Customer
from zhiyin.customers.queries import list_customers
from zhiyin.customers.shapes import CustomerCard, CustomerRow
from zhiyin.people.access import Signed, needs

router = Router(tags=["customers"])


class CustomerList(Schema):
    items: list[CustomerRow]
    next_cursor: str | None


class NewIdentity(Schema):
    kind: Literal["email", "phone", "external"]
    value: str = Field(min_length=1, max_length=320)


class NewCustomer(Schema):
    name: str = Field(min_length=1, max_length=200)
    company: str = Field("", max_length=200)
    identities: list[NewIdentity] = Field([], max_length=20)


class CustomerChange(Schema):
    """Only what is named changes; `identities` are added."""

    name: str | None = Field(None, max_length=200)
    company: str | None = Field(None, max_length=200)
    tier: Literal["standard", "vip", "key"] | None = None
    language: str | None = Field(None, max_length=10)
    region: str | None = Field(None, max_length=100, description="the widest first: 中国大陆/广东")
    note: str | None = Field(None, max_length=20_000)
    identities: list[NewIdentity] = Field([], max_length=20)


@router.get("/customers", response=CustomerList, auth=needs("customers.read"))
def get_customers(request: Signed, q: str = "", cursor: str | None = None, limit: int = 30) -> Any:
    """Customers, latest first; `q` searches names, companies, addresses and notes."""
    return list_customers(query=q, cursor=cursor, limit=limit, by=request.auth)


@router.post("/customers", response={201: CustomerCard}, auth=needs("customers.edit"))
def post_customer(request: Signed, body: NewCustomer) -> Any:
    """Enter a customer by hand."""
    identities = [(identity.kind, identity.value) for identity in body.identities]
    now = timezone.now()
    return Status(201, create_customer(name=body.name, company=body.company, identities=identities, now=now))


@router.get("/customers/{int:customer_id}", response=CustomerCard, auth=needs("customers.read"))
def get_customer(request: Signed, customer_id: int) -> Any:
    """One customer; their tickets are at /tickets?view=all&customer=<id>."""
    return Customer.objects.visible_to(request.auth).get(pk=customer_id)


@router.patch("/customers/{int:customer_id}", response=CustomerCard, auth=needs("customers.edit"))
def patch_customer(request: Signed, customer_id: int, body: CustomerChange) -> Any:
    """Change what we know of a customer."""
    now = timezone.now()
    changes = {name: value for name, value in body.dict(exclude={"identities"}).items() if value is not None}
    with transaction.atomic():
        customer = update_customer(customer_id=customer_id, changes=changes, by=request.auth, now=now)
        for identity in body.identities:
            add_identity(customer_id=customer_id, kind=identity.kind, value=identity.value, now=now)
    return customer
