from __future__ import annotations

from collections.abc import Sequence

from zhiyin.assist.commands.rating import note_edited
from zhiyin.assist.commands.reading import Heard, read_tickets
from zhiyin.platform.event_log.subscribing import on, on_many
from zhiyin.tickets.events import CustomerWrote
from zhiyin.tickets.events_writing import AnsweredFromKnowledge


@on_many(CustomerWrote)
def read_when_customers_wrote(facts: Sequence[CustomerWrote]) -> None:
    """What machines answer by themselves says nothing of a customer."""
    heard = [Heard(fact.ticket_id, fact.message_id, fact.at) for fact in facts if not fact.automatic]
    if heard:
        read_tickets(heard=heard)


@on(AnsweredFromKnowledge)
def note_when_a_suggestion_left_in_other_words(fact: AnsweredFromKnowledge) -> None:
    if fact.by_id is not None:
        note_edited(message_id=fact.message_id, now=fact.at)
