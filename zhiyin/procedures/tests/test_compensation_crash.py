"""Workers are killed while they pay: however often the shop hears of a gift, it is one gift, and stands once in the ledger."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.subscribing import install_subscribers
from zhiyin.platform.event_log.tests.test_crash import start_worker
from zhiyin.procedures.commands.giving import Gift, give_compensation
from zhiyin.procedures.models import CompensationItem, Grant, LedgerEntry, OutsideSystem
from zhiyin.testing.receiver import receiver
from zhiyin.testing.tickets import give_to, make_ticket

DEADLINE = 90.0
GIFTS = 4


def wait_for(reached: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + DEADLINE
    while not reached():
        assert time.monotonic() < until, f"not in time: {what}"
        time.sleep(0.1)


def killed_and_started(worker: subprocess.Popen[str]) -> subprocess.Popen[str]:
    worker.kill()
    worker.communicate()
    return start_worker()


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.django_db(transaction=True)
def test_nothing_is_paid_twice_though_workers_die_half_way(owner: Staff, support: Group) -> None:
    install_subscribers()
    ticket = give_to(make_ticket(group=support), owner.pk)
    with receiver() as heard:
        # every second gift is taken, but its answer comes so late that its worker is dead by then
        heard.before_answer = lambda: time.sleep(4) if len(heard.received) in (1, 3) else None
        system = OutsideSystem.objects.create(
            key="shop",
            name_zh="商城",
            name_en="Shop",
            url=heard.url,
            secret="whsec_" + "c2VjcmV0LW9mLXRoZS1zaG9wLTEyMzQ1Njc4OTAxMjM0NTY=",
            created_at=timezone.now(),
        )
        item = CompensationItem.objects.create(
            kind="coupon", name_zh="券", name_en="Coupon", worth=1, most=10, system=system
        )
        worker = start_worker()
        try:
            for number in range(GIFTS):
                gift = Gift(item_id=item.pk, units=Decimal(1), cause="outage")
                for _ in range(2):  # whoever gives presses twice
                    told: dict[str, Any] = {
                        "ticket_id": ticket.pk,
                        "gift": gift,
                        "idempotency_key": f"gift-{number}",
                    }
                    give_compensation(**told, by=owner, now=timezone.now())
            wait_for(lambda: len(heard.received) >= 1, "the first call")
            worker = killed_and_started(worker)
            wait_for(lambda: len(heard.received) >= 3, "the third call")
            worker = killed_and_started(worker)
            wait_for(lambda: not Grant.objects.exclude(state="fulfilled").exists(), "all of them fulfilled")
        finally:
            if worker.poll() is None:
                worker.kill()
                worker.communicate()
    assert Grant.objects.count() == GIFTS
    # a shop pays a key once: no gift may come under a second one
    paid = {one.headers["idempotency-key"] for one in heard.received}
    assert paid == {grant.effect_key for grant in Grant.objects.all()}
    assert sorted(LedgerEntry.objects.values_list("grant_id", flat=True)) == sorted(
        Grant.objects.values_list("pk", flat=True)
    )
    assert len(heard.received) > GIFTS, "some were told again after their worker died"
