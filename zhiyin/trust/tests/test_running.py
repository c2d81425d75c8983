"""Which rule holds, how a run goes on, and what keeps a ticket from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DataError, models, transaction

from zhiyin.people.models import Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.testing.tickets import arrive, make_channel
from zhiyin.tickets.commands.merging import merge_tickets
from zhiyin.tickets.models import Ticket
from zhiyin.trust.commands import running
from zhiyin.trust.commands.holding import AnonymisedAlready, hold_ticket, release_ticket
from zhiyin.trust.commands.ruling import (
    NoSuchScope,
    RuleIsRunning,
    RuleThereAlready,
    Scope,
    add_rule,
    change_rule,
    remove_rule,
)
from zhiyin.trust.commands.running import RunningAlready, go_on, start_due_runs, start_run, stop_run
from zhiyin.trust.models import LegalHold, RetentionRule, RetentionRun
from zhiyin.trust.queries.previewing import preview
from zhiyin.trust.queries.taking import channels_of
from zhiyin.trust.tests.scene import NOW, apply, keeper, mailbox, over, pay, rule, solve

pytestmark = pytest.mark.django_db
MOST = 2**31 - 1  # a count can't be higher


@pytest.fixture
def by() -> Staff:
    return keeper()


def left() -> set[int]:
    return set(Ticket.objects.values_list("pk", flat=True))


def test_the_narrower_rule_holds(by: Staff) -> None:
    one, other, chat = mailbox("One"), mailbox("Other"), make_channel("chat")
    everything = rule(by=by, days=10)
    mails = rule(by=by, days=20, kind="email")
    own = rule(by=by, days=30, channel=one)
    assert [channel.pk for channel in channels_of(own)] == [one.pk]
    assert [channel.pk for channel in channels_of(mails)] == [other.pk]
    assert [channel.pk for channel in channels_of(everything)] == [chat.pk]


def test_a_narrower_rule_that_is_off_keeps_its_channel_from_the_wider_one(by: Staff) -> None:
    one = mailbox("One")
    own, everything = rule(by=by, days=30, channel=one), rule(by=by, days=10)
    change_rule(rule_id=own.pk, active=False, by=by, now=NOW)
    kept = over(days=40, by=by, channel=one)
    apply(everything, by=by)
    assert left() == {kept.pk}


def test_rules_of_the_other_action_do_not_count_as_narrower(by: Staff) -> None:
    one = mailbox("One")
    rule("anonymise", by=by, days=30, channel=one)
    assert [channel.pk for channel in channels_of(rule("delete", by=by, days=300))] == [one.pk]


@pytest.mark.parametrize(
    "scope", [Scope(channel_id=999), Scope(channel_kind="fax"), Scope(channel_id=1, channel_kind="email")]
)
def test_a_rule_is_for_what_there_is(by: Staff, scope: Scope) -> None:
    with pytest.raises(NoSuchScope):
        add_rule(action="delete", days=3, scope=scope, by=by, now=NOW)
    assert not RetentionRule.objects.exists()


def test_there_is_one_rule_of_an_action_for_a_scope(by: Staff) -> None:
    rule(by=by, days=10)
    with pytest.raises(RuleThereAlready):
        rule(by=by, days=20)
    assert RetentionRule.objects.get().days == 10


def test_a_run_goes_batch_by_batch_and_counts(by: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 2)
    for number in range(5):
        over(days=40, by=by, sender=f"c{number}@example.com")
    run = start_run(rule_id=rule(by=by).pk, by=by, now=NOW)
    seen = []
    while go_on(now=NOW):
        run.refresh_from_db()
        seen.append((run.tickets, run.customers, run.state))
    assert seen == [(2, 2, "running"), (4, 4, "running"), (5, 5, "running"), (5, 5, "done")]


def test_what_ends_a_batch_half_way_leaves_the_batch_and_its_progress_as_they_were(
    by: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 2)
    for _ in range(3):
        over(days=40, by=by)
    run = start_run(rule_id=rule(by=by).pk, by=by, now=NOW)
    go_on(now=NOW)
    RetentionRun.objects.update(tickets=MOST)  # so that the batch goes, and then its progress can't be kept
    with pytest.raises(DataError, match="out of range"), transaction.atomic():
        go_on(now=NOW)
    RetentionRun.objects.update(tickets=2)
    run.refresh_from_db()
    assert (run.tickets, run.state, len(left())) == (2, "running", 1)
    while go_on(now=NOW):
        pass
    run.refresh_from_db()
    assert (run.tickets, run.state, len(left())) == (3, "done", 0)


def test_a_run_can_be_stopped_and_the_rest_stays(by: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 1)
    over(days=40, by=by)
    over(days=40, by=by)
    run = start_run(rule_id=rule(by=by).pk, by=by, now=NOW)
    go_on(now=NOW)
    stop_run(run_id=run.pk, by=by, now=NOW)
    assert go_on(now=NOW) is False
    run.refresh_from_db()
    assert (run.state, run.tickets, len(left())) == ("stopped", 1, 1)


def test_a_running_rule_is_neither_started_twice_nor_changed_nor_removed(by: Staff) -> None:
    over(days=40, by=by)
    wanted = rule(by=by)
    start_run(rule_id=wanted.pk, by=by, now=NOW)
    with pytest.raises(RunningAlready):
        start_run(rule_id=wanted.pk, by=by, now=NOW)
    with pytest.raises(RuleIsRunning):
        change_rule(rule_id=wanted.pk, days=1, by=by, now=NOW)
    with pytest.raises(RuleIsRunning):
        remove_rule(rule_id=wanted.pk, by=by, now=NOW)
    wanted.refresh_from_db()
    assert (wanted.days, RetentionRun.objects.count()) == (30, 1)


def test_every_night_active_rules_are_applied_and_an_idle_night_leaves_only_its_date(by: Staff) -> None:
    wanted = rule(by=by)
    off = rule("anonymise", by=by, days=5)
    change_rule(rule_id=off.pk, active=False, by=by, now=NOW)
    assert [run.rule_id for run in start_due_runs(now=NOW)] == [wanted.pk]
    assert start_due_runs(now=NOW) == []
    while go_on(now=NOW):
        pass
    wanted.refresh_from_db()
    assert (RetentionRun.objects.count(), wanted.applied_at) == (0, NOW)
    over(days=40, by=by)
    start_due_runs(now=NOW)
    while go_on(now=NOW):
        pass
    run = RetentionRun.objects.get()
    assert (run.by, run.tickets, run.state) == (None, 1, "done")


def test_what_is_on_hold_stays_and_goes_once_it_is_released(by: Staff) -> None:
    held, other = over(days=40, by=by), over(days=40, by=by)
    hold_ticket(ticket_id=held.pk, reason="诉讼", by=by, now=NOW)
    wanted = rule(by=by)
    run = apply(wanted, by=by)
    assert (run.tickets, run.held, left()) == (1, 1, {held.pk})
    release_ticket(ticket_id=held.pk, by=by, now=NOW)
    assert apply(wanted, by=by).tickets == 1
    assert left() == set()
    assert other.pk != held.pk


@pytest.mark.parametrize("action", ["delete", "anonymise"])
def test_a_hold_on_what_was_merged_holds_the_whole(by: Staff, action: str) -> None:
    old, into = over(days=50, by=by), over(days=50, by=by)
    hold_ticket(ticket_id=old.pk, reason="诉讼", by=by, now=NOW)
    Ticket.objects.filter(pk=into.pk).update(status="open", solved_at=None)
    merge_tickets(into_id=into.pk, merged_ids=[old.pk], by=by, now=NOW - timedelta(days=45))
    into.refresh_from_db()
    solve(into, by=by, at=NOW - timedelta(days=45))
    run = apply(rule(action, by=by), by=by)
    assert (run.tickets, run.held, left()) == (0, 1, {old.pk, into.pk})


def test_the_database_itself_keeps_what_is_on_hold(by: Staff) -> None:
    held = over(days=40, by=by)
    hold_ticket(ticket_id=held.pk, reason="诉讼", by=by, now=NOW)
    with pytest.raises(models.ProtectedError):
        Ticket.objects.filter(pk=held.pk).delete()


def test_a_ticket_that_something_still_needs_becomes_nobodys_once_and_the_others_go(by: Staff) -> None:
    needed = over(days=40, by=by)
    for number in range(3):
        over(days=40, by=by, sender=f"c{number}@example.com")
    pay(needed, by)
    wanted = rule(by=by)
    run = apply(wanted, by=by)
    assert (run.tickets, run.failed, left()) == (3, 1, {needed.pk})
    needed.refresh_from_db()
    assert (needed.anonymised_at, needed.customer.name) == (NOW, "")
    again = apply(wanted, by=by)
    assert (again.tickets, again.failed, left()) == (0, 0, {needed.pk})
    told = preview(rule=wanted, by=by, now=NOW)
    assert [one.tickets for one in told.channels] == [0]


def test_what_was_anonymised_can_not_be_held(by: Staff) -> None:
    ticket = over(days=40, by=by)
    apply(rule("anonymise", by=by), by=by)
    with pytest.raises(AnonymisedAlready):
        hold_ticket(ticket_id=ticket.pk, reason="诉讼", by=by, now=NOW)
    assert not LegalHold.objects.exists()


def test_a_ticket_that_was_reopened_while_the_run_waited_stays(by: Staff) -> None:
    ticket = over(days=40, by=by)
    start_run(rule_id=rule(by=by).pk, by=by, now=NOW)
    arrive(thread_keys=[f"mid:<{0}>"], at=NOW)
    Ticket.objects.filter(pk=ticket.pk).update(status="open", solved_at=None)
    while go_on(now=NOW):
        pass
    assert ticket.pk in left()


def test_rules_runs_and_holds_are_in_the_audit_trail(by: Staff) -> None:
    ticket = over(days=40, by=by)
    hold_ticket(ticket_id=ticket.pk, reason="诉讼", by=by, now=NOW)
    release_ticket(ticket_id=ticket.pk, by=by, now=NOW)
    apply(rule(by=by), by=by)
    actions = AuditEntry.objects.order_by("number").values_list("action", flat=True)
    wanted = [
        "retention.held",
        "retention.released",
        "retention.rule_added",
        "retention.started",
        "retention.done",
    ]
    assert [one for one in actions if one.startswith("retention.")] == wanted
    assert AuditEntry.objects.get(action="retention.done").details["tickets"] == 1
