from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

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
def customer_for_identity(
    *, kind: str, value: str, name: str, now: datetime, proven: Sequence[tuple[str, str]] = ()
) -> Customer:
    """The customer this identity belongs to; makes one on first contact.

    `proven` are further identities of the same person that the channel has proof of: somebody known by one
    of them is the same customer.
    """
    identities = [(kind, normal_identity(kind, value))]
    identities += [(one, normal_identity(one, told)) for one, told in proven]
    customer = _known_by(identities)
    if customer is None:
        try:
            with transaction.atomic():
                customer = create_customer(name=name, identities=identities[:1], now=now)
        except (IntegrityError, IdentityTaken):  # somebody else was first
            return Identity.objects.select_related("customer").get(kind=kind, value=identities[0][1]).customer
    if proven:
        _learn(customer, identities, now)
    return _with_name(customer, name, now)


def _known_by(identities: Sequence[tuple[str, str]]) -> Customer | None:
    """Who is known by the first of these that anybody is known by."""
    any_of = Q()
    for kind, value in identities:
        any_of |= Q(kind=kind, value=value)
    known = {(one.kind, one.value): one for one in Identity.objects.filter(any_of).select_related("customer")}
    return next((known[identity].customer for identity in identities if identity in known), None)


def _learn(customer: Customer, identities: Sequence[tuple[str, str]], now: datetime) -> None:
    """Note proven identities, but for those that are known as another's: people decide on merging customers."""
    Identity.objects.bulk_create(
        (Identity(customer=customer, kind=kind, value=value, created_at=now) for kind, value in identities),
        ignore_conflicts=True,
    )
    for kind, value in identities[1:]:
        Identity.objects.filter(customer=customer, kind=kind, value=value).update(verified=True)
    index_customer(customer)


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
