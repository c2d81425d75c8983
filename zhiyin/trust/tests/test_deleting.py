"""A deleted ticket leaves nothing of what was said, and takes nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from zhiyin.channels.commands.receiving import FORGOTTEN, receive_raw_message
from zhiyin.channels.models import Delivery, ForgottenMessage, InboundMessage, RawMessage
from zhiyin.channels.providers.chat.models import Conversation, Line, Visitor
from zhiyin.channels.providers.email.models import CorrespondentKey
from zhiyin.customers.models import Customer, Identity
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.files.files import clear_unused_files
from zhiyin.platform.files.models import StoredFile
from zhiyin.platform.ledger.models import Effect
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, make_channel, understood
from zhiyin.tickets.commands.merging import merge_tickets
from zhiyin.tickets.commands.receiving import receive_message
from zhiyin.tickets.models import Message, Ticket
from zhiyin.trust.models import RetentionRule
from zhiyin.trust.tests.scene import NOW, SECRET, apply, full, keeper, over, rule, solve

pytestmark = pytest.mark.django_db
KEPT_ON_PURPOSE = {"people_staff"}  # whom the tests name


@pytest.fixture
def by() -> Staff:
    return keeper()


def tables_that_say(words: str) -> list[str]:
    """Every table of the database in which any row says this, in a text, a list, JSON or bytes."""
    return sorted(set(_tables_that_say(words)) - KEPT_ON_PURPOSE)


def _tables_that_say(words: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT 1 FROM "{table}" AS row_ WHERE row_::text LIKE %s OR row_::text LIKE %s LIMIT 1',
                [f"%{words}%", f"%{words.encode().hex()}%"],
            )
            if cursor.fetchone():
                yield table


def test_nothing_is_left_of_what_was_said_by_whom(by: Staff) -> None:
    ticket = full(days=40, by=by)
    assert len(tables_that_say(SECRET)) >= 5
    assert "customers_identity" in tables_that_say("wang@example.com")
    run = apply(rule(by=by), by=by)
    assert (run.state, run.tickets, run.customers, run.held, run.failed) == ("done", 1, 1, 0, 0)
    assert not Ticket.objects.filter(pk=ticket.pk).exists()
    clear_unused_files(now=timezone.now() + timedelta(days=2))
    assert tables_that_say(SECRET) == []
    assert tables_that_say("wang@example.com") == []
    rows = (Message, InboundMessage, RawMessage, Delivery, StoredFile, Customer, Identity)
    assert [model.__name__ for model in rows if model._default_manager.exists()] == []
    assert not Effect.objects.filter(key__startswith="delivery:").exists()


def test_what_is_young_open_or_of_others_stays(by: Staff) -> None:
    young = over(days=29, by=by, sender="young@example.com")
    still_open = arrive(sender="open@example.com", at=NOW - timedelta(days=90)).ticket
    over(days=31, by=by, sender="wang@example.com")
    apply(rule(by=by), by=by)
    assert set(Ticket.objects.values_list("pk", flat=True)) == {young.pk, still_open.pk}
    assert set(Identity.objects.values_list("value", flat=True)) == {"young@example.com", "open@example.com"}


def test_a_customer_stays_while_any_ticket_of_theirs_does(by: Staff) -> None:
    over(days=40, by=by)
    young = over(days=3, by=by)
    run = apply(rule(by=by), by=by)
    assert (run.tickets, run.customers) == (1, 0)
    assert Customer.objects.get().pk == young.customer_id


def test_a_mail_that_was_forgotten_is_not_taken_in_again(by: Staff) -> None:
    ticket = over(days=40, by=by)
    raw = RawMessage.objects.get()
    apply(rule(by=by), by=by)
    again = receive_raw_message(channel=ticket.channel, content=b"raw", external_id=raw.external_id, now=NOW)
    assert again == (FORGOTTEN, False)
    assert (RawMessage.objects.count(), ForgottenMessage.objects.count()) == (0, 1)
    _, is_new = receive_raw_message(channel=ticket.channel, content=b"new", external_id="another", now=NOW)
    assert is_new


def test_what_was_merged_goes_with_its_target(by: Staff) -> None:
    old, into = over(days=50, by=by), over(days=50, by=by)
    Ticket.objects.filter(pk=into.pk).update(status="open")
    merge_tickets(into_id=into.pk, merged_ids=[old.pk], by=by, now=NOW - timedelta(days=45))
    solve(into, by=by, at=NOW - timedelta(days=45))
    Ticket.objects.filter(pk=into.pk).update(last_message_at=NOW - timedelta(days=45))
    run = apply(rule(by=by), by=by)
    assert (run.tickets, Ticket.objects.count()) == (2, 0)


def test_an_alias_does_not_go_before_its_target(by: Staff) -> None:
    old, into = over(days=50, by=by), arrive(at=NOW).ticket
    merge_tickets(into_id=into.pk, merged_ids=[old.pk], by=by, now=NOW)
    run = apply(rule(by=by), by=by)
    assert (run.tickets, Ticket.objects.count()) == (0, 2)


def test_a_chat_goes_with_its_lines_and_in_the_end_its_visitor(by: Staff) -> None:
    channel = make_channel("chat")
    visitor = Visitor.objects.create(channel=channel, name=SECRET, email="wang@example.com", created_at=NOW)
    here = Conversation.objects.create(visitor=visitor, seen_at=NOW, last_number=3)
    first = _chat(here, number=1, days=40)
    Line.objects.create(
        conversation=here, number=2, side="system", text="发到 wang@example.com", at=NOW - timedelta(days=39)
    )
    later = _chat(here, number=3, days=5)
    solve(first.ticket, by=by, at=NOW - timedelta(days=40))
    everything = rule(by=by)
    apply(everything, by=by)
    assert list(here.lines.values_list("number", flat=True)) == [3]
    assert Visitor.objects.get().name == SECRET
    solve(later.ticket, by=by, at=NOW - timedelta(days=5))
    RetentionRule.objects.update(days=2)
    apply(everything, by=by)
    assert (Visitor.objects.count(), Conversation.objects.count(), Line.objects.count()) == (0, 0, 0)
    assert tables_that_say(SECRET) == []


def _chat(here: Conversation, *, number: int, days: int) -> Message:
    at = NOW - timedelta(days=days)
    message = arrive(
        channel=here.visitor.channel,
        sender_kind="visitor",
        sender=f"{here.visitor.channel_id}-{here.visitor_id}",
        text=SECRET,
        at=at,
        own_keys=[f"{here.thread_key}:{number}"],
    )
    assert message.inbound is not None
    Line.objects.create(
        conversation=here, number=number, side="visitor", text=SECRET, raw=message.inbound.raw, at=at
    )
    return message


def test_messages_on_no_ticket_go_too(by: Staff) -> None:
    held = understood(
        sender="spam@example.com", at=NOW - timedelta(days=40), held_at=NOW - timedelta(days=40)
    )
    fresh = understood(sender="spam@example.com", at=NOW - timedelta(days=4), held_at=NOW - timedelta(days=4))
    parked = understood(sender="waits@example.com", at=NOW - timedelta(days=40))
    run = apply(rule(by=by), by=by)
    assert run.strays == 1
    assert not InboundMessage.objects.filter(pk=held.pk).exists()
    assert set(InboundMessage.objects.values_list("pk", flat=True)) == {fresh.pk, parked.pk}


def test_a_copy_that_was_news_elsewhere_stays_there(by: Staff) -> None:
    old = over(days=40, by=by, content_key="same")
    first = Message.objects.get(ticket=old).inbound
    copy = understood(at=NOW, text="又来了", copy_of=first)
    Ticket.objects.filter(pk=old.pk).update(status="closed")
    elsewhere = receive_message(inbound_id=copy.pk)
    assert elsewhere is not None
    assert elsewhere.ticket_id != old.pk
    apply(rule(by=by), by=by)
    assert InboundMessage.objects.get().text == "又来了"
    assert not Ticket.objects.filter(pk=old.pk).exists()


def test_keys_of_the_forgotten_go(by: Staff) -> None:
    over(days=40, by=by)
    over(days=1, by=by, sender="li@example.com")
    for address in ("wang@example.com", "li@example.com"):
        CorrespondentKey.objects.create(
            address=address, kind="pgp", fingerprint=address, key="k", first_seen_at=NOW
        )
    apply(rule(by=by), by=by)
    assert list(CorrespondentKey.objects.values_list("address", flat=True)) == ["li@example.com"]


def test_each_ticket_that_went_is_told_by_its_number(by: Staff) -> None:
    ticket = over(days=40, by=by)
    apply(rule(by=by), by=by)
    told = PendingEvent.objects.filter(type__in=["tickets.forgotten", "customers.forgotten"]).order_by("pk")
    assert list(told.values_list("subject", "payload")) == [
        (f"customer:{ticket.customer_id}", {"customer_id": ticket.customer_id}),
        (f"ticket:{ticket.pk}", {"ticket_id": ticket.pk}),
    ]


def test_an_api_client_that_repeats_itself_is_told(by: Staff) -> None:
    channel = make_channel("api", key="crm")
    said = {
        "external_id": "order-1",
        "sender": {"kind": "email", "value": "wang@example.com"},
        "text": SECRET,
    }
    api = client_for(by)
    assert api.post("/api/v1/channels/crm/messages", said).status_code == 201
    let_events_happen()
    ticket = Ticket.objects.get(channel=channel)
    long_ago = timezone.now() - timedelta(days=400)
    solve(ticket, by=by, at=long_ago)
    Ticket.objects.update(last_message_at=long_ago)
    apply(rule(by=by), by=by)
    answer = api.post("/api/v1/channels/crm/messages", said)
    assert (answer.status_code, answer.json()["code"]) == (410, "channels.handed_in_and_forgotten")
    assert not RawMessage.objects.exists()
