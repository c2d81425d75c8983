from __future__ import annotations

from zhiyin.channels.events import (
    DeliveryBounced,
    DeliveryDelivered,
    DeliveryFailed,
    DeliverySent,
    MessageReceived,
    ThreadContinued,
)
from zhiyin.platform.event_log.subscribing import on
from zhiyin.platform.timers.timers import TimerFired, on_timer
from zhiyin.tickets.commands import reminding, waking
from zhiyin.tickets.commands.following_up import continue_thread, note_delivery_settled
from zhiyin.tickets.commands.receiving import receive_message
from zhiyin.tickets.commands.reminding import fire_reminder
from zhiyin.tickets.commands.snoozing import wake_in_time


@on(MessageReceived)
def receive_what_a_customer_sent(fact: MessageReceived) -> None:
    receive_message(inbound_id=fact.inbound_id)


@on(DeliverySent)
def tell_the_ticket_when_sent(fact: DeliverySent) -> None:
    note_delivery_settled(delivery_id=fact.delivery_id, state="sent", now=fact.at)


@on(DeliveryDelivered)
def tell_the_ticket_when_delivered(fact: DeliveryDelivered) -> None:
    note_delivery_settled(delivery_id=fact.delivery_id, state="delivered", now=fact.at)


@on(DeliveryFailed)
def tell_the_ticket_when_failed(fact: DeliveryFailed) -> None:
    note_delivery_settled(delivery_id=fact.delivery_id, state="failed", now=fact.at)


@on(DeliveryBounced)
def tell_the_ticket_when_bounced(fact: DeliveryBounced) -> None:
    note_delivery_settled(delivery_id=fact.delivery_id, state="bounced", now=fact.at)


@on(ThreadContinued)
def keep_the_thread_when_it_changes_channel(fact: ThreadContinued) -> None:
    continue_thread(delivery_id=fact.delivery_id, thread_key=fact.thread_key)


@on_timer(waking.TIMER, subject="ticket:{key}")
def wake_a_ticket_in_time(fired: TimerFired) -> None:
    wake_in_time(ticket_id=int(fired.key), now=fired.at)


@on_timer(reminding.TIMER, subject="reminder:{key}")
def remind_in_time(fired: TimerFired) -> None:
    fire_reminder(reminder_id=int(fired.key), now=fired.at)
