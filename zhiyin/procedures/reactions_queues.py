"""What is done about queues: who would rather be called is promised it, and whoever gets the case keeps that."""

from __future__ import annotations

from datetime import datetime

from zhiyin.platform.event_log.subscribing import on
from zhiyin.procedures.commands.queued_calls import (
    drop_promised_call,
    promise_call_back,
    take_over_call_backs,
)
from zhiyin.routing.events import CallBackDropped, CallBackTaken, WorkGiven


@on(CallBackTaken)
def promise_the_call_a_waiting_customer_took(fact: CallBackTaken) -> None:
    due_at = datetime.fromisoformat(fact.due)
    promise_call_back(ticket_id=fact.ticket_id, wish_id=fact.wish_id, due_at=due_at, now=fact.at)


@on(CallBackDropped)
def drop_the_call_that_nobody_needs(fact: CallBackDropped) -> None:
    drop_promised_call(ticket_id=fact.ticket_id, now=fact.at)


@on(WorkGiven)
def hand_over_calls_when_their_turn_comes(fact: WorkGiven) -> None:
    take_over_call_backs(ticket_id=fact.ticket_id, staff_id=fact.staff_id, now=fact.at)
