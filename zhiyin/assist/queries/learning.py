"""What the classifier learns from: tickets whose category people gave, and their first words."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

READ = 1000  # characters of the first message


@dataclass(frozen=True)
class KnownTicket:
    ticket_id: int
    text: str
    category: str  # its id


# the newest tickets with a category, and what their customer wrote first
_KNOWN = """
SELECT ticket.id, ticket.category_id, ticket.subject, said.text
FROM tickets_ticket ticket
JOIN tickets_category category ON category.id = ticket.category_id AND category.active
CROSS JOIN LATERAL (
    SELECT left(inbound.text, %s) AS text
    FROM tickets_message message JOIN channels_inboundmessage inbound ON inbound.id = message.inbound_id
    WHERE message.ticket_id = ticket.id AND inbound.automatic = ''
    ORDER BY message.at, message.id LIMIT 1) said
WHERE ticket.merged_into_id IS NULL AND ticket.anonymised_at IS NULL AND length(said.text) > 0
ORDER BY ticket.id DESC LIMIT %s
"""


def known_tickets(*, most: int) -> list[KnownTicket]:
    """The newest that teach something; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [READ, most])
        rows = cursor.fetchall()
    return [KnownTicket(pk, f"{subject}\n{text}", str(category)) for pk, category, subject, text in rows]
