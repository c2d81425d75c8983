"""What becomes of an answer once it is owed: settled, or sent again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.channels.commands.delivering import resend_delivery
from zhiyin.channels.models import Delivery
from zhiyin.channels.providers.registry import provider_of
from zhiyin.customers.normalising import normal_identity
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.events import ReplySettled
from zhiyin.tickets.models import Message, Participant, ThreadKey
from zhiyin.tickets.queries.aliases import lock_root


@transaction.atomic
def resend_reply(*, ticket_id: int, message_id: int, by: Staff, now: datetime) -> Message:
    """Send a failed or bounced answer again, for real."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    message = Message.objects.get(ticket=ticket, pk=message_id, delivery__isnull=False)
    assert message.delivery_id is not None
    delivery = resend_delivery(delivery_id=message.delivery_id, now=now)
    emit(ReplySettled(ticket_id=ticket.pk, message_id=message.pk, state=delivery.state, at=now))
    return message


@transaction.atomic
def note_delivery_settled(*, delivery_id: int, state: str, now: datetime) -> None:
    """Tell the ticket what became of its answer."""
    message = Message.objects.filter(delivery_id=delivery_id).first()
    if message is not None:
        emit(ReplySettled(ticket_id=message.ticket_id, message_id=message.pk, state=state, at=now))


@transaction.atomic
def continue_thread(*, delivery_id: int, thread_key: str) -> None:
    """Let answers to this delivery come back to the ticket of the thread it goes on with."""
    home_id = ThreadKey.objects.filter(key=thread_key).values_list("ticket_id", flat=True).first()
    delivery = Delivery.objects.select_related("channel").get(pk=delivery_id)
    if home_id is None:
        return
    ticket = lock_root(home_id)
    keys = provider_of(delivery.channel.kind).own_keys(delivery)
    ThreadKey.objects.bulk_create(
        (ThreadKey(key=key, ticket_id=home_id) for key in keys), ignore_conflicts=True
    )
    Participant.objects.bulk_create(
        [
            Participant(
                ticket=ticket,
                kind=delivery.recipient_kind,
                value=normal_identity(delivery.recipient_kind, delivery.recipient),
                name=delivery.recipient_name,
            )
        ],
        ignore_conflicts=True,
    )
