"""What holds a notice back, and that every decision can be told afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from zhiyin.notifications.commands.choosing import mute_ticket, unmute_ticket
from zhiyin.notifications.commands.clearing import clear_old
from zhiyin.notifications.models import Decision, Notification, Policy, Preferences, RoleWays, Sending
from zhiyin.notifications.reasons import reason_called
from zhiyin.notifications.registry import tell_whom_it_concerns
from zhiyin.notifications.tests.scene import NOON, decided, happen, key_of, minutes, note, told
from zhiyin.people.models import Group, Role, Staff
from zhiyin.platform.event_log.emitting import emit_all
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.ledger.models import Effect
from zhiyin.testing.people import make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, make_ticket
from zhiyin.tickets.events import CustomerWrote, TicketAssigned, TicketMoved, TicketOpened
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db
STORM = int(os.environ.get("ZHIYIN_STORM", "1000"))  # events; 10,000 take minutes


def choose(staff: Staff, **fields: object) -> None:
    Preferences.objects.update_or_create(pk=staff.pk, defaults=fields)


def wrote(ticket: Ticket, at: float) -> None:
    arrive(at=minutes(at), thread_keys=[key_of(ticket)])
    let_events_happen()


def test_a_muted_ticket_is_heard_of_only_by_name(owner: Staff, colleague: Staff, ticket: Ticket) -> None:
    mute_ticket(ticket_id=ticket.pk, by=owner, now=NOON)
    wrote(ticket, 1)
    assert told(owner) == []
    assert decided(owner, ticket) == [("customer_wrote", "muted", 1)]
    note(ticket, by=colleague, mentions=[owner], at=minutes(2))
    assert told(owner) == [("mentioned", ticket.pk, 1)]
    unmute_ticket(ticket_id=ticket.pk, by=owner)
    wrote(ticket, 3)
    assert told(owner) == [("mentioned", ticket.pk, 1), ("customer_wrote", ticket.pk, 1)]


def test_a_reason_that_is_switched_off_makes_no_row_and_owes_nothing(owner: Staff, ticket: Ticket) -> None:
    choose(owner, ways={"customer_wrote": []})
    wrote(ticket, 1)
    assert told(owner) == []
    assert not Sending.objects.exists()
    assert decided(owner, ticket) == [("customer_wrote", "switched_off", 1)]


def test_ways_are_ones_own_choice_then_the_roles_then_the_companys_then_as_shipped(
    owner: Staff, ticket: Ticket
) -> None:
    agent = Role.objects.get(code="agent")
    found = []
    for number, choice in enumerate(["shipped", "company", "role", "own"]):
        if choice == "company":
            Policy.objects.create(ways={"customer_wrote": ["mail"]})
        elif choice == "role":
            RoleWays.objects.create(role=agent, ways={"customer_wrote": ["app"]})
        elif choice == "own":
            choose(owner, ways={"customer_wrote": ["app", "mail"]})
        Notification.objects.all().delete()
        wrote(ticket, 70 * number)
        decision = Decision.objects.get(staff=owner, rule="told")
        found.append((decision.source, decision.ways, decision.held))
    assert found == [
        ("shipped", ["app"], {"push": "no_device"}),
        ("company", ["mail"], {}),
        ("role", ["app"], {}),
        ("own", ["app", "mail"], {}),
    ]


def test_what_is_mailed_only_is_not_in_the_bell(owner: Staff, ticket: Ticket) -> None:
    choose(owner, ways={"customer_wrote": ["mail"]})
    wrote(ticket, 1)
    row = Notification.objects.get(staff=owner)
    assert row.in_app is False
    assert [one.way for one in Sending.objects.filter(notification=row)] == ["mail"]


def test_in_quiet_hours_the_bell_is_silent_and_mail_waits_for_their_end(owner: Staff, ticket: Ticket) -> None:
    choose(owner, ways={"customer_wrote": ["app", "mail", "push"]}, quiet_from=time(11), quiet_until=time(14))
    wrote(ticket, 0)  # noon in Shanghai, which is the company's zone where none is chosen
    row = Notification.objects.get(staff=owner)
    assert row.is_quiet
    assert row.digest_due_at == minutes(120)
    assert not Effect.objects.filter(kind__startswith="notifications.").exists()
    decision = Decision.objects.get(staff=owner)
    assert decision.ways == ["app"]
    assert decision.held == {"mail": "quiet_hours", "push": "no_device"}


def test_do_not_disturb_is_named_as_such(owner: Staff, ticket: Ticket) -> None:
    choose(owner, ways={"customer_wrote": ["app", "mail"]}, do_not_disturb_until=minutes(30))
    wrote(ticket, 0)
    assert Decision.objects.get(staff=owner).held == {"mail": "do_not_disturb"}
    assert Notification.objects.get(staff=owner).digest_due_at == minutes(30)


def test_a_row_that_grows_is_not_mailed_again_within_the_hour(owner: Staff, ticket: Ticket) -> None:
    choose(owner, ways={"customer_wrote": ["app", "mail"]})
    for at in (0, 10, 59, 61):
        wrote(ticket, at)
    assert told(owner) == [("customer_wrote", ticket.pk, 4)]
    assert [one.owed_at for one in Sending.objects.order_by("pk")] == [minutes(0), minutes(61)]
    assert decided(owner, ticket) == [("customer_wrote", "told", 1), ("customer_wrote", "bundled", 3)]


def test_above_the_rate_mail_waits_for_a_summary(owner: Staff, colleague: Staff, support: Group) -> None:
    Policy.objects.create(mails_per_hour=2)
    choose(owner, ways={"mentioned": ["app", "mail"]})
    tickets = [make_ticket(group=support, at=NOON) for _ in range(3)]
    let_events_happen()
    for number, one in enumerate(tickets):
        note(one, by=colleague, mentions=[owner], at=minutes(number))
    assert Sending.objects.filter(staff=owner, way="mail").count() == 2
    last = Notification.objects.get(staff=owner, ticket=tickets[2], reason="mentioned")
    assert last.digest_due_at == minutes(60)
    assert Decision.objects.get(staff=owner, ticket=tickets[2], reason="mentioned").held == {
        "mail": "rate_limited"
    }


def test_without_a_mail_server_nothing_is_owed_by_mail(
    owner: Staff, ticket: Ticket, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    choose(owner, ways={"customer_wrote": ["app", "mail", "digest"]})
    wrote(ticket, 0)
    assert Decision.objects.get(staff=owner).held == {"mail": "no_mail_server", "digest": "no_mail_server"}
    assert not Effect.objects.filter(kind__startswith="notifications.").exists()


def test_many_at_once_become_one(owner: Staff, administrator: Staff, support: Group) -> None:
    tickets = [make_ticket(group=support, at=NOON) for _ in range(12)]
    let_events_happen()
    Notification.objects.all().delete()
    with transaction.atomic():
        Ticket.objects.update(assignee=owner)
        emit_all(
            TicketAssigned(
                ticket_id=one.pk, from_id=None, to_id=owner.pk, by_id=administrator.pk, at=minutes(5)
            )
            for one in tickets
        )
    let_events_happen()
    rows = told(owner)
    assert [(reason, count) for reason, _, count in rows] == [("assigned", 1)] * 5 + [("assigned", 7)]
    assert rows[-1][1] is None
    assert Decision.objects.filter(staff=owner, reason="assigned").count() == 12
    assert Decision.objects.filter(staff=owner, rule="mass").count() == 7


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_storm_of_events_gives_a_handful_of_notices(owner: Staff, colleague: Staff, support: Group) -> None:
    """Forty tickets, messages and hand-overs within ten minutes, through the log and its lanes."""
    choose(owner, ways={"customer_wrote": ["app", "mail", "push"], "assigned": ["app", "mail", "push"]})
    tickets = [make_ticket(group=support, at=NOON) for _ in range(40)]
    let_events_happen()
    Ticket.objects.update(assignee=owner)
    Notification.objects.all().delete()
    Decision.objects.all().delete()
    Effect.objects.all().delete()
    with transaction.atomic():
        emit_all(_storm(tickets, owner, colleague))
    let_events_happen()
    rows = told(owner)
    assert sum(count for _, _, count in rows) == STORM
    assert [reason for reason, _, _ in rows].count("customer_wrote") == 6  # five, and one of all others
    assert [reason for reason, _, _ in rows].count("assigned") == 6
    assert Effect.objects.filter(kind="notifications.mail").count() == 12
    assert Decision.objects.count() <= 4 * len(tickets)


def _storm(tickets: list[Ticket], owner: Staff, colleague: Staff) -> Iterator[Fact]:
    for number in range(STORM):
        at = minutes(9 * number / STORM)
        ticket_id = tickets[number % len(tickets)].pk
        if number % 7 == 6:
            yield TicketAssigned(ticket_id=ticket_id, from_id=None, to_id=owner.pk, by_id=colleague.pk, at=at)
        else:
            yield CustomerWrote(ticket_id=ticket_id, message_id=number + 1, at=at)


def test_told_to_many_takes_the_same_number_of_queries_as_told_to_one(
    owner: Staff, stranger: Staff, support: Group
) -> None:
    ticket = make_ticket(group=support, at=NOON)
    let_events_happen()

    def queries(position: int) -> int:
        fact = TicketMoved(
            ticket_id=ticket.pk,
            from_group_id=None,
            to_group_id=support.pk,
            by_id=stranger.pk,
            at=minutes(position),
        )
        with CaptureQueriesContext(
            connection,
        ) as captured:
            tell_whom_it_concerns([fact])
        return len(captured)

    Policy.objects.create(ways={"moved": ["app", "mail", "push", "digest"]})
    queries(1)
    few = queries(2)
    for _ in range(15):
        make_staff(groups=[support])
    assert queries(3) == few
    assert Notification.objects.filter(reason="moved", read_at=None).count() == 16


def test_many_new_tickets_take_the_same_number_of_queries_as_two(owner: Staff, support: Group) -> None:
    def queries(size: int) -> int:
        tickets = [make_ticket(group=support, at=NOON) for _ in range(size)]
        facts: list[Fact] = []
        for ticket in tickets:
            named: dict[str, Any] = {"ticket_id": ticket.pk, "at": minutes(1)}
            facts.append(TicketOpened(customer_id=ticket.customer_id, channel_id=ticket.channel_id, **named))
            facts.append(CustomerWrote(message_id=1, **named))
        with CaptureQueriesContext(connection) as captured:
            tell_whom_it_concerns(facts)
        return len(captured)

    Policy.objects.create(ways={"new_unassigned": ["app", "mail", "push", "digest"]})
    assert queries(2) == queries(2)
    few, many = queries(2), queries(50)
    assert many <= few <= 25
    rows = Notification.objects.filter(staff=owner, reason="new_unassigned", read_at=None)
    assert sorted(rows.values_list("count", flat=True)) == [1, 1, 1, 1, 1, 51]
    assert Decision.objects.filter(staff=owner, reason="new_unassigned", rule="mass").count() == 51


def test_decisions_and_notifications_are_kept_for_a_bounded_time(owner: Staff, ticket: Ticket) -> None:
    choose(owner, ways={"customer_wrote": ["app", "mail"]})
    wrote(ticket, 0)
    assert clear_old(now=NOON + timedelta(days=30)) == {"decisions": 0, "sendings": 0, "notifications": 0}
    assert clear_old(now=NOON + timedelta(days=31)) == {"decisions": 1, "sendings": 1, "notifications": 0}
    assert clear_old(now=NOON + timedelta(days=91)) == {"decisions": 0, "sendings": 0, "notifications": 1}


def test_a_fact_that_comes_twice_to_a_person_of_two_reasons_is_told_by_the_first(
    owner: Staff, colleague: Staff, ticket: Ticket
) -> None:
    happen(CustomerWrote(ticket_id=ticket.pk, message_id=1, at=NOON))
    assert told(owner) == [("customer_wrote", ticket.pk, 1)]
    reason = reason_called("customer_wrote")
    assert reason is not None
    assert reason.covered_by == ("reopened",)
