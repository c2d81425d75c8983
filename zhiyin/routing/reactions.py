"""What queues do about people and tickets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event
from typing import Any, Protocol

from django.utils import timezone

from zhiyin.assist.events import LeftToPeople, QuestionAnswered
from zhiyin.assist.queries.answering import PATIENCE, with_machine
from zhiyin.channels.events import CallBackUnwished, CallBackWished
from zhiyin.people.events import (
    CustomPresenceSaved,
    MembershipChanged,
    PresenceChanged,
    SkillRemoved,
    SkillsChanged,
    StaffDeactivated,
)
from zhiyin.people.models import Presence
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.event_log.subscribing import on, on_many
from zhiyin.platform.timers.timers import TimerFired, cancel_timer, on_timer, set_timer
from zhiyin.platform.worker.loops import background
from zhiyin.routing.commands import giving
from zhiyin.routing.commands.calling_back import drop_call_back, take_call_back
from zhiyin.routing.commands.dispatching import fill_or_leave, sweep
from zhiyin.routing.commands.entering import (
    end_work,
    enter_queue,
    fall_quiet,
    follow_holder,
    forget_skill,
    raise_rank,
    reconsider,
    review_work,
    wake_work,
)
from zhiyin.routing.commands.heeding import ClockWatch, heed_the_clock
from zhiyin.routing.commands.leaving import (
    AWAY_TIMER,
    USUAL_MINUTES,
    give_back,
    give_back_when_away,
    watch_away,
)
from zhiyin.routing.commands.offering import expire_offer
from zhiyin.routing.commands.planning import many_wait
from zhiyin.routing.commands.seats import refresh_seats, take_seat
from zhiyin.routing.models import WorkItem
from zhiyin.routing.queries.concerning import concerned
from zhiyin.routing.telling import Teller
from zhiyin.tickets.events import (
    CustomerWrote,
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
    TicketUnmarkedAsSpam,
)
from zhiyin.tickets.events_around import (
    TicketDeadlineMoved,
    TicketMerged,
    TicketsLinked,
    TicketSnoozed,
    TicketUnmerged,
    TicketWoken,
)

LEAVES = ("offline",)  # work comes back at once
MACHINE_TIMER = "routing.machine"
SWEPT_EVERY, PLANNED_EVERY = 1.0, 0.25  # seconds
TOLD_EVERY = 3.0


class _OnTicket(Protocol):
    """A fact that tells of a ticket."""

    @property
    def ticket_id(self) -> int: ...

    @property
    def at(self) -> datetime: ...


def _enter(fact: _OnTicket) -> None:
    enter_queue(ticket_id=fact.ticket_id, now=_moment(fact))


def _wake(fact: _OnTicket) -> None:
    wake_work(ticket_id=fact.ticket_id, now=_moment(fact))


def _follow_holder(fact: TicketAssigned) -> None:
    follow_holder(ticket_id=fact.ticket_id, by_id=fact.by_id, now=_moment(fact))
    _fill(fact.from_id, fact)


def _end_as_done(fact: _OnTicket) -> None:
    _fill(end_work(ticket_id=fact.ticket_id, state=WorkItem.State.DONE, now=_moment(fact)), fact)


def _end_as_left(fact: _OnTicket) -> None:
    _fill(end_work(ticket_id=fact.ticket_id, state=WorkItem.State.LEFT, now=_moment(fact)), fact)


def _end_alias(fact: TicketMerged) -> None:
    """Told on both sides; the one that became an alias wants nobody any more."""
    if fact.ticket_id == fact.merged_id:
        _end_as_left(fact)


def _free_unit(fact: _OnTicket) -> None:
    _fill(fall_quiet(ticket_id=fact.ticket_id, now=_moment(fact)), fact)


def _reconsider(fact: _OnTicket) -> None:
    reconsider(ticket_id=fact.ticket_id, now=_moment(fact))


def _raise_rank(fact: _OnTicket) -> None:
    raise_rank(ticket_id=fact.ticket_id, now=_moment(fact))


_ON_TICKETS: dict[type[Fact], Callable[[Any], None]] = {
    TicketOpened: _enter,
    TicketUnmarkedAsSpam: _enter,
    TicketUnmerged: _enter,
    CustomerWrote: _wake,
    TicketReopened: _wake,
    TicketWoken: _wake,
    TicketAssigned: _follow_holder,
    TicketResolved: _end_as_done,
    TicketClosed: _end_as_done,
    TicketSolvedByCustomer: _end_as_done,
    TicketMarkedAsSpam: _end_as_left,
    TicketMerged: _end_alias,
    TicketSetPending: _free_unit,
    TicketPutOnHold: _free_unit,
    TicketSnoozed: _free_unit,
    TicketEdited: _reconsider,
    TicketMoved: _reconsider,
    TicketDeadlineMoved: _raise_rank,
    TicketsLinked: _raise_rank,
    QuestionAnswered: _free_unit,
    LeftToPeople: _wake,
}
# what brings a ticket into a queue, unless a machine has it
_BRINGS = (TicketOpened, CustomerWrote, TicketReopened)


def follow_tickets(facts: Sequence[Fact]) -> None:
    """Most tickets are in no queue and belong in none: one look says which others there are, and they are led one by one."""
    ids = [fact.payload()["ticket_id"] for fact in facts]
    known = concerned(set(ids))
    brought = {
        one for one, fact in zip(ids, facts, strict=True) if one in known and isinstance(fact, _BRINGS)
    }
    machines = with_machine(brought, now=timezone.now()) if brought else set()
    for ticket_id in machines:  # one that does not decide is not waited for
        set_timer(kind=MACHINE_TIMER, key=str(ticket_id), due_at=timezone.now() + PATIENCE)
    for ticket_id, fact in zip(ids, facts, strict=True):
        if ticket_id in machines and isinstance(fact, _BRINGS):
            continue
        # whoever a ticket was taken from may have room now, wherever it is
        if ticket_id in known or (isinstance(fact, TicketAssigned) and fact.from_id is not None):
            _ON_TICKETS[type(fact)](fact)


for _fact in _ON_TICKETS:
    on_many(_fact)(follow_tickets)


@on_timer(MACHINE_TIMER, subject="ticket:{key}")
def wait_for_no_machine_that_does_not_decide(fired: TimerFired) -> None:
    ticket_id, now = int(fired.key), _moment(fired)
    if concerned({ticket_id}) and not with_machine({ticket_id}, now=now):
        wake_work(ticket_id=ticket_id, now=now)


@on(PresenceChanged)
def follow_who_is_there(fact: PresenceChanged) -> None:
    take_seat(staff_id=fact.staff_id, is_ready=fact.state == "available", now=fact.at)
    if fact.state == "available":
        refresh_seats(staff_ids=[fact.staff_id], now=_moment(fact))
        fill_or_leave(staff_id=fact.staff_id, now=_moment(fact))
    if fact.state == "away":
        watch_away(staff_id=fact.staff_id, now=_moment(fact))
    else:
        cancel_timer(kind=AWAY_TIMER, key=str(fact.staff_id))
    if fact.state in LEAVES:
        give_back(staff_id=fact.staff_id, reason="left", now=_moment(fact))


@on(CustomPresenceSaved)
def follow_what_a_state_may_take(fact: CustomPresenceSaved) -> None:
    in_it = list(Presence.objects.filter(custom=fact.custom_id).values_list("pk", flat=True))
    refresh_seats(staff_ids=in_it, now=_moment(fact))
    for staff_id in in_it:
        fill_or_leave(staff_id=staff_id, now=_moment(fact))


@on(StaffDeactivated)
def take_back_what_somebody_gone_had(fact: StaffDeactivated) -> None:
    take_seat(staff_id=fact.staff_id, is_ready=False, now=_moment(fact))
    give_back(staff_id=fact.staff_id, reason="left", now=_moment(fact))


@on(MembershipChanged)
def follow_who_is_in_which_group(fact: MembershipChanged) -> None:
    refresh_seats(staff_ids=[fact.staff_id], now=_moment(fact))
    fill_or_leave(staff_id=fact.staff_id, now=_moment(fact))


@on(SkillsChanged)
def follow_who_can_what(fact: SkillsChanged) -> None:
    refresh_seats(staff_ids=[fact.staff_id], now=_moment(fact))
    fill_or_leave(staff_id=fact.staff_id, now=_moment(fact))


@on(SkillRemoved)
def ask_for_a_skill_no_longer(fact: SkillRemoved) -> None:
    forget_skill(skill_id=fact.skill_id, now=_moment(fact))


@on(CallBackWished)
def keep_the_place_of_who_wants_to_be_called(fact: CallBackWished) -> None:
    take_call_back(thread_key=fact.thread_key, wish_id=fact.wish_id, now=_moment(fact))


@on(CallBackUnwished)
def let_wait_who_need_not_be_called(fact: CallBackUnwished) -> None:
    drop_call_back(thread_key=fact.thread_key, now=_moment(fact))


@on_timer(AWAY_TIMER, subject="staff:{key}")
def take_back_from_who_stays_away(fired: TimerFired) -> None:
    gone = fired.payload_data.get("minutes", USUAL_MINUTES)
    give_back_when_away(staff_id=int(fired.key), gone=gone, now=_moment(fired))


@on_timer(giving.OFFER_TIMER, subject="offer:{key}")
def let_an_offer_expire(fired: TimerFired) -> None:
    expire_offer(offer_id=int(fired.key), now=_moment(fired))


@on_timer(giving.WORK_TIMER, subject="work:{key}")
def look_at_waiting_work_in_time(fired: TimerFired) -> None:
    review_work(item_id=int(fired.key), now=_moment(fired))


@on_timer(giving.QUIET_TIMER, subject="work:{key}")
def free_the_unit_of_a_silent_customer(fired: TimerFired) -> None:
    item = WorkItem.objects.filter(pk=int(fired.key)).first()
    if item is not None:
        _fill(fall_quiet(ticket_id=item.ticket_id, now=_moment(fired)), fired)


@on_timer(giving.REST_TIMER, subject="staff:{key}")
def give_the_next_after_a_rest(fired: TimerFired) -> None:
    fill_or_leave(staff_id=int(fired.key), now=_moment(fired))


@background("routing")
def sweep_every_second(stop: Event) -> None:
    """What two decisions at once left unmatched, queues that opened, and plans while many wait."""
    clock, pause = ClockWatch(), SWEPT_EVERY
    while not stop.wait(pause):
        now = timezone.now()
        if clock.was_set_back():
            heed_the_clock(now=now)
        sweep(now=now)
        pause = PLANNED_EVERY if many_wait(now=now) else SWEPT_EVERY


@background("routing.waits")
def tell_waiting_customers(stop: Event) -> None:
    """Those who look on hear how they stand."""
    teller = Teller()
    while not stop.wait(TOLD_EVERY):
        teller.tell(now=timezone.now())


def _moment(fact: Fact | _OnTicket) -> datetime:
    """When this is decided: now, for what a worker hears of late must not be offered with its time run out."""
    return max(fact.at, timezone.now())


def _fill(staff_id: int | None, fact: Fact | _OnTicket) -> None:
    if staff_id is not None:
        fill_or_leave(staff_id=staff_id, now=_moment(fact))
