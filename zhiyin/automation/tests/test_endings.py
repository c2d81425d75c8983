"""That rules come to an end: loops, chains, failures, and what goes round through the outside."""

from __future__ import annotations

import pytest
from django.utils import timezone

from zhiyin.automation.commands.considering import LONGEST_CHAIN
from zhiyin.automation.commands.executing import MOST_FAILURES, OFTEN
from zhiyin.automation.commands.rules import publish_rule, switch_rule
from zhiyin.automation.findings import check_automation
from zhiyin.automation.models import Rule, Run
from zhiyin.automation.queries.log import cycles_of, figures_of
from zhiyin.automation.reactions import let_rules_have_their_turn
from zhiyin.automation.tests.scene import after, edit, form, happen, outcomes, rule, told
from zhiyin.people.models import Staff
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.events import CustomerWrote
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_a_rules_own_change_does_not_start_it_again(administrator: Staff) -> None:
    rule("up", by=administrator, on="priority_changed", actions={"raise_priority": True})
    ticket = happen(make_ticket())
    Ticket.objects.filter(pk=ticket.pk).update(priority=1)
    ticket = edit(ticket, administrator, priority=2)
    assert (ticket.priority, outcomes(ticket)) == (3, [("up", "done")])


def test_rules_that_call_each_other_are_stopped_and_it_is_told(administrator: Staff) -> None:
    high = rule("high", by=administrator, on={"on": "priority_changed", "now": [2]}, actions={"priority": 3})
    rule("normal", by=administrator, on={"on": "priority_changed", "now": [3]}, actions={"priority": 2})
    ticket = happen(make_ticket())
    ticket = edit(ticket, administrator, priority=3)
    assert outcomes(ticket) == [("normal", "done"), ("high", "done"), ("normal", "refused")]
    refused = Run.objects.get(outcome="refused")
    assert refused.chain == [Rule.objects.get(name="normal").pk, high.pk]
    assert refused.problems[""]["en"].startswith("Rules set each other off")
    assert [one["reason"] for one in told("automation.rule_refused")] == ["cycle"]
    assert [finding.code for finding in check_automation(now=timezone.now())] == ["automation.well"]
    Run.objects.update(at=timezone.now())
    assert [finding.code for finding in check_automation(now=timezone.now())] == ["automation.refused"]


def test_cycles_are_found_before_they_happen(administrator: Staff) -> None:
    one = rule(
        "one", by=administrator, on={"on": "priority_changed", "now": [2]}, actions={"tags_add": ["a"]}
    )
    rule("two", by=administrator, on={"on": "tags_changed", "now": ["a"]}, actions={"status": "open"})
    three = rule(
        "three", by=administrator, on={"on": "status_changed", "now": ["open"]}, actions={"priority": 3}
    )
    assert cycles_of(one) == []
    publish_rule(
        rule_id=three.pk,
        form=form("three", on={"on": "status_changed", "now": ["open"]}, actions={"priority": 2}),
        by=administrator,
        now=after(1),
    )
    assert cycles_of(one) == [["one", "two", "three", "one"]]
    three.refresh_from_db()
    assert cycles_of(three) == [["three", "one", "two", "three"]]


def test_a_chain_has_an_end(administrator: Staff) -> None:
    for number in range(LONGEST_CHAIN + 2):
        on = {"on": "tags_changed", "now": [f"t{number}"]}
        rule(f"r{number}", by=administrator, on=on, actions={"tags_add": [f"t{number + 1}"]})
    ticket = edit(happen(make_ticket()), administrator, tags=["t0"])
    assert [outcome for _, outcome in outcomes(ticket)] == ["done"] * LONGEST_CHAIN + ["refused"]
    assert [one["reason"] for one in told("automation.rule_refused")] == ["chain"]


def test_what_goes_round_through_the_outside_is_stopped_too(administrator: Staff) -> None:
    """Another program answers to each change with one of its own: nothing in the log says that rules are behind it."""
    rule("R", by=administrator, on="tags_changed", actions={"note": "again"})
    ticket = happen(make_ticket())
    for number in range(OFTEN + 3):
        ticket = edit(ticket, administrator, tags=[str(number)])
    assert [outcome for _, outcome in outcomes(ticket)].count("done") == OFTEN
    assert {one["reason"] for one in told("automation.rule_refused")} == {"often"}


def test_a_rule_that_fails_again_and_again_is_switched_off(administrator: Staff, colleague: Staff) -> None:
    made = rule("R", by=administrator, on="tags_changed", actions={"assignee": colleague.pk, "note": "x"})
    Staff.objects.filter(pk=colleague.pk).update(is_active=False)
    ticket = happen(make_ticket())
    for number in range(MOST_FAILURES + 2):
        ticket = edit(ticket, administrator, tags=[str(number)])
    assert outcomes(ticket) == [("R", "failed")] * MOST_FAILURES
    made.refresh_from_db()
    assert (made.active, made.switched_off_at is not None) == (False, True)
    assert [one["owner_id"] for one in told("automation.rule_switched_off")] == [administrator.pk]
    figures = figures_of([made.pk], now=after(10))[made.pk]
    assert (figures.matched, figures.failed, figures.done) == (MOST_FAILURES, MOST_FAILURES, 0)
    again = switch_rule(rule_id=made.pk, active=True, by=administrator, now=after(9))
    assert (again.failures, again.switched_off_at) == (0, None)


def test_a_rule_that_is_switched_off_within_a_batch_has_no_further_turn(
    administrator: Staff, colleague: Staff
) -> None:
    made = rule("R", by=administrator, on="customer_wrote", actions={"assignee": colleague.pk})
    Staff.objects.filter(pk=colleague.pk).update(is_active=False)
    tickets = [make_ticket(sender=f"{number}@example.com") for number in range(MOST_FAILURES + 3)]
    let_rules_have_their_turn(
        [CustomerWrote(ticket_id=one.pk, message_id=1, at=after(1), position=one.pk) for one in tickets]
    )
    made.refresh_from_db()
    assert not made.active
    assert [pair for one in tickets for pair in outcomes(one)] == [("R", "failed")] * MOST_FAILURES


def test_a_success_between_failures_keeps_a_rule_on(administrator: Staff, colleague: Staff) -> None:
    made = rule("R", by=administrator, on="tags_changed", actions={"follow": [colleague.pk]})
    ticket = happen(make_ticket())
    for number in range(MOST_FAILURES + 2):
        Staff.objects.filter(pk=colleague.pk).update(is_active=number == 2)
        ticket = edit(ticket, administrator, tags=[str(number)])
    made.refresh_from_db()
    assert (made.active, made.failures) == (True, MOST_FAILURES - 1)
