from __future__ import annotations

from collections.abc import Sequence

from zhiyin.assist.commands.reading import Heard, read_tickets
from zhiyin.platform.event_log.subscribing import on_many
from zhiyin.tickets.events import CustomerWrote


@on_many(CustomerWrote)
def read_when_customers_wrote(facts: Sequence[CustomerWrote]) -> None:
    """What machines answer by themselves says nothing of a customer."""
    heard = [Heard(fact.ticket_id, fact.message_id, fact.at) for fact in facts if not fact.automatic]
    if heard:
        read_tickets(heard=heard)
