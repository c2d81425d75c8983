"""A demo as the domains would have left it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, Q
from pytest_django import DjangoDbBlocker

from zhiyin.channels.models import Channel, Delivery, InboundMessage, RawMessage
from zhiyin.channels.providers.registry import provider_of
from zhiyin.customers.models import Customer, Identity
from zhiyin.customers.queries import list_customers
from zhiyin.demo.making import Busy, Demo, NotEmpty, make_demo
from zhiyin.demo.noticing import LATEST
from zhiyin.demo.tables import rest
from zhiyin.demo.tests.numbers import number_from_the_start
from zhiyin.notifications.models import Decision, Notification, Sending
from zhiyin.people.models import Role, Staff
from zhiyin.platform.event_log.models import LANES, Cursor, Event
from zhiyin.platform.event_log.subscribing import install_subscribers
from zhiyin.platform.ledger.models import Effect
from zhiyin.tickets.commands.counting import count_views
from zhiyin.tickets.fields.trees import checked_tree
from zhiyin.tickets.models import Draft, Macro, Message, Participant, ThreadKey, Ticket, TicketSearch, View
from zhiyin.tickets.queries.macros import MacroFilter, suggested_macros
from zhiyin.tickets.queries.search import search_tickets
from zhiyin.tickets.queries.timeline import read_timeline
from zhiyin.tickets.queries.views import views_of

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TICKETS = 150


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Demo]:
    """One demo for all tests here, gone after the last; what a test changes is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        install_subscribers()
        number_from_the_start()
        yield make_demo(tickets=TICKETS, seed=7, now=NOW)
        transaction.set_rollback(True)


def test_a_company_with_all_roles_two_hundred_customers_and_as_many_tickets_as_asked(demo: Demo) -> None:
    assert Ticket.objects.count() == demo.tickets == TICKETS
    assert Customer.objects.count() == demo.customers >= 200
    assert Staff.objects.count() == len(demo.people) >= 25
    assert {code for person in demo.people for code in person.roles} == set(
        Role.objects.filter(builtin=True).values_list("code", flat=True)
    )
    assert set(Channel.objects.values_list("kind", flat=True)) == {"email", "chat", "api", "portal"}


def test_the_shared_views_are_ones_that_a_person_could_have_made(demo: Demo) -> None:
    views = list(View.objects.filter(audience="everyone"))
    assert [view.name_en for view in views] == [
        "Key accounts waiting",
        "Waiting over a day",
        "Refunds, last 7 days",
    ]
    assert [checked_tree(view.conditions) for view in views] == [view.conditions for view in views]


def test_people_sign_in_with_a_password_made_for_this_installation(demo: Demo) -> None:
    administrator = Staff.objects.get(email=demo.people[0].email)
    assert administrator.check_password(demo.people[0].password)
    assert administrator.may("people.manage")


def test_every_message_has_its_source_and_every_source_its_message(demo: Demo) -> None:
    assert not Message.objects.filter(kind="inbound", inbound__raw__content=None).exists()
    assert Message.objects.filter(kind="inbound").count() == InboundMessage.objects.count()
    assert InboundMessage.objects.count() == RawMessage.objects.count()
    assert Message.objects.filter(kind="outbound").count() == Delivery.objects.count()
    assert not Message.objects.exclude(kind="note").filter(Q(staff=None, customer=None)).exists()


def test_a_ticket_sums_up_its_messages(demo: Demo) -> None:
    for ticket in Ticket.objects.all():
        spoken = list(ticket.messages.exclude(kind="note").order_by("at").values_list("at", flat=True))
        assert (ticket.message_count, ticket.last_message_at) == (len(spoken), spoken[-1])
        assert ticket.created_at == spoken[0] <= ticket.updated_at <= NOW
        assert (ticket.waiting_since is not None) <= (ticket.last_message_from == "customer")
        assert (ticket.solved_at is not None) == (ticket.status in ("solved", "closed"))


