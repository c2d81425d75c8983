"""Around a ticket: followers, snooze, one's own reminders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Schema, Status
from pydantic import AwareDatetime, Field

from zhiyin.people.access import Signed, needs
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.following import follow_ticket, unfollow_ticket
from zhiyin.tickets.commands.reminding import drop_reminder, set_reminder
from zhiyin.tickets.commands.snoozing import snooze_ticket, wake_ticket
from zhiyin.tickets.models import Reminder, Ticket
from zhiyin.tickets.queries.following import followers_of, reminders_of
from zhiyin.tickets.queries.page import ticket_for_page
from zhiyin.tickets.shapes import TicketRow


class FollowerShape(Schema):
    id: int
    name: str
    may_see: bool = Field(
        description="false: their scope does not reach this ticket, and following gives no access"
    )


class FollowerBody(Schema):
    staff_id: int | None = Field(None, description="you, when left out")


class SnoozeBody(Schema):
    until: AwareDatetime | None = Field(None, description="null: until the customer writes, 30 days at most")


class ReminderBody(Schema):
    due_at: AwareDatetime
    text: str = Field("", max_length=1000)


class ReminderShape(Schema):
    id: int
    ticket_id: int
    subject: str
    due_at: datetime
    text: str


@router.get("/tickets/{int:ticket_id}/followers", response=list[FollowerShape], auth=needs("tickets.read"))
def get_followers(request: Signed, ticket_id: int) -> Any:
    """Who follows the ticket, and whether they may see it."""
    return _followers(Ticket.objects.visible_to(request.auth).get(pk=ticket_id))


@router.post("/tickets/{int:ticket_id}/followers", response=list[FollowerShape], auth=needs("tickets.read"))
def post_follower(request: Signed, ticket_id: int, body: FollowerBody) -> Any:
    """Follow the ticket, or let a colleague follow it."""
    staff_id = body.staff_id or request.auth.pk
    follow_ticket(ticket_id=ticket_id, staff_id=staff_id, by=request.auth, now=timezone.now())
    return _followers(Ticket.objects.get(pk=ticket_id))


@router.delete(
    "/tickets/{int:ticket_id}/followers/{int:staff_id}",
    response=list[FollowerShape],
    auth=needs("tickets.read"),
)
def delete_follower(request: Signed, ticket_id: int, staff_id: int) -> Any:
    """Follow it no more."""
    unfollow_ticket(ticket_id=ticket_id, staff_id=staff_id, by=request.auth, now=timezone.now())
    return _followers(Ticket.objects.get(pk=ticket_id))


@router.put("/tickets/{int:ticket_id}/snooze", response=TicketRow, auth=needs("tickets.edit"))
def put_snooze(request: Signed, ticket_id: int, body: SnoozeBody) -> Any:
    """Put the ticket aside until a moment or until the customer writes."""
    snooze_ticket(ticket_id=ticket_id, until=body.until, by=request.auth, now=timezone.now())
    return ticket_for_page(ticket_id=ticket_id, by=request.auth)


@router.delete("/tickets/{int:ticket_id}/snooze", response=TicketRow, auth=needs("tickets.edit"))
def delete_snooze(request: Signed, ticket_id: int) -> Any:
    """Bring the ticket back before its time."""
    wake_ticket(ticket_id=ticket_id, by=request.auth, now=timezone.now())
    return ticket_for_page(ticket_id=ticket_id, by=request.auth)


@router.get("/reminders", response=list[ReminderShape], auth=needs("tickets.read"))
def get_reminders(request: Signed, ticket: int | None = None) -> Any:
    """Your reminders that are still ahead, of one ticket or of all."""
    return [_reminder(one) for one in reminders_of(request.auth, ticket_id=ticket)]


@router.post("/tickets/{int:ticket_id}/reminders", response={201: ReminderShape}, auth=needs("tickets.read"))
def post_reminder(request: Signed, ticket_id: int, body: ReminderBody) -> Any:
    """Be reminded of this ticket; nobody else sees it."""
    reminder = set_reminder(
        ticket_id=ticket_id, due_at=body.due_at, text=body.text, by=request.auth, now=timezone.now()
    )
    return Status(201, _reminder(reminder))


@router.delete("/reminders/{int:reminder_id}", response={204: None}, auth=needs("tickets.read"))
def delete_reminder(request: Signed, reminder_id: int) -> Any:
    """Take back a reminder of yours."""
    drop_reminder(reminder_id=reminder_id, by=request.auth)
    return Status(204, None)


def _followers(ticket: Ticket) -> list[FollowerShape]:
    return [
        FollowerShape(id=one.staff.pk, name=one.staff.name, may_see=one.may_see)
        for one in followers_of(ticket)
    ]


def _reminder(reminder: Reminder) -> ReminderShape:
    return ReminderShape(
        id=reminder.pk,
        ticket_id=reminder.ticket_id,
        subject=reminder.ticket.subject,
        due_at=reminder.due_at,
        text=reminder.text,
    )
