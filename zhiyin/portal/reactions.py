from __future__ import annotations

from collections.abc import Sequence

from zhiyin.customers.events import CustomerForgotten
from zhiyin.platform.event_log.subscribing import on, on_many
from zhiyin.portal.commands import shut_out_strangers
from zhiyin.portal.help.carrying import note_what_was_read
from zhiyin.tickets.events import CustomerWrote


@on(CustomerForgotten)
def end_sessions_of_the_forgotten(fact: CustomerForgotten) -> None:
    shut_out_strangers()


@on_many(CustomerWrote)
def note_what_was_read_before_the_chat(facts: Sequence[CustomerWrote]) -> None:
    ids = [fact.message_id for fact in facts if fact.message_id is not None and not fact.automatic]
    if ids:
        note_what_was_read(message_ids=ids, now=facts[-1].at)
