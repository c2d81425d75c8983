from __future__ import annotations

import pytest

from zhiyin.people.models import Group, Staff
from zhiyin.platform.calendars.models import Calendar
from zhiyin.platform.event_log.models import Event
from zhiyin.sla.commands.stepping import (
    cancel_clock,
    fulfil_clock,
    pause_clocks,
    resume_clocks,
    start_clock,
)
from zhiyin.sla.models import Clock
from zhiyin.sla.tests.scene import after, clock_of, metric, pass_time, policy
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(support: Group) -> Ticket:
    ticket = make_ticket(group=support, at=after(0))
    pass_time(after(0))
    return ticket


def started(ticket: Ticket, minutes: int = 60, calendar_id: int | None = None) -> Clock:
    return start_clock(
        ticket_id=ticket.pk,
        key="case:1:diagnose",
        name="Diagnosis",
        minutes=minutes,
        calendar_id=calendar_id,
        now=after(10),
    )


def told() -> list[str]:
    facts = Event.objects.filter(type__startswith="sla.").order_by("position")
    return [fact.type.removeprefix("sla.") for fact in facts]


def test_a_steps_clock_runs_warns_breaches_and_escalates(ticket: Ticket) -> None:
    clock = started(ticket)
    assert (clock.state, clock.due_at, clock.track) == ("running", after(70), "procedure")
    ticket.refresh_from_db()
    assert ticket.deadline_at == after(70)
    pass_time(after(54))
    assert told() == []
    pass_time(after(55))
    assert told() == ["clock_warned"]
    pass_time(after(200))
    assert told() == ["clock_warned", "clock_breached", "escalation_reached"]
    assert Event.objects.get(type="sla.escalation_reached").payload["level"] == 150


def test_starting_it_again_gives_the_clock_there_is(ticket: Ticket) -> None:
    assert started(ticket) == started(ticket, minutes=5)
    assert Clock.objects.get(ticket=ticket).target_minutes == 60


def test_a_step_that_is_done_is_fulfilled_once(ticket: Ticket) -> None:
    started(ticket)
    for minute in (30, 40):
        clock = fulfil_clock(ticket_id=ticket.pk, key="case:1:diagnose", now=after(minute))
    assert (clock.state, clock.ended_at, clock.elapsed_seconds) == ("fulfilled", after(30), 1200)
    pass_time(after(500))
    assert told() == ["clock_fulfilled"]
    ticket.refresh_from_db()
    assert ticket.deadline_at is None


def test_a_step_that_is_left_out_tells_nothing(ticket: Ticket) -> None:
    started(ticket)
    cancel_clock(ticket_id=ticket.pk, key="case:1:diagnose", now=after(30))
    pass_time(after(500))
    assert (clock_of(ticket, "case:1:diagnose").state, told()) == ("cancelled", [])


def test_a_clock_that_was_never_started_can_not_be_ended(ticket: Ticket) -> None:
    with pytest.raises(Clock.DoesNotExist):
        fulfil_clock(ticket_id=ticket.pk, key="case:1:none", now=after(30))


def test_working_days_are_those_of_the_calendar(ticket: Ticket) -> None:
    office = Calendar.objects.create(name="Office", week=[[["09:00", "18:00"]]] * 5 + [[], []])
    clock = started(ticket, minutes=9 * 60 * 3, calendar_id=office.pk)  # three working days
    assert clock.due_at == after(3 * 24 * 60 + 10)


def test_an_approval_stops_the_customers_clock_and_not_the_steps(
    administrator: Staff, support: Group
) -> None:
    policy(metric(pauses_for=["approval"]), by=administrator)
    ticket = make_ticket(group=support, at=after(0))
    pass_time(after(0))
    started(ticket)
    pause_clocks(ticket_id=ticket.pk, cause="approval", now=after(20))
    assert (clock_of(ticket).state, clock_of(ticket, "case:1:diagnose").state) == ("paused", "running")
    resume_clocks(ticket_id=ticket.pk, cause="approval", now=after(50))
    assert (clock_of(ticket).state, clock_of(ticket).due_at) == ("running", after(90))
    assert clock_of(ticket).pauses == [[after(20).isoformat(), after(50).isoformat(), "approval"]]


def test_the_steps_clocks_pause_when_their_own_track_is_named(ticket: Ticket) -> None:
    started(ticket)
    pause_clocks(ticket_id=ticket.pk, cause="parts", now=after(20), track="procedure")
    assert clock_of(ticket, "case:1:diagnose").state == "paused"
    pass_time(after(300))
    assert told() == []
    resume_clocks(ticket_id=ticket.pk, cause="parts", now=after(300))
    assert clock_of(ticket, "case:1:diagnose").due_at == after(350)


def test_a_pause_that_is_asked_for_twice_is_one(ticket: Ticket) -> None:
    started(ticket)
    for minute in (20, 30):
        pause_clocks(ticket_id=ticket.pk, cause="parts", now=after(minute), track="procedure")
    resume_clocks(ticket_id=ticket.pk, cause="parts", now=after(40))
    resume_clocks(ticket_id=ticket.pk, cause="parts", now=after(50))
    assert clock_of(ticket, "case:1:diagnose").due_at == after(90)


@pytest.mark.parametrize(
    ("key", "minutes", "track"), [("customer.x", 5, "procedure"), ("x", 0, "procedure"), ("x", 5, "customer")]
)
def test_a_steps_clock_keeps_out_of_the_policies_way(
    ticket: Ticket, key: str, minutes: int, track: str
) -> None:
    with pytest.raises(ValueError, match="of its own"):
        start_clock(
            ticket_id=ticket.pk,
            key=key,
            name="x",
            minutes=minutes,
            calendar_id=None,
            now=after(1),
            track=track,
        )
    assert not Clock.objects.exists()
