from __future__ import annotations

from collections.abc import Sequence

from zhiyin.channels.events import (
    DeliveryBounced,
    DeliveryDelivered,
    DeliveryFailed,
    DeliverySent,
    MessageReceived,
    RatingReceived,
    ThreadContinued,
    ThreadEnded,
)
from zhiyin.platform.event_log.subscribing import on, on_many
from zhiyin.platform.timers.timers import TimerFired, on_timer
from zhiyin.tickets.commands import bulk_changing, reminding, waking
from zhiyin.tickets.commands.following_up import continue_thread, note_delivery_settled
from zhiyin.tickets.commands.rating import keep_received_rating, note_customer_ended, tell_channel_of_case
from zhiyin.tickets.commands.receiving import receive_messages
from zhiyin.tickets.commands.reminding import fire_reminder
from zhiyin.tickets.commands.snoozing import wake_in_time
from zhiyin.tickets.events import TicketClosed, TicketRated, TicketReopened, TicketResolved


@on_many(MessageReceived, first=True)
def receive_what_customers_sent(facts: Sequence[MessageReceived]) -> None:
    receive_messages(inbound_ids=[fact.inbound_id for fact in facts])


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


@on_timer(bulk_changing.TIMER, subject="bulk:{key}")
def go_on_with_a_bulk_change(fired: TimerFired) -> None:
    bulk_changing.go_on(change_id=int(fired.key), now=fired.at)


@on_timer(reminding.TIMER, subject="reminder:{key}")
def remind_in_time(fired: TimerFired) -> None:
    fire_reminder(reminder_id=int(fired.key), now=fired.at)


@on(ThreadEnded)
def note_when_the_customer_ends_the_conversation(fact: ThreadEnded) -> None:
    note_customer_ended(thread_key=fact.thread_key, now=fact.at)


@on(RatingReceived)
def keep_a_rating_with_its_ticket(fact: RatingReceived) -> None:
    keep_received_rating(received_id=fact.received_id)


@on(TicketResolved)
def ask_for_a_rating_when_resolved(fact: TicketResolved) -> None:
    tell_channel_of_case(ticket_id=fact.ticket_id, now=fact.at)


@on(TicketClosed)
def tell_the_channel_when_closed(fact: TicketClosed) -> None:
    tell_channel_of_case(ticket_id=fact.ticket_id, now=fact.at)


@on(TicketReopened)
def ask_no_longer_when_reopened(fact: TicketReopened) -> None:
    tell_channel_of_case(ticket_id=fact.ticket_id, now=fact.at)


@on(TicketRated)
def ask_no_longer_when_rated(fact: TicketRated) -> None:
    tell_channel_of_case(ticket_id=fact.ticket_id, now=fact.at)
