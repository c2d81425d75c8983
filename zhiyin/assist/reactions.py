from __future__ import annotations

from collections.abc import Sequence

from zhiyin.assist.commands.answering import begin_deciding
from zhiyin.assist.commands.leaving import (
    hear_feedback,
    leave_when_silent,
    note_over,
    note_people_came,
    note_source_opened,
)
from zhiyin.assist.commands.rating import note_edited
from zhiyin.assist.commands.reading import Heard, read_tickets
from zhiyin.assist.commands.turns import SILENT_TIMER
from zhiyin.channels.events import AnswerRated, SourceOpened
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.event_log.subscribing import on, on_many
from zhiyin.platform.timers.timers import TimerFired, on_timer
from zhiyin.tickets.events import (
    CustomerWrote,
    ReplyWritten,
    TicketAssigned,
    TicketClosed,
    TicketResolved,
    TicketSolvedByCustomer,
)
from zhiyin.tickets.events_writing import AnsweredFromKnowledge


@on_many(CustomerWrote)
def read_when_customers_wrote(facts: Sequence[CustomerWrote]) -> None:
    """What machines answer by themselves says nothing of a customer."""
    heard = [Heard(fact.ticket_id, fact.message_id, fact.at) for fact in facts if not fact.automatic]
    if heard:
        read_tickets(heard=heard)
        begin_deciding(heard=heard)


@on(AnsweredFromKnowledge)
def note_when_a_suggestion_left_in_other_words(fact: AnsweredFromKnowledge) -> None:
    if fact.by_id is not None:
        note_edited(message_id=fact.message_id, now=fact.at)


@on(AnswerRated)
def hear_what_customers_say_of_answers(fact: AnswerRated) -> None:
    hear_feedback(delivery_id=fact.delivery_id, helpful=fact.helpful, now=fact.at)


@on(SourceOpened)
def note_what_customers_read(fact: SourceOpened) -> None:
    note_source_opened(delivery_id=fact.delivery_id, now=fact.at)


@on_many(TicketAssigned)
def leave_it_to_who_takes_it(facts: Sequence[TicketAssigned]) -> None:
    taken = [fact for fact in facts if fact.to_id is not None]
    if taken:
        note_people_came(ticket_ids={fact.ticket_id for fact in taken}, now=taken[-1].at)


@on_many(ReplyWritten)
def leave_it_to_who_answers(facts: Sequence[ReplyWritten]) -> None:
    note_people_came(ticket_ids={fact.ticket_id for fact in facts}, now=facts[-1].at)


@on_timer(SILENT_TIMER, subject="ticket:{key}")
def leave_what_was_asked_in_vain(fired: TimerFired) -> None:
    leave_when_silent(ticket_id=int(fired.key), now=fired.at)


def begin_anew_when_over(facts: Sequence[Fact]) -> None:
    note_over(ticket_ids={fact.payload()["ticket_id"] for fact in facts})


for _over in (TicketResolved, TicketClosed, TicketSolvedByCustomer):
    on_many(_over)(begin_anew_when_over)