def test_a_few_are_open_and_some_of_their_customers_wait(demo: Demo) -> None:
    states = Counter(Ticket.objects.values_list("status", flat=True))
    active = sum(states[status] for status in Ticket.ACTIVE)
    assert TICKETS * 0.03 <= active <= TICKETS * 0.2
    assert states["closed"] > 0
    assert Ticket.objects.filter(waiting_since__isnull=False).exists()


def test_the_timeline_is_in_order_and_told_by_the_event_log(demo: Demo) -> None:
    ticket = Ticket.objects.order_by("-message_count").first()
    assert ticket is not None
    timeline = read_timeline(ticket=ticket, cursor=None, limit=50)
    assert [message.at for message in timeline.messages] == sorted(
        message.at for message in timeline.messages
    )
    assert len(timeline.events) >= 3
    told = [event.type for event in Event.objects.filter(subject=f"ticket:{ticket.pk}").order_by("position")]
    assert told[:2] == ["tickets.opened", "tickets.customer_wrote"]
    assert told.count("tickets.customer_wrote") == ticket.messages.filter(kind="inbound").count()


def test_positions_are_dense_in_the_order_of_time_and_in_the_buckets_of_their_subjects(demo: Demo) -> None:
    positions = list(Event.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    moments = list(Event.objects.order_by("position").values_list("at", flat=True))
    assert moments == sorted(moments)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM event_log_event WHERE bucket <> (hashtext(subject) & 2147483647) % 16"
        )
        assert cursor.fetchone() == (0,)


def test_no_subscriber_runs_over_what_was_loaded(demo: Demo) -> None:
    head = Event.objects.aggregate(head=Max("position"))["head"]
    assert set(Cursor.objects.values_list("position", flat=True)) == {head}


def test_bells_ring_for_the_latest_facts_and_no_mail_is_owed_for_them(demo: Demo) -> None:
    rows = Notification.objects.unread()
    assert rows.values("staff").distinct().count() >= 5
    assert rows.count() <= LATEST * 10
    assert Decision.objects.filter(rule="told").exists()
    assert not Sending.objects.exists()
    assert not Effect.objects.filter(kind__startswith="notifications.").exists()


def test_two_characters_of_chinese_find_tickets_and_customers(demo: Demo) -> None:
    manager = Staff.objects.get(email=next(p.email for p in demo.people if p.roles == ("manager",)))
    hits, _ = search_tickets(query="退款", cursor=None, limit=20, by=manager)
    assert hits
    assert all("退款" in hit.snippet.text or "退款" in hit.ticket.subject for hit in hits)
    someone = Customer.objects.filter(language="zh-CN").exclude(company="").first()
    assert someone is not None
    found = list_customers(query=someone.name, cursor=None, limit=100, by=manager)
    assert someone.pk in [customer.pk for customer in found.items]
    assert TicketSearch.objects.count() == TICKETS
    agent = Staff.objects.get(email=next(p.email for p in demo.people if p.roles == ("agent",)))
    theirs, _ = search_tickets(query="您好", cursor=None, limit=100, by=agent)
    spoken = Ticket.objects.visible_to(agent).filter(messages__inbound__text__contains="您好").distinct()
    assert len(theirs) >= min(100, spoken.count()) > 0
    assert count_views(views=views_of(by=manager), by=manager, now=NOW)["open"] > 0


def test_every_identity_and_participant_belongs_together(demo: Demo) -> None:
    assert Identity.objects.values("kind", "value").distinct().count() == Identity.objects.count()
    for participant in Participant.objects.select_related("ticket"):
        identity = Identity.objects.get(kind=participant.kind, value=participant.value)
        assert identity.customer_id == participant.ticket.customer_id


