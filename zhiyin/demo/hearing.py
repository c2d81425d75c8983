"""What assistance would have made of the demo's latest tickets, had it been there when they came in."""

from __future__ import annotations

from datetime import datetime

from zhiyin.assist.commands.reading import Heard, read_tickets
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.tickets.models import Ticket

LATEST = 250  # tickets that are read; a large demo has no moods beyond


def hear(*, now: datetime) -> None:
    """Read the latest tickets; what that would have told stays untold."""
    told_before = set(PendingEvent.objects.values_list("pk", flat=True))
    ids = list(Ticket.objects.themselves().order_by("-created_at").values_list("pk", flat=True)[:LATEST])
    read_tickets(heard=[Heard(ticket_id, None, now) for ticket_id in ids])
    PendingEvent.objects.exclude(pk__in=told_before).delete()
