from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from zhiyin.customers.events import CustomerChanged, CustomerCreated
from zhiyin.customers.models import Customer, Identity
from zhiyin.customers.normalising import normal_identity
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.text.lexemes import lexemes

EDITABLE = ("name", "company", "tier", "language", "note")


class IdentityTaken(DomainError):
    code = "customers.identity_taken"
    status = 409
    messages = {
        "zh": "“{value}”已属于另一位客户（编号 {customer_id}），请打开该客户，或换一个联系方式。",
        "en": "{value} already belongs to another customer (number {customer_id}); open that one or use another address.",
    }


@transaction.atomic
def customer_for_identity(*, kind: str, value: str, name: str, now: datetime) -> Customer:
    """The customer this identity belongs to; makes one on first contact."""
    value = normal_identity(kind, value)
    known = Identity.objects.select_related("customer").filter(kind=kind, value=value).first()
    if known is not None:
        return _with_name(known.customer, name, now)
    try:
        with transaction.atomic():
            return create_customer(name=name, identities=[(kind, value)], now=now)
    except (IntegrityError, IdentityTaken):  # somebody else was first
        return Identity.objects.select_related("customer").get(kind=kind, value=value).customer


@transaction.atomic
def create_customer(
    *, name: str, identities: Sequence[tuple[str, str]], now: datetime, company: str = ""
) -> Customer:
    """A new customer with their identities."""
    customer = Customer.objects.create(
        name=name.strip(), company=company.strip(), created_at=now, updated_at=now
    )
    for kind, value in identities:
        _attach(customer, kind, normal_identity(kind, value), now)
    index_customer(customer)
    emit(CustomerCreated(customer_id=customer.pk, at=now))
    return customer


@transaction.atomic
def update_customer(*, customer_id: int, changes: dict[str, str], by: Staff, now: datetime) -> Customer:
    """Change what we know of a customer; `changes` maps EDITABLE names to values."""
    customer = Customer.objects.visible_to(by).select_for_update().get(pk=customer_id)
    for field, value in changes.items():
        if field not in EDITABLE:
            raise ValueError(field)
        setattr(customer, field, value.strip())
    customer.updated_at = now
    customer.save(update_fields=[*changes, "updated_at"])
    index_customer(customer)
    emit(CustomerChanged(customer_id=customer.pk, by_id=by.pk, fields=sorted(changes), at=now))
    return customer


@transaction.atomic
def add_identity(*, customer_id: int, kind: str, value: str, now: datetime) -> Identity:
    """Note another address of a customer. Raises IdentityTaken when it is another's."""
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    identity = _attach(customer, kind, normal_identity(kind, value), now)
    index_customer(customer)
    return identity


def index_customer(customer: Customer) -> None:
    """Bring the customer's search entry up to date."""
    identities = Identity.objects.filter(customer=customer).exclude(kind=Identity.Kind.VISITOR)
    text = " ".join(
        [customer.name, customer.company, customer.note, *identities.values_list("value", flat=True)]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer SET search = array_to_tsvector(%s::text[]) WHERE id = %s",
            [lexemes(text), customer.pk],
        )


def _attach(customer: Customer, kind: str, value: str, now: datetime) -> Identity:
    identity, made = Identity.objects.get_or_create(
        kind=kind, value=value, defaults={"customer": customer, "created_at": now}
    )
    if not made and identity.customer_id != customer.pk:
        raise IdentityTaken(value=value, customer_id=identity.customer_id)
    return identity


def _with_name(customer: Customer, name: str, now: datetime) -> Customer:
    """Learn the name of somebody known only by address so far."""
    if name.strip() and not customer.name:
        customer.name, customer.updated_at = name.strip(), now
        customer.save(update_fields=["name", "updated_at"])
        index_customer(customer)
    return customer
