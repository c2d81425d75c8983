"""Workers are killed while outside systems answer: a case goes on once, and a payment is known by one id."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.event_log.subscribing import install_subscribers
from zhiyin.platform.event_log.tests.test_crash import start_worker
from zhiyin.procedures.models import Approval, OutsideSystem, Visit
from zhiyin.procedures.shipped import install_shipped_procedures
from zhiyin.procedures.tests.play import Desk
from zhiyin.procedures.tests.test_compensation_crash import killed_and_started, wait_for
from zhiyin.testing.receiver import Receiver, receiver
from zhiyin.testing.tickets import make_ticket

REQUEST: dict[str, Any] = {
    "order_no": "A-1",
    "amount": 680,
    "refund_cause": "system_error",
    "refund_words": "页面报错",
}


def connect(key: str, to: Receiver, outcome: str) -> None:
    """The first call is taken, but its answer comes so late that its worker is dead by then."""
    to.before_answer = lambda: time.sleep(4) if len(to.received) == 1 else None
    to.answers = [(200, {}, json.dumps({"outcome": outcome}).encode())]
    OutsideSystem.objects.filter(key=key).update(url=to.url)


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.django_db(transaction=True)
def test_a_case_goes_on_once_though_workers_die_while_they_ask_and_pay(owner: Staff, support: Group) -> None:
    install_subscribers()
    install_shipped_procedures()
    desk = Desk(owner, make_ticket(group=support))
    with receiver() as risk, receiver() as payments:
        connect("risk", risk, "pass")
        connect("payments", payments, "paid")
        desk.start("refund")
        desk.go("check", **REQUEST)
        worker = start_worker()
        try:
            wait_for(lambda: len(risk.received) >= 1, "the risk check")
            worker = killed_and_started(worker)
            wait_for(lambda: desk.now() == "confirm", "the answer of the risk check")
            desk.go("pay")
            wait_for(lambda: len(payments.received) >= 1, "the payment")
            worker = killed_and_started(worker)
            wait_for(lambda: desk.now() == "tell_paid", "the answer of the payment")
            time.sleep(5)  # the answers to the dead come, and change nothing
        finally:
            worker.kill()
            worker.communicate()
    for told in (risk, payments):
        assert len(told.received) > 1, "told again after its worker died"
        assert len({one.headers["idempotency-key"] for one in told.received}) == 1
        assert len({one.body for one in told.received}) == 1
    left = list(Visit.objects.exclude(left_at=None).order_by("pk").values_list("step", "outcome"))
    assert left == [("request", "check"), ("risk_check", "pass"), ("confirm", "pay"), ("pay", "paid")]
    assert Approval.objects.count() == 0
    assert Visit.objects.filter(left_at=None, entered_at__lte=timezone.now()).count() == 1
    answered = Event.objects.filter(type="procedures.outside_answered").values_list(
        "payload__outcome", flat=True
    )
    assert sorted(answered) == ["paid", "pass"]
