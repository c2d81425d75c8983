"""What procedures do about facts from below."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.customers.events import CustomerChanged
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.event_log.subscribing import on, on_many
from zhiyin.platform.timers.timers import TimerFired, on_timer
from zhiyin.procedures.commands import importing, noticing
from zhiyin.procedures.commands.answering import take_decision
from zhiyin.procedures.commands.following import follow_merge, follow_unmerge
from zhiyin.procedures.commands.handing import ask_by_rule, ask_how_to_go_on
from zhiyin.procedures.commands.overdue import note_in_time, note_overdue
from zhiyin.procedures.commands.pausing import pause_work_on_spam, resume_work_after_spam
from zhiyin.procedures.commands.starting import start_what_fits_customer, start_where_it_fits
from zhiyin.procedures.events_approvals import ApprovalDecided
from zhiyin.sla.definitions import PROCEDURE
from zhiyin.sla.events import ClockBreached, ClockBreachWithdrawn, TaskWanted
from zhiyin.tickets.events import (
    CustomerWrote,
    ReplyWritten,
    TicketAssigned,
    TicketEdited,
    TicketMarkedAsSpam,
    TicketMoved,
    TicketOpened,
    TicketPutOnHold,
    TicketReopened,
    TicketSetPending,
    TicketSolvedByCustomer,
    TicketStatusRefined,
    TicketUnmarkedAsSpam,
)
from zhiyin.tickets.events_around import (
    FollowerAdded,
    TicketMerged,
    TicketReturned,
    TicketsLinked,
    TicketSplit,
    TicketUnmerged,
)

# whatever conditions ask about, one of these tells when it changes
_MAY_FIT: tuple[type[Fact], ...] = (
    TicketOpened,
    TicketEdited,
    TicketAssigned,
    TicketMoved,
    TicketReopened,
    TicketSetPending,
    TicketPutOnHold,
    TicketStatusRefined,
    TicketReturned,
    CustomerWrote,
    ReplyWritten,
    TicketsLinked,
    TicketSplit,
    FollowerAdded,
    ClockBreached,
)


def start_procedures_where_tickets_fit(facts: Sequence[Fact]) -> None:
    start_where_it_fits(changed={fact.payload()["ticket_id"]: fact.at for fact in facts})


for _fact in _MAY_FIT:
    on_many(_fact)(start_procedures_where_tickets_fit)


@on(CustomerChanged)
def start_procedures_when_the_customer_is_such(fact: CustomerChanged) -> None:
    start_what_fits_customer(customer_id=fact.customer_id, now=fact.at)


@on(ApprovalDecided)
def lead_the_case_on_when_decided(fact: ApprovalDecided) -> None:
    take_decision(approval_id=fact.approval_id, approved=fact.approved, by_id=fact.by_id, now=fact.at)


@on(ClockBreached)
def note_when_a_clock_runs_out(fact: ClockBreached) -> None:
    if fact.track == PROCEDURE:
        note_overdue(clock_key=fact.key, now=fact.at)


@on(ClockBreachWithdrawn)
def note_when_it_was_in_time(fact: ClockBreachWithdrawn) -> None:
    if fact.track == PROCEDURE:
        note_in_time(clock_key=fact.key)


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


@on(TicketUnmerged)
def give_cases_back_when_unmerged(fact: TicketUnmerged) -> None:
    if fact.ticket_id == fact.into_id:  # told on both
        follow_unmerge(source_id=fact.merged_id, target_id=fact.into_id, by_id=fact.by_id, now=fact.at)


@on(TicketMarkedAsSpam)
def pause_work_when_marked_as_spam(fact: TicketMarkedAsSpam) -> None:
    pause_work_on_spam(ticket_id=fact.ticket_id, by_id=fact.by_id, now=fact.at)


@on(TicketUnmarkedAsSpam)
def resume_work_when_it_was_no_spam(fact: TicketUnmarkedAsSpam) -> None:
    resume_work_after_spam(ticket_id=fact.ticket_id, by_id=fact.by_id, now=fact.at)


@on_timer(noticing.TIMER, subject="child_notice:{key}")
def go_on_with_a_notice(fired: TimerFired) -> None:
    noticing.go_on_telling(notice_id=int(fired.key), now=fired.at)


@on_timer(importing.TIMER, subject="import:{key}")
def go_on_with_an_import(fired: TimerFired) -> None:
    importing.go_on(import_id=int(fired.key), now=fired.at)
