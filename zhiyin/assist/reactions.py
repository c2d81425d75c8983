from __future__ import annotations

from zhiyin.assist.commands.reading import read_ticket
from zhiyin.platform.event_log.subscribing import on
from zhiyin.tickets.events import CustomerWrote


@on(CustomerWrote)
def read_when_the_customer_wrote(fact: CustomerWrote) -> None:
    if not fact.automatic:
        read_ticket(ticket_id=fact.ticket_id, now=fact.at)
