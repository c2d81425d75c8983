"""What promises, updates, incidents and surveys do about time and about tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zhiyin.platform.event_log.subscribing import on, on_many
from zhiyin.platform.timers.timers import TimerFired, on_timer
from zhiyin.procedures.commands import incidents, surveying, updating, watching
from zhiyin.procedures.commands.joining import join_cases_of_incidents
from zhiyin.procedures.events_incidents import IncidentResolved
from zhiyin.tickets.events import (
    ReplyWritten,
    TicketClosed,
    TicketEdited,
    TicketMarkedAsSpam,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketSolvedByCustomer,
)
from zhiyin.tickets.events_around import TicketMerged
from zhiyin.tickets.events_writing import CustomerTold


@on_timer(watching.TIMER, subject="promise:{key}")
def look_at_a_promise_in_time(fired: TimerFired) -> None:
    told = fired.payload_data
    watching.look_at_promise(promise_id=int(fired.key), step=told["step"], due=told["due"], now=fired.at)


@on(ReplyWritten)
def keep_the_update_when_answered(fact: ReplyWritten) -> None:
    told: dict[str, Any] = {"ticket_id": fact.ticket_id, "message_id": fact.message_id, "by_id": fact.by_id}
    updating.note_heard(**told, now=fact.at)


@on(CustomerTold)
def keep_the_update_when_told(fact: CustomerTold) -> None:
    told: dict[str, Any] = {"ticket_id": fact.ticket_id, "message_id": fact.message_id, "by_id": fact.by_id}
    updating.note_heard(**told, now=fact.at)


@on_many(TicketOpened)
def set_the_rhythm_when_opened(facts: Sequence[TicketOpened]) -> None:
    by_customers = [(fact.ticket_id, fact.customer_id, fact.at) for fact in facts if fact.by_id is None]
    join_cases_of_incidents(opened=by_customers)
    updating.follow_rules_where_any(opened=[(fact.ticket_id, fact.at) for fact in facts])


@on(TicketEdited)
def set_the_rhythm_when_more_urgent(fact: TicketEdited) -> None:
    if "priority" in fact.fields:
        updating.follow_rules(ticket_id=fact.ticket_id, now=fact.at)


@on(TicketResolved)
def ask_how_they_found_it_when_resolved(fact: TicketResolved) -> None:
    updating.pause_rhythm(ticket_id=fact.ticket_id, now=fact.at)
    surveying.plan_survey(ticket_id=fact.ticket_id, now=fact.at)


@on(TicketSolvedByCustomer)
def ask_how_they_found_it_when_solved_by_them(fact: TicketSolvedByCustomer) -> None:
    updating.pause_rhythm(ticket_id=fact.ticket_id, now=fact.at)
    surveying.plan_survey(ticket_id=fact.ticket_id, now=fact.at)


@on(TicketClosed)
def owe_no_updates_when_closed(fact: TicketClosed) -> None:
    updating.pause_rhythm(ticket_id=fact.ticket_id, now=fact.at)


@on(TicketMarkedAsSpam)
def owe_no_updates_to_spam(fact: TicketMarkedAsSpam) -> None:
    updating.pause_rhythm(ticket_id=fact.ticket_id, now=fact.at)


@on(TicketReopened)
def owe_updates_again_when_reopened(fact: TicketReopened) -> None:
    surveying.drop_planned_survey(ticket_id=fact.ticket_id)
    updating.resume_rhythm(ticket_id=fact.ticket_id, now=fact.at)


@on(TicketMerged)
def owe_no_updates_twice_when_merged(fact: TicketMerged) -> None:
    if fact.ticket_id == fact.merged_id:
        updating.end_updates_of_alias(ticket_id=fact.merged_id, now=fact.at)


@on_timer(surveying.TIMER, subject="ticket:{key}")
def ask_in_time(fired: TimerFired) -> None:
    surveying.send_survey(ticket_id=int(fired.key), now=fired.at)


@on(IncidentResolved)
def bring_tickets_back_when_resolved(fact: IncidentResolved) -> None:
    incidents.bring_back_linked(incident_id=fact.incident_id, now=fact.at)


@on_timer(incidents.TIMER, subject="incident:{key}")
def go_on_bringing_back(fired: TimerFired) -> None:
    incidents.bring_back_linked(incident_id=int(fired.key), now=fired.at)
