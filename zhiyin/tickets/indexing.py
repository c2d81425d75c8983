"""The search entry of a ticket: grows with each message, holds the customer's name and addresses too."""

from __future__ import annotations

from django.db import connection

from zhiyin.customers.models import Customer
from zhiyin.platform.text.lexemes import lexemes
from zhiyin.tickets.models import Ticket

# || merges two tsvectors without positions; nothing is ever taken out but by a rebuild
_GROW = """
INSERT INTO tickets_ticketsearch (ticket_id, document, last_message_at)
VALUES (%s, array_to_tsvector(%s::text[]), %s)
ON CONFLICT (ticket_id) DO UPDATE
SET document = tickets_ticketsearch.document || excluded.document, last_message_at = excluded.last_message_at
"""


def index_ticket(ticket: Ticket, *, customer: Customer, text: str) -> None:
    """Add a message's words to the ticket's search entry."""
    about = f"{ticket.subject}\n{customer.name}\n{customer.company}\n#{ticket.pk}\n{' '.join(ticket.tags)}"
    with connection.cursor() as cursor:
        cursor.execute(_GROW, [ticket.pk, lexemes(f"{about}\n{text}"), ticket.last_message_at])
