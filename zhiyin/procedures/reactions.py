"""What procedures do about facts from below, and about time."""

from __future__ import annotations

from zhiyin.platform.event_log.subscribing import on
from zhiyin.platform.timers.timers import TimerFired, on_timer
from zhiyin.procedures.commands import clocking
from zhiyin.procedures.commands.answering import take_decision
from zhiyin.procedures.commands.overdue import note_overdue
from zhiyin.procedures.commands.starting import start_what_fits
from zhiyin.procedures.events_approvals import ApprovalDecided
from zhiyin.tickets.events import TicketEdited, TicketOpened


@on(TicketOpened)
def start_procedures_when_a_ticket_is_opened(fact: TicketOpened) -> None:
    start_what_fits(ticket_id=fact.ticket_id, now=fact.at)


@on(TicketEdited)
def start_procedures_when_a_ticket_becomes_such(fact: TicketEdited) -> None:
    if {"category_id", "type_id"} & set(fact.fields):
        start_what_fits(ticket_id=fact.ticket_id, now=fact.at)


@on(ApprovalDecided)
def lead_the_case_on_when_decided(fact: ApprovalDecided) -> None:
    take_decision(approval_id=fact.approval_id, approved=fact.approved, by_id=fact.by_id, now=fact.at)


@on_timer(clocking.TIMER, subject="procedure-clock:{key}")
def note_when_a_clock_runs_out(fired: TimerFired) -> None:
    note_overdue(clock_key=fired.key, now=fired.at)
