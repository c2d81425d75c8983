"""What procedures do about facts from below."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.platform.event_log.subscribing import on, on_many
from zhiyin.platform.timers.timers import TimerFired, on_timer
from zhiyin.procedures.commands import importing
from zhiyin.procedures.commands.answering import take_decision
from zhiyin.procedures.commands.following import follow_merge
from zhiyin.procedures.commands.handing import ask_by_rule, ask_how_to_go_on
from zhiyin.procedures.commands.overdue import note_overdue
from zhiyin.procedures.commands.starting import start_what_fits, start_where_it_fits
from zhiyin.procedures.events_approvals import ApprovalDecided
from zhiyin.sla.definitions import PROCEDURE
from zhiyin.sla.events import ClockBreached, TaskWanted
from zhiyin.tickets.events import TicketEdited, TicketOpened, TicketSolvedByCustomer
from zhiyin.tickets.events_around import TicketMerged


@on_many(TicketOpened)
def start_procedures_when_tickets_are_opened(facts: Sequence[TicketOpened]) -> None:
    start_where_it_fits(opened=[(fact.ticket_id, fact.at) for fact in facts])


@on(TicketEdited)
def start_procedures_when_a_ticket_becomes_such(fact: TicketEdited) -> None:
    if {"category_id", "type_id"} & set(fact.fields):
        start_what_fits(ticket_id=fact.ticket_id, now=fact.at)


@on(ApprovalDecided)
def lead_the_case_on_when_decided(fact: ApprovalDecided) -> None:
    take_decision(approval_id=fact.approval_id, approved=fact.approved, by_id=fact.by_id, now=fact.at)


@on(ClockBreached)
def note_when_a_clock_runs_out(fact: ClockBreached) -> None:
    if fact.track == PROCEDURE:
        note_overdue(clock_key=fact.key, now=fact.at)


@on(TaskWanted)
def open_a_task_when_a_policy_wants_one(fact: TaskWanted) -> None:
    source = f"clock:{fact.clock_id}:{fact.position}"
    ask_by_rule(
        ticket_id=fact.ticket_id,
        source=source,
        title=fact.title,
        group_id=fact.group_id,
        staff_id=fact.staff_id,
        now=fact.at,
    )


@on(TicketSolvedByCustomer)
def ask_how_to_go_on_when_solved_by_the_customer(fact: TicketSolvedByCustomer) -> None:
    ask_how_to_go_on(ticket_id=fact.ticket_id, now=fact.at)


@on(TicketMerged)
def bring_cases_along_when_merged(fact: TicketMerged) -> None:
    if fact.ticket_id == fact.into_id:  # told on both
        follow_merge(source_id=fact.merged_id, target_id=fact.into_id, by_id=fact.by_id, now=fact.at)


@on_timer(importing.TIMER, subject="import:{key}")
def go_on_with_an_import(fired: TimerFired) -> None:
    importing.go_on(import_id=int(fired.key), now=fired.at)
