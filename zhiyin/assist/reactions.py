from __future__ import annotations

from zhiyin.assist.commands.rating import note_edited
from zhiyin.assist.commands.reading import read_ticket
from zhiyin.platform.event_log.subscribing import on
from zhiyin.tickets.events import CustomerWrote
from zhiyin.tickets.events_writing import AnsweredFromKnowledge


@on(CustomerWrote)
def read_when_the_customer_wrote(fact: CustomerWrote) -> None:
    if not fact.automatic:
        read_ticket(ticket_id=fact.ticket_id, now=fact.at)


@on(AnsweredFromKnowledge)
def note_when_a_suggestion_left_in_other_words(fact: AnsweredFromKnowledge) -> None:
    if fact.by_id is not None:
        note_edited(message_id=fact.message_id, now=fact.at)
