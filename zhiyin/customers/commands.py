from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from zhiyin.customers.events import CustomerChanged, CustomerCreated
from zhiyin.customers.models import Customer, Identity
from zhiyin.customers.normalising import normal_identity
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit, emit_all
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.text.lexemes import lexemes

EDITABLE = ("name", "company", "tier", "language", "region", "note")


class IdentityTaken(DomainError):
    code = "customers.identity_taken"
    status = 409
    messages = {
        "zh": "“{value}”已属于另一位客户（编号 {customer_id}），请打开该客户，或换一个联系方式。",
        "en": "{value} already belongs to another customer (number {customer_id}); open that one or use another address.",
    }


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody who writes, as their message names them.

    `proven` are further identities of the same person that the channel has proof of: somebody known by one
    of them is the same customer.
    """

    kind: str
    value: str
    name: str
    at: datetime
    proven: Sequence[tuple[str, str]] = ()

    def identities(self) -> list[tuple[str, str]]:
        """In their normal form, the one they write by first."""
        told = [(self.kind, self.value), *self.proven]
        return [(kind, normal_identity(kind, value)) for kind, value in told]


def customer_for_identity(
    *, kind: str, value: str, name: str, now: datetime, proven: Sequence[tuple[str, str]] = ()
) -> Customer:
    """The customer this identity belongs to; makes one on first contact. See Contact."""
    return customers_for([Contact(kind=kind, value=value, name=name, at=now, proven=proven)])[0]


@transaction.atomic(savepoint=False)
def customers_for(contacts: Sequence[Contact]) -> list[Customer]:
    """The customer of each contact, made on the first; as many queries as for one, unless there are proven identities."""
    if len(contacts) > 1 and any(contact.proven for contact in contacts):
        return [customer for contact in contacts for customer in customers_for([contact])]
    known = _known_by([identity for contact in contacts for identity in contact.identities()])
    new = {
        contact.identities()[0]: contact
        for contact in reversed(contacts)
        if not any(identity in known for identity in contact.identities())
    }
    known |= _make(new) if new else {}
    found = []
    for contact in contacts:
        identities = contact.identities()
        customer = next(known[identity] for identity in identities if identity in known)
        if contact.proven:
            _learn(customer, identities, contact.at)
        found.append(_with_name(customer, contact.name, contact.at))
    return found


def _known_by(identities: Collection[tuple[str, str]]) -> dict[tuple[str, str], Customer]:
    """Who is known by which of these; one query."""
    kinds = {kind for kind, _ in identities}
    any_of = Q()
    for kind in kinds:
        any_of |= Q(kind=kind, value__in={value for one, value in identities if one == kind})
    found = Identity.objects.filter(any_of).select_related("customer") if kinds else ()
    customers: dict[int, Customer] = {}  # one instance for each, whatever they are known by
    return {(one.kind, one.value): customers.setdefault(one.customer_id, one.customer) for one in found}


def _make(new: Mapping[tuple[str, str], Contact]) -> dict[tuple[str, str], Customer]:
    """New customers, or those that somebody else has made of the same contacts meanwhile."""
    try:
        with transaction.atomic():
            return _create_many(new)
    except IntegrityError:
        found = _known_by(new)
        if not found:
            raise
    left = {identity: contact for identity, contact in new.items() if identity not in found}
    return found | (_make(left) if left else {})


def _create_many(new: Mapping[tuple[str, str], Contact]) -> dict[tuple[str, str], Customer]:
    in_order = sorted(new.items())  # two who make the same ones wait for each other in turn
    customers = Customer.objects.bulk_create(
        Customer(name=contact.name.strip(), created_at=contact.at, updated_at=contact.at)
        for _, contact in in_order
    )
    made = {identity: customer for (identity, _), customer in zip(in_order, customers, strict=True)}
    Identity.objects.bulk_create(
        Identity(customer=customer, kind=kind, value=value, created_at=customer.created_at)
        for (kind, value), customer in made.items()
    )
    _index(
        (customer, [] if kind == Identity.Kind.VISITOR else [value])
        for (kind, value), customer in made.items()
    )
    emit_all(CustomerCreated(customer_id=one.pk, at=one.created_at) for one in customers)
    return made


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
    _index([(customer, list(identities.values_list("value", flat=True)))])


def _index(entries: Iterable[tuple[Customer, list[str]]]) -> None:
    """Write the search entries of customers with these addresses; one query."""
    told: list[Any] = []
    for customer, addresses in entries:
        told += [customer.pk, lexemes(" ".join([customer.name, customer.company, customer.note, *addresses]))]
    rows = ", ".join(["(%s::bigint, %s::text[])"] * (len(told) // 2))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer SET search = array_to_tsvector(told.words)"
            f" FROM (VALUES {rows}) AS told (id, words) WHERE customers_customer.id = told.id",
            told,
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
