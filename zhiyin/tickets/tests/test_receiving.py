from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.channels.models import Delivery
from zhiyin.customers.models import Customer
from zhiyin.people.models import Group
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.tickets import arrive, make_channel, make_ticket, understood
from zhiyin.tickets.commands.receiving import receive_message, receive_messages
from zhiyin.tickets.models import Message, Participant, Ticket, TicketSearch

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return list(PendingEvent.objects.order_by("pk").values_list("type", flat=True))


def test_a_first_message_opens_a_ticket_in_the_channels_group(support: Group) -> None:
    at = timezone.now()
    message = arrive(channel=make_channel(group=support), at=at)
    ticket = message.ticket
    assert (ticket.subject, ticket.status, ticket.group) == ("退款多久到账", "new", support)
    assert (ticket.waiting_since, ticket.last_message_from, ticket.message_count) == (at, "customer", 1)
    assert ticket.preview == "你好，我的订单退款多久到账？"
    assert ticket.pk >= 1001
    assert told()[-2:] == ["tickets.opened", "tickets.customer_wrote"]


@pytest.mark.parametrize("key", ["mid:<first@mail.example>", "token:abc"])
def test_a_reply_joins_by_any_key_it_refers_to(key: str) -> None:
    first = arrive(own_keys=["mid:<first@mail.example>", "token:abc"])
    reply = arrive(thread_keys=["mid:<unknown@x>", key], subject="完全不同的主题", text="还没到")
    assert reply.ticket_id == first.ticket_id
    assert Ticket.objects.count() == 1
    assert reply.ticket.message_count == 2


def test_the_best_reference_wins() -> None:
    older = arrive(own_keys=["mid:<a@x>"])
    newer = arrive(own_keys=["mid:<b@x>"])
    assert arrive(thread_keys=["mid:<b@x>", "mid:<a@x>"]).ticket_id == newer.ticket_id
    assert arrive(thread_keys=["mid:<a@x>", "mid:<b@x>"]).ticket_id == older.ticket_id


def test_a_number_in_the_subject_is_believed_from_a_participant_only() -> None:
    ticket = arrive(sender="wang@example.com").ticket
    assert arrive(sender="WANG@example.com", ticket_number=ticket.pk).ticket == ticket
    stranger = arrive(sender="mallory@evil.example", ticket_number=ticket.pk)
    assert stranger.ticket != ticket


def test_a_colleague_of_the_customer_who_answers_a_mail_of_the_thread_takes_part() -> None:
    first = arrive(own_keys=["mid:<first@x>"])
    reply = arrive(sender="colleague@example.com", sender_name="李雷", thread_keys=["mid:<first@x>"])
    assert reply.ticket_id == first.ticket_id
    values = set(Participant.objects.filter(ticket=first.ticket).values_list("value", flat=True))
    assert values == {"wang@example.com", "colleague@example.com"}


def test_our_own_mailboxes_take_no_part() -> None:
    make_channel(name="Sales", settings={"address": "sales@shop.example"})
    cc = [
        {"role": "cc", "value": value, "name": ""} for value in ("Sales+x@shop.example", "boss@example.com")
    ]
    message = arrive(parties=cc)
    values = set(Participant.objects.filter(ticket=message.ticket).values_list("value", flat=True))
    assert values == {"wang@example.com", "boss@example.com"}


def test_a_message_to_a_closed_ticket_opens_a_new_one() -> None:
    first = arrive(own_keys=["mid:<first@x>"])
    Ticket.objects.filter(pk=first.ticket_id).update(status="closed")
    assert arrive(thread_keys=["mid:<first@x>"]).ticket_id != first.ticket_id


@pytest.mark.parametrize("status", ["pending", "on_hold", "solved"])
def test_a_customers_message_reopens(status: str) -> None:
    first = arrive(own_keys=["mid:<first@x>"])
    Ticket.objects.filter(pk=first.ticket_id).update(
        status=status, solved_at=timezone.now(), waiting_since=None
    )
    at = timezone.now() + timedelta(hours=1)
    ticket = arrive(thread_keys=["mid:<first@x>"], at=at).ticket
    assert (ticket.status, ticket.solved_at, ticket.waiting_since) == ("open", None, at)
    assert "tickets.reopened" in told()


def test_waiting_counts_from_the_first_unanswered_message() -> None:
    at = timezone.now()
    first = arrive(own_keys=["mid:<first@x>"], at=at)
    ticket = arrive(thread_keys=["mid:<first@x>"], at=at + timedelta(minutes=5)).ticket
    assert (ticket.waiting_since, ticket.last_message_at) == (at, at + timedelta(minutes=5))
    assert ticket.pk == first.ticket_id


def test_an_automatic_answer_joins_without_reopening_or_waiting() -> None:
    first = arrive(own_keys=["mid:<first@x>"])
    Ticket.objects.filter(pk=first.ticket_id).update(status="solved", waiting_since=None)
    ticket = arrive(thread_keys=["mid:<first@x>"], automatic="auto_reply").ticket
    assert (ticket.status, ticket.waiting_since, ticket.message_count) == ("solved", None, 2)


def test_automatic_mail_out_of_nowhere_is_kept_solved_and_tagged() -> None:
    ticket = arrive(automatic="auto_reply").ticket
    assert (ticket.status, ticket.tags, ticket.waiting_since) == ("solved", ["automatic"], None)


def test_an_unreadable_message_becomes_a_visible_ticket() -> None:
    ticket = arrive(unreadable=True, subject="", text="").ticket
    assert (ticket.status, ticket.tags) == ("new", ["unreadable"])


