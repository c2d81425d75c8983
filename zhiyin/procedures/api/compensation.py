"""Compensation: giving on a ticket, the catalogue, the limits and the totals."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils import timezone
from ninja import Schema, Status
from pydantic import AwareDatetime, Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.shapes import Named
from zhiyin.platform.http.paging import keyset_page
from zhiyin.platform.http.shapes import Shape
from zhiyin.procedures.api.router import router
from zhiyin.procedures.commands.catalogue import (
    CustomerLimitForm,
    ItemForm,
    RoleLimitForm,
    save_item,
    save_limits,
)
from zhiyin.procedures.commands.giving import Gift, give_compensation, note_fulfilled, withdraw_grant
from zhiyin.procedures.commands.trying_again import try_grant_again
from zhiyin.procedures.queries.compensation import (
    catalogue,
    grant_with_details,
    grants_of_ticket,
    grants_to_do,
    role_limits,
    totals,
    under_way,
)
from zhiyin.procedures.queries.limits import customer_limit, limits_for
from zhiyin.procedures.shapes_approvals import TicketNamed
from zhiyin.tickets.queries.page import ticket_for_page
from zhiyin.tickets.shapes import NamedInBoth

Kind = Literal["coupon", "points", "refund", "goods", "letter"]


class ItemShape(Shape):
    id: int
    kind: str
    name_zh: str
    name_en: str
    worth: Decimal = Field(description="of one unit, in the company's currency")
    least: Decimal
    most: Decimal
    system: NamedInBoth | None
    code: str
    letter_zh: str
    letter_en: str
    active: bool
    position: int


class ItemBody(Schema):
    kind: Kind
    name_zh: str = Field(min_length=1, max_length=100, pattern=r"\S")
    name_en: str = Field(min_length=1, max_length=100, pattern=r"\S")
    most: Decimal = Field(gt=0, max_digits=12, decimal_places=2)
    least: Decimal = Field(Decimal(1), gt=0, max_digits=12, decimal_places=2)
    worth: Decimal = Field(Decimal(1), ge=0, max_digits=12, decimal_places=4)
    system_id: int | None = None
    code: str = Field("", max_length=100)
    letter_zh: str = Field("", max_length=5000)
    letter_en: str = Field("", max_length=5000)
    active: bool = True
    position: int = Field(0, ge=0, le=1000)


class GrantItem(NamedInBoth):
    kind: str


class GrantShape(Shape):
    id: int
    ticket: TicketNamed
    item: GrantItem
    units: Decimal
    worth: Decimal
    currency: str = Field(description="of the worth, ISO 4217")
    cause: str
    incident: Named | None
    reason: str
    state: str = Field(description="waiting, refused, owed, by_hand, fulfilled, failed or withdrawn")
    over: list[str] = Field(description="limits it exceeds: a_grant, a_day, customer, customer_count")
    approval_id: int | None
    by: Named
    at: datetime
    reference: str
    problem: str
    settled_at: datetime | None


class LimitsShape(Shape):
    """What holds now for oneself and this customer, in the company's currency."""

    currency: str
    a_grant: Decimal
    a_day: Decimal
    given_today: Decimal
    customer_amount: Decimal
    customer_got: Decimal
    customer_count: int
    customer_times: int
    customer_days: int
    without_asking: Decimal = Field(description="the most that needs no approval now")


class TicketCompensation(Shape):
    grants: list[GrantShape]
    limits: LimitsShape


class GiftBody(Schema):
    item_id: int
    units: Decimal = Field(gt=0, max_digits=12, decimal_places=2)
    cause: str = Field(max_length=40)
    reason: str = Field("", max_length=2000)
    incident_id: int | None = None
    idempotency_key: str = Field(min_length=8, max_length=100)


class FulfilledBody(Schema):
    reference: str = Field("", max_length=200)


class GrantPage(Shape):
    items: list[GrantShape]
    next_cursor: str | None


class RoleLimitShape(Shape):
    role_id: int
    a_grant: Decimal
    a_day: Decimal


class CustomerLimitShape(Shape):
    amount: Decimal
    count: int
    days: int


class LimitsOfAll(Shape):
    roles: list[RoleLimitShape]
    customer: CustomerLimitShape


class RoleLimitBody(Schema):
    role_id: int
    a_grant: Decimal = Field(ge=0, max_digits=12, decimal_places=2)
    a_day: Decimal = Field(ge=0, max_digits=12, decimal_places=2)


class CustomerLimitBody(Schema):
    amount: Decimal = Field(ge=0, max_digits=12, decimal_places=2)
    count: int = Field(ge=0, le=1000)
    days: int = Field(ge=1, le=3650)


class LimitsBody(Schema):
    roles: list[RoleLimitBody] = Field(max_length=200)
    customer: CustomerLimitBody


class TotalShape(Shape):
    cause: str
    kind: str
    count: int
    currency: str
    worth: Decimal


