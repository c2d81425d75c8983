"""What somebody is writing, kept on the server so that a closed laptop loses nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.tickets.models import Draft, Ticket


@transaction.atomic
def save_draft(*, ticket_id: int, text: str, by: Staff, now: datetime) -> None:
    """Keep the person's draft on this ticket; an empty one is dropped."""
    ticket = Ticket.objects.visible_to(by, "tickets.reply").get(pk=ticket_id)
    if not text.strip():
        Draft.objects.filter(ticket=ticket, staff=by).delete()
        return
    Draft.objects.update_or_create(ticket=ticket, staff=by, defaults={"text": text, "updated_at": now})


@transaction.atomic
def delete_draft(*, ticket_id: int, by: Staff) -> None:
    """Drop the person's draft on this ticket."""
    ticket = Ticket.objects.visible_to(by, "tickets.reply").get(pk=ticket_id)
    Draft.objects.filter(ticket=ticket, staff=by).delete()


def read_draft(*, ticket_id: int, by: Staff) -> str:
    """The person's draft on this ticket, '' when there is none."""
    ticket = Ticket.objects.visible_to(by, "tickets.reply").get(pk=ticket_id)
    return Draft.objects.filter(ticket=ticket, staff=by).values_list("text", flat=True).first() or ""
