"""Forgetting customers: who they are goes; the row goes too, or stays without a name for what is counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from zhiyin.customers.events import CustomerForgotten
from zhiyin.customers.models import Customer, Identity
from zhiyin.platform.event_log.emitting import emit_all


@transaction.atomic
def forget_customers(*, customer_ids: Collection[int], keeps_rows: bool, now: datetime) -> list[str]:
    """Forget who these customers are; returns the e-mail addresses they were known by.

    Without `keeps_rows` the rows go as well, but for one that something still points to.
    """
    ids = sorted(
        Customer.objects.select_for_update().filter(pk__in=customer_ids).values_list("pk", flat=True)
    )
    known = Identity.objects.filter(customer__in=ids)
    addresses = list(known.filter(kind=Identity.Kind.EMAIL).values_list("value", flat=True))
    known.delete()
    if not keeps_rows:
        _delete(ids)
    Customer.objects.filter(pk__in=ids).update(
        **dict.fromkeys(("name", "company", "language", "region", "note"), ""), search=None, forgotten_at=now
    )
    emit_all(CustomerForgotten(customer_id=customer_id, at=now) for customer_id in ids)
    return addresses


def nameless_customer(*, now: datetime) -> Customer:
    """Somebody of whom nothing is known, to stand for a customer on tickets that must not name them any more."""
    return Customer.objects.create(created_at=now, updated_at=now, forgotten_at=now)


def _delete(customer_ids: Sequence[int]) -> None:
    """All at once; where something points to one of them, by halves, until only such rows stay, without a name."""
    if not customer_ids:
        return
    try:
        with transaction.atomic():
            Customer.objects.filter(pk__in=customer_ids).delete()
    except ProtectedError:
        half = len(customer_ids) // 2
        for part in (customer_ids[:half], customer_ids[half:]) if half else ():
            _delete(part)