@pytest.mark.parametrize("kind", ["api", "chat", "email"])
def test_raw_messages_say_what_was_understood_and_threads_are_found_again(demo: Demo, kind: str) -> None:
    said = InboundMessage.objects.filter(channel__kind=kind).select_related("raw__channel", "raw__file")
    for inbound in said[:40]:
        parsed = provider_of(kind).parse(inbound.raw)
        assert (parsed.text, parsed.subject, parsed.sent_at) == (
            inbound.text,
            inbound.subject,
            inbound.sent_at,
        )
        assert (parsed.html, parsed.quoted_text) == (inbound.html, inbound.quoted_text)
        assert parsed.ticket_number == inbound.ticket_number
        assert parsed.headers.items() >= inbound.headers.items()
        assert (parsed.sender_kind, parsed.sender_value) == (inbound.sender_kind, inbound.sender_value)
        assert parsed.thread_keys == inbound.thread_keys
        assert parsed.own_keys == inbound.own_keys
        ticket_id = Message.objects.get(inbound=inbound).ticket_id
        assert set(ThreadKey.objects.filter(key__in=parsed.own_keys).values_list("ticket_id", flat=True)) == {
            ticket_id
        }
    for delivery in Delivery.objects.filter(channel__kind=kind).select_related("channel")[:40]:
        keys = provider_of(kind).own_keys(delivery)
        assert ThreadKey.objects.filter(key__in=keys, ticket__messages__delivery=delivery).count() == len(
            keys
        )


def test_nothing_lies_in_the_future_and_nothing_before_its_customer(demo: Demo) -> None:
    assert not Message.objects.filter(at__gt=NOW).exists()
    assert not Event.objects.filter(at__gt=NOW).exists()
    assert not Ticket.objects.filter(created_at__lt=F("customer__created_at")).exists()


def test_a_database_with_data_is_refused_and_left_as_it_is(demo: Demo) -> None:
    before = (Ticket.objects.count(), Event.objects.count(), Staff.objects.count())
    with pytest.raises(NotEmpty, match="not_empty"):
        make_demo(tickets=10, seed=1, now=NOW)
    assert (Ticket.objects.count(), Event.objects.count(), Staff.objects.count()) == before


def test_more_can_be_added_beside_what_is_there(demo: Demo) -> None:
    more = make_demo(tickets=40, seed=7, now=NOW + timedelta(days=1), add=True)
    assert Ticket.objects.count() == TICKETS + 40
    assert more.people == []
    positions = Event.objects.aggregate(first=Min("position"), last=Max("position"), count=Count("position"))
    assert positions["last"] - positions["first"] + 1 == positions["count"]


def test_nothing_is_added_while_events_wait_for_their_subscribers(demo: Demo) -> None:
    waiting = Cursor.objects.filter(subscriber="tickets", lane=0)
    waiting.update(position=0, types=["tickets.opened"])
    assert Event.objects.filter(type="tickets.opened", bucket__in=range(0, 16, LANES)).exists()
    with pytest.raises(Busy):
        make_demo(tickets=10, seed=1, now=NOW, add=True)
    assert Ticket.objects.count() == TICKETS


def test_columns_the_demo_does_not_know_get_their_defaults() -> None:
    assert rest()["tickets_message"] == "\t\\N\t\\N"  # idempotency_key, origin
    assert rest()["channels_delivery"].split("\t")[1:] == ["[]", "", "f"]  # cc, html, automatic


def test_answers_are_prepared_in_both_languages_and_found_by_their_sound(demo: Demo) -> None:
    agent = Staff.objects.get(email="liu.huimin@luting.example")
    found = suggested_macros(narrowed=MacroFilter(query="tkdz"), language="zh", region="", by=agent)
    assert [macro.name for macro in found] == ["退款到账时间"]
    assert suggested_macros(narrowed=MacroFilter(), language="en", region="", by=agent)[0].name == "Greeting"
    assert "安排上门维修" not in Macro.objects.visible_to(agent).values_list("name", flat=True)


def test_somebody_shared_a_draft_on_a_ticket_that_waits(demo: Demo) -> None:
    draft = Draft.objects.select_related("ticket").get(shared_at__isnull=False)
    assert draft.ticket.waiting_since is not None
    assert [edit.staff_id for edit in draft.edits.all()] == [draft.ticket.assignee_id]
