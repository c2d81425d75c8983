from __future__ import annotations

from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.event_log.subscribing import on
from zhiyin.platform.timers.timers import TimerFired, on_timer
from zhiyin.sla.commands import counting
from zhiyin.sla.commands.counting import count_ticket
from zhiyin.sla.queries.reading_history import is_told_more
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
)


def count_when_something_happened(fact: Fact) -> None:
    """Whatever is told of a ticket; of several facts in a row only the last needs to be reacted to."""
    ticket_id: int = fact.payload()["ticket_id"]
    if not is_told_more(ticket_id, fact.position):
        count_ticket(ticket_id=ticket_id, now=fact.at)


for _fact in _FOLLOWED:
    on(_fact)(count_when_something_happened)


@on_timer(counting.TIMER, subject="ticket:{key}")
def count_when_a_level_is_due(fired: TimerFired) -> None:
    count_ticket(ticket_id=int(fired.key), now=fired.at)
