"""What becomes of an answer once it is owed: settled, or sent again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.channels.commands.delivering import resend_delivery
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.events import ReplySettled
from zhiyin.tickets.models import Message


@transaction.atomic
def resend_reply(*, ticket_id: int, message_id: int, by: Staff, now: datetime) -> Message:
    """Send a failed or bounced answer again, for real."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    message = Message.objects.get(ticket=ticket, pk=message_id, delivery__isnull=False)
    assert message.delivery_id is not None  # noqa: S101  (filtered above)
    delivery = resend_delivery(delivery_id=message.delivery_id, now=now)
    emit(ReplySettled(ticket_id=ticket.pk, message_id=message.pk, state=delivery.state, at=now))
    return message


@transaction.atomic
def note_delivery_settled(*, delivery_id: int, state: str, now: datetime) -> None:
    """Tell the ticket what became of its answer."""
    message = Message.objects.filter(delivery_id=delivery_id).first()
    if message is not None:
        emit(ReplySettled(ticket_id=message.ticket_id, message_id=message.pk, state=state, at=now))
