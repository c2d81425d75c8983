"""What became of entries that a machine told, drafted or did not dare to tell: whether each was the right one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from zhiyin.assist.answering.recalibrating import Outcome, Scaling
from zhiyin.assist.models import Recalibration

QUIET = timedelta(days=7)  # without a word from the customer: the answer did
KEPT = timedelta(days=400)
MOST = 20_000

# told: wrong where a colleague says so on the case, the customer does, or people were asked for or came; right where the
# customer says so, or has nothing more to say. Drafted or not told: by the entry that a colleague answered from.
_OUTCOMES = """
SELECT ticket_id, fit, uncorrected, is_right FROM (
    SELECT answer.id, answer.ticket_id, answer.fit, answer.uncorrected,
        CASE WHEN answer.state = 'answered' THEN
            CASE WHEN EXISTS (SELECT FROM knowledge_flag flag WHERE flag.version_id = answer.version_id
                              AND flag.ticket_id = answer.ticket_id AND flag.state <> 'dismissed') THEN false
                 WHEN answer.helped IS NOT NULL THEN answer.helped
                 WHEN answer.people_at IS NOT NULL THEN false
                 WHEN answer.decided_at <= %(quiet)s AND NOT EXISTS (
                     SELECT FROM tickets_message later WHERE later.ticket_id = answer.ticket_id
                     AND later.kind = 'inbound' AND later.id > answer.message_id) THEN true END
        ELSE (SELECT bool_or(edition.entry_id = answer.entry_id)
              FROM tickets_message reply
              JOIN tickets_knowledgeuse taken ON taken.message_id = reply.id
              JOIN knowledge_version version ON version.id = taken.version_id
              JOIN knowledge_edition edition ON edition.id = version.edition_id
              WHERE reply.id = (SELECT first.id FROM tickets_message first
                                WHERE first.ticket_id = answer.ticket_id AND first.id > answer.message_id
                                AND first.kind = 'outbound' AND first.staff_id IS NOT NULL
                                ORDER BY first.id LIMIT 1))
        END AS is_right
    FROM assist_automaticanswer answer JOIN tickets_ticket ticket ON ticket.id = answer.ticket_id
    WHERE answer.fit <> '' AND answer.way = 'entry' AND answer.entry_id IS NOT NULL AND answer.asked_at > %(since)s
      AND (answer.state IN ('answered', 'drafted') OR (answer.state = 'left' AND answer.reason = 'unsure'))
      AND ticket.anonymised_at IS NULL AND ticket.merged_into_id IS NULL) told
WHERE is_right IS NOT NULL ORDER BY id DESC LIMIT %(most)s
"""


def answer_outcomes(*, now: datetime) -> list[Outcome]:
    """Those that are known, the newest first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, {"quiet": now - QUIET, "since": now - KEPT, "most": MOST})
        return [Outcome(ticket_id, fit, chance, right) for ticket_id, fit, chance, right in cursor.fetchall()]


def scalings_in_force() -> dict[str, Scaling]:
    """How chances are set right now, by fit; one query."""
    told = Recalibration.objects.filter(active=True).values_list("scalings", flat=True).first() or {}
    return {fit: Scaling(**numbers) for fit, numbers in told.items()}
