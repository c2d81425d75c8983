"""What moods are learned from: readings that people corrected, and those they let stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from zhiyin.assist.models import Correction

if TYPE_CHECKING:
    from zhiyin.assist.moods.learning import Example

MOST_CORRECTED = 2_000
MOST_ACCEPTED = 20_000
READ = 1000  # characters of the message

# the newest corrections, of one message the last, with what the customer had written last by then
_CORRECTED = """
SELECT ticket_id, text, is_now FROM (
    SELECT DISTINCT ON (said.id) correction.id, correction.ticket_id, said.text, correction.is_now
    FROM assist_correction correction JOIN tickets_ticket ticket ON ticket.id = correction.ticket_id
    CROSS JOIN LATERAL (
        SELECT message.id, left(inbound.text, %(read)s) AS text
        FROM tickets_message message JOIN channels_inboundmessage inbound ON inbound.id = message.inbound_id
        WHERE message.ticket_id = correction.ticket_id AND inbound.automatic = '' AND message.at <= correction.at
        ORDER BY message.at DESC, message.id DESC LIMIT 1) said
    WHERE correction.what = 'mood' AND ticket.anonymised_at IS NULL AND length(said.text) > 0
    ORDER BY said.id, correction.id DESC) newest
ORDER BY id DESC LIMIT %(most)s
"""
# what customers wrote last on tickets that a person answered after it was read, and left the mood as it was
_ACCEPTED = """
SELECT reading.ticket_id, said.text, reading.mood
FROM assist_reading reading JOIN tickets_ticket ticket ON ticket.id = reading.ticket_id
CROSS JOIN LATERAL (
    SELECT left(inbound.text, %(read)s) AS text
    FROM tickets_message message JOIN channels_inboundmessage inbound ON inbound.id = message.inbound_id
    WHERE message.ticket_id = ticket.id AND inbound.automatic = ''
    ORDER BY message.at DESC, message.id DESC LIMIT 1) said
WHERE reading.mood <> '' AND reading.mood_by_id IS NULL AND ticket.anonymised_at IS NULL AND length(said.text) > 0
  AND ticket.merged_into_id IS NULL
  AND EXISTS (SELECT FROM tickets_message answer WHERE answer.ticket_id = ticket.id AND answer.kind = 'outbound'
              AND answer.staff_id IS NOT NULL AND answer.at >= reading.read_at)
  AND NOT EXISTS (SELECT FROM assist_correction correction WHERE correction.ticket_id = ticket.id)
ORDER BY reading.read_at DESC LIMIT %(most)s
"""


def mood_examples() -> list[Example]:
    """Both, the newest first; two queries."""
    from zhiyin.assist.moods.learning import Example

    corrected = _rows(_CORRECTED, MOST_CORRECTED)
    accepted = _rows(_ACCEPTED, MOST_ACCEPTED)
    return [
        Example(ticket_id, text, mood, was_corrected)
        for rows, was_corrected in ((corrected, True), (accepted, False))
        for ticket_id, text, mood in rows
    ]


def corrections_made() -> int:
    """How often somebody corrected a mood; one query."""
    return Correction.objects.filter(what=Correction.What.MOOD).count()


def _rows(statement: str, most: int) -> list[tuple[int, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"read": READ, "most": most})
        return [(ticket_id, text, mood) for ticket_id, text, mood in cursor]
