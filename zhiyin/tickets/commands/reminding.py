"""Personal reminders: "remind me about this then"."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.timers.timers import cancel_timer, set_timer
from zhiyin.tickets.commands.snoozing import check_ahead
from zhiyin.tickets.events_around import ReminderDue, ReminderSet
from zhiyin.tickets.models import Reminder, Ticket

TIMER = "tickets.reminder"


@transaction.atomic
def set_reminder(*, ticket_id: int, due_at: datetime, text: str, by: Staff, now: datetime) -> Reminder:
    """Remind the person of the ticket at that moment. Raises NotAMomentAhead."""
    ticket = Ticket.objects.visible_to(by).get(pk=ticket_id)
    check_ahead(due_at, now=now)
    reminder = Reminder.objects.create(
        ticket=ticket, staff=by, due_at=due_at, text=text.strip(), created_at=now
    )
    set_timer(kind=TIMER, key=str(reminder.pk), due_at=due_at)
    emit(
        ReminderSet(
            ticket_id=ticket.pk, reminder_id=reminder.pk, staff_id=by.pk, due=due_at.isoformat(), at=now
        )
    )
    return reminder


@transaction.atomic
def drop_reminder(*, reminder_id: int, by: Staff) -> None:
    """Take back one's own reminder; raises Reminder.DoesNotExist for anybody else's."""
    reminder = Reminder.objects.select_for_update().get(pk=reminder_id, staff=by)
    cancel_timer(kind=TIMER, key=str(reminder.pk))
    reminder.delete()


@transaction.atomic
def fire_reminder(*, reminder_id: int, now: datetime) -> None:
    """Tell that a reminder's moment has come, once; nothing when it was taken back."""
    reminder = Reminder.objects.select_for_update().filter(pk=reminder_id, fired_at=None).first()
    if reminder is None:
        return
    reminder.fired_at = now
    reminder.save(update_fields=["fired_at"])
    emit(
        ReminderDue(ticket_id=reminder.ticket_id, reminder_id=reminder.pk, staff_id=reminder.staff_id, at=now)
    )