class UnderWayShape(Shape):
    currency: str
    count: int
    worth: Decimal


class TotalsShape(Shape):
    totals: list[TotalShape] = Field(description="by currency, cause and kind; currencies are never added up")
    under_way: list[UnderWayShape]


@router.get("/tickets/{int:ticket_id}/compensation", response=TicketCompensation, auth=needs("tickets.read"))
def get_ticket_compensation(request: Signed, ticket_id: int) -> Any:
    """What was given on the ticket, and how far one may go now without asking."""
    ticket = ticket_for_page(ticket_id=ticket_id, by=request.auth)
    limits = limits_for(customer_id=ticket.customer_id, by=request.auth, at=timezone.now())
    return {"grants": grants_of_ticket(ticket), "limits": limits}


@router.post(
    "/tickets/{int:ticket_id}/compensation", response={201: GrantShape}, auth=needs("compensation.give")
)
def post_grant(request: Signed, ticket_id: int, body: GiftBody) -> Any:
    """Give the customer something; over a limit it waits for approval. The same key is the same grant."""
    told = body.dict()
    key = told.pop("idempotency_key")
    grant = give_compensation(
        ticket_id=ticket_id, gift=Gift(**told), idempotency_key=key, by=request.auth, now=timezone.now()
    )
    return Status(201, grant_with_details(grant.pk))


@router.get("/compensation/grants", response=GrantPage, auth=needs("compensation.give"))
def get_grants_to_do(request: Signed, cursor: str | None = None, limit: int = 50) -> Any:
    """What has to be carried out by hand, or failed."""
    return keyset_page(grants_to_do(by=request.auth), order=("-at", "-id"), cursor=cursor, limit=limit)


@router.post(
    "/compensation/grants/{int:grant_id}/fulfilment", response=GrantShape, auth=needs("compensation.give")
)
def post_fulfilment(request: Signed, grant_id: int, body: FulfilledBody) -> Any:
    """Note that somebody carried it out by hand."""
    note_fulfilled(grant_id=grant_id, reference=body.reference, by=request.auth, now=timezone.now())
    return grant_with_details(grant_id)


@router.post(
    "/compensation/grants/{int:grant_id}/tries", response=GrantShape, auth=needs("compensation.give")
)
def post_try(request: Signed, grant_id: int) -> Any:
    """Tell the system once more what failed, under the same key."""
    try_grant_again(grant_id=grant_id, by=request.auth, now=timezone.now())
    return grant_with_details(grant_id)


@router.post(
    "/compensation/grants/{int:grant_id}/withdrawal", response=GrantShape, auth=needs("compensation.give")
)
def post_grant_withdrawal(request: Signed, grant_id: int) -> Any:
    """Take back what one gave, before it is carried out."""
    withdraw_grant(grant_id=grant_id, by=request.auth, now=timezone.now())
    return grant_with_details(grant_id)


@router.get("/compensation/items", response=list[ItemShape], auth=needs("tickets.read"))
def get_items(request: Signed, all: bool = False) -> Any:  # noqa: A002  (as it stands in the query)
    """The catalogue; with `all` also what is out of use."""
    return catalogue(with_inactive=all)


@router.post("/compensation/items", response={201: ItemShape}, auth=needs("procedures.manage"))
def post_item(request: Signed, body: ItemBody) -> Any:
    """Add something to the catalogue."""
    form = ItemForm(**body.dict())
    return Status(201, save_item(item_id=None, form=form, by=request.auth, now=timezone.now()))


@router.put(
    "/compensation/items/{int:compensation_item_id}", response=ItemShape, auth=needs("procedures.manage")
)
def put_item(request: Signed, compensation_item_id: int, body: ItemBody) -> Any:
    """Change something of the catalogue; what was given stays as it was."""
    form = ItemForm(**body.dict())
    return save_item(item_id=compensation_item_id, form=form, by=request.auth, now=timezone.now())


@router.get("/compensation/limits", response=LimitsOfAll, auth=needs("procedures.manage"))
def get_limits(request: Signed) -> Any:
    """How far each role and each customer may go without approval."""
    return {"roles": role_limits(), "customer": customer_limit()}


@router.put("/compensation/limits", response=LimitsOfAll, auth=needs("procedures.manage"))
def put_limits(request: Signed, body: LimitsBody) -> Any:
    """Replace the limits."""
    save_limits(
        roles=[RoleLimitForm(**one.dict()) for one in body.roles],
        customer=CustomerLimitForm(**body.customer.dict()),
        by=request.auth,
        now=timezone.now(),
    )
    return {"roles": role_limits(), "customer": customer_limit()}


@router.get("/compensation/totals", response=TotalsShape, auth=needs("procedures.manage"))
def get_totals(request: Signed, since: AwareDatetime, until: AwareDatetime) -> Any:
    """What stands in the ledger between two moments, by currency, cause and kind."""
    return {"totals": totals(since=since, until=until), "under_way": under_way()}
