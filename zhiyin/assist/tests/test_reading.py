"""What customers write is read as it comes in, shows on the ticket, and can be corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.assist.commands.reading import NoSuchMood, correct_mood
from zhiyin.assist.models import Correction, Reading
from zhiyin.assist.reactions import read_when_customers_wrote
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event, PendingEvent
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import give_to, make_ticket, understood
from zhiyin.tickets.commands.receiving import receive_message
from zhiyin.tickets.events import CustomerWrote
from zhiyin.tickets.fields.registry import Viewpoint
from zhiyin.tickets.fields.trees import checked_tree, condition_of
from zhiyin.tickets.models import Category, Message, Ticket

pytestmark = pytest.mark.django_db


def angry_ticket(support: Group, **fields: str) -> Ticket:
    return make_ticket(
        group=support,
        **fields,
        subject="退款页面打不开",
        text="退款页面一直报错，三天了没人管，你们是骗子吗！！再不退我就打 12315 投诉。订单 SO-2026-001234",
    )


def wrote(ticket: Ticket) -> CustomerWrote:
    last = Message.objects.filter(ticket=ticket).latest("pk")
    return CustomerWrote(ticket_id=ticket.pk, message_id=last.pk, at=timezone.now(), position=last.pk)


def test_a_ticket_opens_with_its_mood_category_and_risks(support: Group) -> None:
    refunds = Category.objects.create(name="退货退款")
    ticket = angry_ticket(support)
    let_events_happen()
    ticket.refresh_from_db()
    assert ticket.mood == "angry"
    reading = Reading.objects.get(ticket=ticket)
    assert (reading.language, reading.risks) == ("zh", ["regulator"])
    assert "骗子" in reading.mood_words
    assert (reading.category_id, reading.model, reading.topic) == (refunds.pk, "pack", "refund")
    assert {"kind": "order", "text": "SO-2026-001234"} in reading.entities
    assert Event.objects.filter(type="tickets.mood_heard", subject=f"ticket:{ticket.pk}").count() == 1


def test_conditions_may_ask_for_mood_risk_language_and_suggested_category(
    support: Group, owner: Staff
) -> None:
    refunds = Category.objects.create(name="退货退款")
    ticket = angry_ticket(support)
    calm = make_ticket(
        group=support, sender="li@example.com", subject="Hours", text="What are your opening hours?"
    )
    let_events_happen()
    viewpoint = Viewpoint(by=owner, now=timezone.now())

    def found(field: str, value: object, operator: str = "any_of") -> list[int]:
        tree = checked_tree({"all": [{"field": field, "is": operator, "value": value}]})
        return list(
            Ticket.objects.filter(condition_of(tree, viewpoint)).order_by("pk").values_list("pk", flat=True)
        )

    assert found("mood", ["angry"]) == [ticket.pk]
    assert found("mood", ["angry"], "none_of") == [calm.pk]
    assert found("assist_risk", ["regulator"]) == [ticket.pk]
    assert found("assist_language", ["en"]) == [calm.pk]
    assert found("assist_category", [refunds.pk]) == [ticket.pk]


def test_the_mood_follows_what_is_written_next(support: Group) -> None:
    ticket = angry_ticket(support)
    let_events_happen()
    later = understood(ticket_number=ticket.pk, text="太感谢了，退款收到了，问题解决了，服务真好")
    receive_message(inbound_id=later.pk)
    let_events_happen()
    ticket.refresh_from_db()
    assert (ticket.message_count, ticket.mood) == (2, "pleased")
    reading = Reading.objects.get(ticket=ticket)
    assert len(reading.scores) == 2
    assert reading.scores[0] < 0 < reading.scores[1]
    assert reading.risks == ["regulator"]  # said once is said


def test_a_correction_holds_and_is_kept_for_training(support: Group, owner: Staff) -> None:
    ticket = give_to(angry_ticket(support), owner.pk)
    let_events_happen()
    correct_mood(ticket_id=ticket.pk, mood="anxious", by=owner, now=timezone.now())
    ticket.refresh_from_db()
    assert ticket.mood == "anxious"
    kept = Correction.objects.get()
    assert (kept.was, kept.is_now, kept.by) == ("angry", "anxious", owner)
    with pytest.raises(NoSuchMood):
        correct_mood(ticket_id=ticket.pk, mood="sleepy", by=owner, now=timezone.now())
    assert Correction.objects.count() == 1


def test_who_may_not_edit_the_ticket_may_not_correct_it(support: Group, stranger: Staff) -> None:
    ticket = angry_ticket(support)
    let_events_happen()
    with pytest.raises(Ticket.DoesNotExist):
        correct_mood(ticket_id=ticket.pk, mood="neutral", by=stranger, now=timezone.now())
    assert Ticket.objects.get(pk=ticket.pk).mood == "angry"


def test_automatic_messages_are_not_read(support: Group) -> None:
    receive_message(inbound_id=understood(automatic="auto_reply", text="骗子骗子").pk)
    let_events_happen()
    assert not Reading.objects.exists()


def test_what_many_wrote_is_read_with_the_queries_of_two(support: Group) -> None:
    tickets = [angry_ticket(support, sender=f"{number}@example.com") for number in range(53)]
    facts = [wrote(ticket) for ticket in tickets]
    read_when_customers_wrote(facts[:1])  # the pack is learned at first need
    pending = PendingEvent.objects.count()
    counts = []
    for batch in (facts[1:3], facts[3:]):
        with CaptureQueriesContext(connection) as captured:
            read_when_customers_wrote(batch)
        counts.append(len(captured))
    # words, model, pack, its categories, moods learned, tickets, readings twice, moods, facts twice, where machines answer
    assert counts == [12, 12]
    assert set(Ticket.objects.values_list("mood", flat=True)) == {"angry"}
    assert Reading.objects.filter(mood="angry", risks=["regulator"]).count() == 53
    assert PendingEvent.objects.count() == pending + 2 * 52
    with CaptureQueriesContext(connection) as captured:
        read_when_customers_wrote([replace(fact, automatic=True) for fact in facts])
    assert len(captured) == 0


def test_messages_of_a_batch_are_heard_in_their_order(support: Group) -> None:
    ticket = angry_ticket(support)
    first = wrote(ticket)
    receive_message(inbound_id=understood(ticket_number=ticket.pk, text="太感谢了，服务真好，问题解决了").pk)
    second = wrote(ticket)
    read_when_customers_wrote([first, second])
    reading = Reading.objects.get(ticket=ticket)
    assert [score < 0 for score in reading.scores] == [True, False]
    ticket.refresh_from_db()
    assert (reading.mood, ticket.mood) == ("pleased", "pleased")
    assert PendingEvent.objects.filter(type="assist.ticket_read").count() == 1


def test_a_message_that_was_written_before_what_was_read_leaves_the_mood(support: Group) -> None:
    ticket = angry_ticket(support)
    read_when_customers_wrote([wrote(ticket)])
    receive_message(inbound_id=understood(ticket_number=ticket.pk, text="太感谢了，服务真好，问题解决了").pk)
    late = wrote(ticket)
    Message.objects.filter(pk=late.message_id).update(at=ticket.created_at - timedelta(days=1))
    read_when_customers_wrote([late])
    assert Reading.objects.get(ticket=ticket).mood == "angry"
