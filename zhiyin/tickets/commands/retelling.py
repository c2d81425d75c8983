"""What a ticket's row says of its messages, told anew after some came or went."""

from __future__ import annotations

from zhiyin.tickets.models import PREVIEW_LENGTH, Message, Ticket

TOLD = ("preview", "last_message_at", "last_message_from", "waiting_since", "message_count")


def retell(ticket: Ticket) -> None:
    """Last word, count and waiting time of a locked ticket, by the messages that are on it; not saved."""
    said = Message.objects.filter(ticket=ticket).exclude(kind=Message.Kind.NOTE)
    ticket.message_count = said.count()
    spoken = said.filter(inbound=None) | said.filter(inbound__automatic="")
    last = (
        (spoken if spoken.exists() else said)
        .order_by("-at", "-pk")
        .select_related("inbound", "delivery")
        .first()
    )
    if last is None:
        return
    words = last.inbound or last.delivery
    text = (words.text or words.subject) if words else ""
    ticket.preview = " ".join(text[: PREVIEW_LENGTH * 4].split())[:PREVIEW_LENGTH]
    ticket.last_message_at = last.at
    ticket.last_message_from = "customer" if last.inbound_id else "staff"
    answered = spoken.filter(kind=Message.Kind.OUTBOUND).order_by("-at", "-pk").first()
    unanswered = spoken.filter(kind=Message.Kind.INBOUND).order_by("at", "pk")
    if answered is not None:
        unanswered = unanswered.filter(at__gt=answered.at)
    first = unanswered.first()
    ticket.waiting_since = first.at if first is not None and ticket.is_active else None
