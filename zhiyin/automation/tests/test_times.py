"""Time rules: due in time, once, by whichever clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from zhiyin.automation.commands.keeping import clear_old_runs, keep_runs
from zhiyin.automation.commands.rules import publish_rule, switch_rule
from zhiyin.automation.commands.sweeping import BATCH, LATE_BY, next_hour, sweep_next
from zhiyin.automation.definitions import Occasion
from zhiyin.automation.models import RuleVersion, Run, Sweep
from zhiyin.automation.queries.log import rules_timed_by
from zhiyin.automation.tests.scene import after, condition, form, outcomes, rule, sweep, told
from zhiyin.people.models import Staff
from zhiyin.platform.calendars.models import Calendar
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.tickets import arrive, make_ticket
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db
WAITS = {"on": "time", "since": "waiting", "minutes": 60}


def test_so_long_after_and_only_once(administrator: Staff) -> None:
    rule("R", by=administrator, on=WAITS)
    ticket = make_ticket(at=after(0), own_keys=["mid:<first@x>"])
    assert sweep(after(59.9)) == 0
    assert sweep(after(60)) == 1
    assert sweep(after(200)) == 1
    assert Ticket.objects.get(pk=ticket.pk).tags == ["R"]
    Ticket.objects.filter(pk=ticket.pk).update(waiting_since=None)
    arrive(thread_keys=["mid:<first@x>"], at=after(300))
    assert sweep(after(359)) == 1
    assert sweep(after(360)) == 2  # they wait anew
    assert outcomes(ticket) == [("R", "done"), ("R", "unchanged")]


def test_who_comes_to_meet_the_conditions_later_has_their_turn_then_but_not_for_ever(
    administrator: Staff,
) -> None:
    rule("R", by=administrator, on=WAITS, conditions=condition("priority", "any_of", [4]))
    soon, late = make_ticket(at=after(0)), make_ticket(at=after(0), sender="li@example.com")
    assert sweep(after(70)) == 0
    Ticket.objects.filter(pk=soon.pk).update(priority=4)
    assert sweep(after(80)) == 1
    Ticket.objects.filter(pk=late.pk).update(priority=4)
    assert sweep(after(61) + LATE_BY) == 1


def test_what_was_due_before_the_rule_was_on_is_not_its_business(administrator: Staff) -> None:
    old, young = make_ticket(at=after(-120)), make_ticket(at=after(-30), sender="li@example.com")
    rule("R", by=administrator, on=WAITS)  # on since ten minutes before nine
    sweep(after(60))
    assert (outcomes(old), outcomes(young)) == ([], [("R", "done")])


def test_by_business_hours(administrator: Staff) -> None:
    week = [[["09:00", "18:00"]]] * 5 + [[], []]
    calendar = Calendar.objects.create(name="Office", zone="Asia/Shanghai", week=week)
    rule("R", by=administrator, on={**WAITS, "calendar_id": calendar.pk})
    make_ticket(at=after(8.5 * 60))  # half past five on Monday
    assert sweep(after(12 * 60)) == 0
    assert sweep(after(24 * 60 + 29)) == 0
    assert sweep(after(24 * 60 + 31)) == 1  # half past nine on Tuesday
    assert rules_timed_by(calendar.pk) == ["R"]


def test_at_set_hours_each_ticket_that_fits_once_a_day(administrator: Staff) -> None:
    on: dict[str, Any] = {"on": "hours", "clock": "09:30", "weekdays": [1, 2, 3, 4, 5]}
    made = rule("R", by=administrator, on=on, conditions=condition("status", "any_of", ["new"]))
    tickets = [make_ticket(at=after(-60), sender=f"{number}@example.com") for number in range(3)]
    assert Sweep.objects.get(rule=made).next_at == after(30)
    assert sweep(after(29)) == 0
    assert sweep(after(30)) == 3
    assert sweep(after(31)) == 3
    assert Sweep.objects.get(rule=made).next_at == after(30 + 24 * 60)
    assert sweep(after(30 + 24 * 60)) == 6
    assert all(outcomes(ticket) == [("R", "done"), ("R", "unchanged")] for ticket in tickets)
    friday = after(4 * 24 * 60 + 31)
    assert next_hour(Occasion(**on), after=friday) == after(7 * 24 * 60 + 30)


def test_more_than_a_batch_goes_in_batches(administrator: Staff) -> None:
    rule("R", by=administrator, on=WAITS)
    first = make_ticket(at=after(0))
    copies = [
        Ticket(channel=first.channel, customer=first.customer, last_message_at=after(0), waiting_since=after(0),
               created_at=after(0), updated_at=after(0))
        for _ in range(BATCH + 20)
    ]  # fmt: skip
    Ticket.objects.bulk_create(copies)
    assert sweep_next(now=after(60))
    assert Run.objects.count() == BATCH
    assert sweep(after(60)) == BATCH + 21


def test_off_or_another_occasion_means_looked_after_no_more(administrator: Staff) -> None:
    made = rule("R", by=administrator, on=WAITS)
    publish_rule(rule_id=made.pk, form=form("R"), by=administrator, now=after(0))
    assert not Sweep.objects.exists()
    publish_rule(rule_id=made.pk, form=form("R", on=WAITS), by=administrator, now=after(0))
    assert Sweep.objects.exists()
    switch_rule(rule_id=made.pk, active=False, by=administrator, now=after(0))
    assert not Sweep.objects.exists()
    make_ticket(at=after(0))
    assert sweep(after(90)) == 0


def test_what_it_does_says_that_it_was_it(administrator: Staff) -> None:
    made = rule("R", by=administrator, on=WAITS)
    make_ticket(at=after(0))
    sweep(after(60))
    acted = PendingEvent.objects.get(type="automation.rule_acted")
    assert acted.payload["because"] == f"rules:{made.pk}"
    assert told("automation.rule_acted") == []


def test_the_log_is_kept_as_long_as_was_chosen(administrator: Staff) -> None:
    rule("R", by=administrator, on=WAITS)
    make_ticket(at=after(0))
    sweep(after(60))
    keep_runs(days=7, by=administrator, now=after(61))
    assert clear_old_runs(now=after(60) + timedelta(days=7)) == 0
    assert clear_old_runs(now=after(61) + timedelta(days=7)) == 1


def test_a_rule_nobody_can_read_any_more_holds_up_no_other(administrator: Staff) -> None:
    broken, sound = rule("B", by=administrator, on=WAITS), rule("R", by=administrator, on=WAITS)
    RuleVersion.objects.filter(rule=broken).update(occasion={"on": "time", "since": "a word of long ago"})
    ticket = make_ticket(at=after(0))
    assert Sweep.objects.order_by("next_at", "pk")[0].rule_id == broken.pk
    assert sweep(after(60)) == 1
    assert outcomes(ticket) == [("R", "done")]
    later = Sweep.objects.get(rule=broken).next_at
    assert (later, sound.active) == (after(61), True)