def test_a_bounce_of_our_own_mail_shows_on_the_mail_and_opens_nothing() -> None:
    now = timezone.now()
    delivery = Delivery.objects.create(
        channel=make_channel(), recipient="x@y.z", created_at=now, not_before=now
    )
    inbound = understood(automatic="bounce", bounced=delivery)
    assert receive_message(inbound_id=inbound.pk) is None
    assert not Ticket.objects.exists()


def test_one_customer_for_one_address_however_it_is_written() -> None:
    arrive(sender="Wang@Example.com")
    arrive(sender="wang@example.com")
    assert Customer.objects.count() == 1


def test_a_message_is_received_once() -> None:
    from django.db import IntegrityError, transaction

    inbound = understood()
    receive_message(inbound_id=inbound.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        receive_message(inbound_id=inbound.pk)
    assert Message.objects.count() == 1
    assert Ticket.objects.count() == 1


def test_receiving_takes_a_fixed_number_of_queries(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    ticket = make_ticket(own_keys=["mid:<first@x>"])
    inbound = understood(
        thread_keys=["mid:<first@x>"], parties=[{"role": "cc", "value": "a@b.c", "name": ""}]
    )
    with django_assert_max_num_queries(18):
        receive_message(inbound_id=inbound.pk)
    assert ticket.messages.count() == 2


def test_a_conversation_whose_ticket_is_closed_goes_on_in_one_new_ticket() -> None:
    chat = {"thread_keys": ["chat:7"], "own_keys": ["chat:7"]}
    closed = arrive(**chat).ticket
    Ticket.objects.filter(pk=closed.pk).update(status=Ticket.Status.CLOSED)
    second, third = arrive(**chat).ticket, arrive(**chat).ticket
    assert second != closed
    assert third == second


def test_many_messages_take_as_many_queries_as_a_few() -> None:
    known = make_ticket(own_keys=["mid:<known@x>"])

    def batch(size: int) -> list[int]:
        new = [understood(sender=f"{size}.{number}@example.com") for number in range(size)]
        answers = [
            understood(sender=one.sender_value, thread_keys=one.own_keys, parties=[_COPIED])
            for one in new[::2]
        ]
        return [one.pk for one in (*new, *answers, understood(thread_keys=["mid:<known@x>"]))]

    taken = {}
    for size in (2, 50):
        asked = batch(size)
        with CaptureQueriesContext(connection) as queries:
            received = receive_messages(inbound_ids=asked)
        taken[size] = len(queries)
        tickets = [message.ticket_id for message in received if message is not None]
        assert len(set(tickets[:size])) == size
        assert tickets[size:-1] == tickets[:size:2]
        assert tickets[-1] == known.pk
    assert taken[50] == taken[2] <= 26


def test_messages_taken_in_together_come_to_the_same_as_one_by_one() -> None:
    """A chain, a known ticket that is solved, one that is closed, the number in a subject, a machine, a copy."""

    def scene(run: str) -> list[int]:
        solved = arrive(sender=f"{run}@example.com", own_keys=[f"mid:solved{run}"]).ticket
        closed = arrive(sender=f"{run}@example.com", own_keys=[f"chat:{run}"]).ticket
        Ticket.objects.filter(pk=solved.pk).update(status="solved", waiting_since=None)
        Ticket.objects.filter(pk=closed.pk).update(status="closed", waiting_since=None)
        chat: dict[str, Any] = {"thread_keys": [f"chat:{run}"], "own_keys": [f"chat:{run}"]}
        first = understood(sender=f"{run}@example.com", text="first", own_keys=[f"mid:{run}"])
        return [
            one.pk
            for one in (
                first,
                understood(sender=f"other{run}@example.com", thread_keys=[f"mid:{run}"], parties=[_COPIED]),
                understood(sender=f"{run}@example.com", thread_keys=[f"mid:solved{run}"]),
                understood(sender=f"{run}@example.com", ticket_number=solved.pk, subject="by number"),
                understood(sender=f"stranger{run}@example.com", ticket_number=solved.pk, subject="no part"),
                understood(
                    sender=f"robot{run}@example.com", thread_keys=[f"mid:{run}"], automatic="auto_reply"
                ),
                understood(sender=f"{run}@example.com", copy_of=first, own_keys=[f"mid:{run}"]),
                understood(sender=f"{run}@example.com", **chat),
                understood(sender=f"{run}@example.com", **chat),
            )
        ]

    def outcome(inbound_ids: list[int], run: str) -> list[object]:
        said = Message.objects.filter(inbound__in=inbound_ids).order_by("inbound")
        tickets = list(dict.fromkeys(message.ticket for message in said))
        told: list[object] = [tickets.index(message.ticket) for message in said]
        for ticket in tickets:
            facts = PendingEvent.objects.filter(subject=f"ticket:{ticket.pk}").order_by("pk")
            parts = ticket.participants.order_by("kind", "value").values_list("value", "role")
            words = str(TicketSearch.objects.get(pk=ticket.pk).document).replace(f"'#{ticket.pk}'", "")
            told.append([ticket.status, ticket.message_count, ticket.version, ticket.subject, ticket.tags])
            told.append([ticket.waiting_since is None, list(facts.values_list("type", flat=True))])
            told.append([(value.replace(run, ""), role) for value, role in parts])
            told.append(len(words.split()))
        return told

    together, apart = scene("aa"), scene("bb")
    received = receive_messages(inbound_ids=together)
    alone = [receive_message(inbound_id=one) for one in apart]
    assert [one is None for one in received] == [one is None for one in alone]
    assert outcome(together, "aa") == outcome(apart, "bb")
    assert outcome(together, "aa")[:8] == [0, 0, 1, 1, 2, 0, 3, 3]


_COPIED = {"role": "cc", "value": "a@b.c", "name": ""}
