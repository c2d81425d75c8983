"""What depends on the seed, and on how many tickets there are."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from zhiyin.channels.models import Delivery
from zhiyin.customers.models import Customer
from zhiyin.demo.making import make_demo
from zhiyin.demo.tests.numbers import number_from_the_start
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.ledger.models import Effect
from zhiyin.tickets.models import Message

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_the_same_seed_moment_and_numbers_give_the_same_rows() -> None:
    first, again, other = (_told(seed) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_deliveries_end_in_every_way_they_can() -> None:
    make_demo(tickets=1500, seed=1, now=NOW)
    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert {"sent", "delivered", "bounced", "failed", "queued"} <= set(states)
    assert not Delivery.objects.filter(state__in=["bounced", "failed"], reason="").exists()
    queued = Delivery.objects.filter(state="queued")
    assert {delivery.effect_key() for delivery in queued} == set(Effect.objects.values_list("key", flat=True))


def _told(seed: int) -> list[Any]:
    """All that a demo of this seed says; afterwards nothing of it is left."""
    with transaction.atomic():
        number_from_the_start()
        make_demo(tickets=60, seed=seed, now=NOW)
        said: list[Any] = list(
            Message.objects.order_by("pk").values_list("pk", "at", "inbound__text", "text")
        )
        said += Delivery.objects.order_by("pk").values_list("pk", "text", "state", "key")
        said += Event.objects.order_by("position").values_list("type", "subject", "payload", "at")
        said += Customer.objects.order_by("pk").values_list("name", "search")
        transaction.set_rollback(True)
    return said
