from __future__ import annotations

from collections.abc import Sequence

from zhiyin.customers.events import CustomerChanged
from zhiyin.platform.calendars.events import CalendarChanged
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.event_log.subscribing import on, on_many
from zhiyin.platform.timers.timers import TimerFired, on_timer
from zhiyin.sla.commands import counting, recounting
from zhiyin.sla.commands.counting import count_due_ticket, count_tickets
from zhiyin.sla.commands.escalating import act_on_level
from zhiyin.sla.commands.recounting import go_on_recounting, recount_tickets
from zhiyin.sla.events import EscalationReached
from zhiyin.sla.queries.reading_history import worth_counting
from zhiyin.tickets.events import (
    CustomerWrote,
    ReplyUndone,
    ReplyWritten,
    TicketAssigned,
    TicketClosed,
    TicketEdited,
    TicketMarkedAsSpam,
    TicketMoved,
    TicketOpened,
    TicketPutOnHold,
    TicketReopened,
    TicketResolved,
    TicketSetPending,
    TicketSolvedByCustomer,
    TicketStatusRefined,
    TicketUnmarkedAsSpam,
)
from zhiyin.tickets.events_around import TicketMerged, TicketSplit, TicketUnmerged
from zhiyin.tickets.events_writing import AnsweredFromKnowledge

_FOLLOWED: tuple[type[Fact], ...] = (
    TicketOpened,
    CustomerWrote,
    ReplyWritten,
    ReplyUndone,
    TicketAssigned,
    TicketMoved,
    TicketEdited,
    TicketReopened,
    TicketSetPending,
    TicketPutOnHold,
    TicketResolved,
    TicketClosed,
    TicketStatusRefined,
    TicketSolvedByCustomer,
    TicketMarkedAsSpam,
    TicketUnmarkedAsSpam,
    TicketMerged,
    TicketUnmerged,
    TicketSplit,
    AnsweredFromKnowledge,
)


def count_when_something_happened(facts: Sequence[Fact]) -> None:
    """Whatever is told of tickets; of several facts in a row only the last of each needs to be reacted to."""
    last: dict[int, Fact] = {fact.payload()["ticket_id"]: fact for fact in facts}
    worth = worth_counting({ticket_id: fact.position for ticket_id, fact in last.items()})
    count_tickets(moments={ticket_id: last[ticket_id].at for ticket_id in worth})


for _fact in _FOLLOWED:
    on_many(_fact)(count_when_something_happened)


@on_timer(counting.TIMER, subject="ticket:{key}")
def count_when_a_level_is_due(fired: TimerFired) -> None:
    count_due_ticket(ticket_id=int(fired.key), now=fired.at)


@on_timer(recounting.TIMER, subject="sla:recount:{key}")
def go_on_counting_anew(fired: TimerFired) -> None:
    go_on_recounting(key=fired.key, payload=fired.payload_data, now=fired.at)


@on(CalendarChanged)
def count_anew_when_business_hours_change(fact: CalendarChanged) -> None:
    recount_tickets(now=fact.at, calendar_id=fact.calendar_id)


@on(CustomerChanged)
def count_anew_when_the_customer_is_another(fact: CustomerChanged) -> None:
    recount_tickets(now=fact.at, customer_id=fact.customer_id)


@on(EscalationReached)
def do_what_the_policy_asks(fact: EscalationReached) -> None:
    act_on_level(clock_id=fact.clock_id, level=fact.level, now=fact.at)
