"""A load so large that other processes help and indexes are built at the end."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.models import Count, Max

from zhiyin.customers.models import Identity
from zhiyin.demo import loading
from zhiyin.demo.making import make_demo
from zhiyin.platform.event_log.models import Event
from zhiyin.tickets.models import Message, Ticket, TicketSearch

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
STRUCTURES = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
ORDER BY 1, 2, 3
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("add", [False, True])
def test_constraints_and_indexes_are_back_and_all_rows_are_there(
    monkeypatch: pytest.MonkeyPatch, add: bool
) -> None:
    before = _structures()
    if add:
        make_demo(tickets=20, seed=1, now=NOW)
    monkeypatch.setattr(loading, "LARGE", 100)
    make_demo(tickets=2100, seed=1, now=NOW, add=add)  # two chunks
    assert _structures() == before
    assert Ticket.objects.count() == TicketSearch.objects.count() == 2100 + 20 * add
    assert not Message.objects.filter(kind="inbound", inbound__raw=None).exists()
    assert Identity.objects.values("kind", "value").distinct().count() == Identity.objects.count()
    told = Event.objects.aggregate(last=Max("position"), count=Count("position"))
    assert told["last"] == told["count"]
    moments = list(Event.objects.order_by("position").values_list("at", flat=True))
    assert add or moments == sorted(moments)


def _structures() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(STRUCTURES)
        return list(cursor.fetchall())
