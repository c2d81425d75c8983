"""Custom statuses inside the fixed ones."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, undo_reply, write_reply
from zhiyin.tickets.commands.editing import TicketChange, change_ticket
from zhiyin.tickets.commands.lifecycle import NotACustomStatus, NotAStatus
from zhiyin.tickets.models import CustomStatus, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support, own_keys=["mid:<first@x>"])


@pytest.fixture
def parts() -> CustomStatus:
    return CustomStatus.objects.create(name_zh="等配件", name_en="Waiting for parts", status="on_hold")


@pytest.fixture
def supplier() -> CustomStatus:
    return CustomStatus.objects.create(name_zh="等供应商", name_en="Waiting for supplier", status="on_hold")


def change(ticket: Ticket, by: Staff, **values: Any) -> Ticket:
    changed = change_ticket(
        ticket_id=ticket.pk, change=TicketChange(values=values), by=by, now=timezone.now()
    )
    return Ticket.objects.get(pk=changed.pk)


def last_fact() -> tuple[str, dict[str, Any]]:
    event = PendingEvent.objects.latest("pk")
    return event.type, event.payload


def test_a_custom_status_brings_its_fixed_one(ticket: Ticket, owner: Staff, parts: CustomStatus) -> None:
    changed = change(ticket, owner, custom_status_id=parts.pk)
    assert (changed.status, changed.custom_status_id) == ("on_hold", parts.pk)
    told = {"ticket_id": ticket.pk, "was": "new", "by_id": owner.pk}
    assert last_fact() == ("tickets.put_on_hold", told | {"custom_id": parts.pk, "was_custom_id": None})


def test_another_one_inside_the_same_fixed_one_is_told_as_such(
    ticket: Ticket, owner: Staff, parts: CustomStatus, supplier: CustomStatus
) -> None:
    change(ticket, owner, custom_status_id=parts.pk)
    changed = change(ticket, owner, status="on_hold", custom_status_id=supplier.pk)
    assert (changed.status, changed.custom_status_id) == ("on_hold", supplier.pk)
    told = {"ticket_id": ticket.pk, "status": "on_hold", "by_id": owner.pk}
    assert last_fact() == (
        "tickets.status_refined",
        told | {"custom_id": supplier.pk, "was_custom_id": parts.pk},
    )
    assert change(ticket, owner, status="on_hold").custom_status_id == supplier.pk
    assert change(ticket, owner, custom_status_id=None).custom_status_id is None
    assert last_fact()[1]["custom_id"] is None
    count = PendingEvent.objects.count()
    change(ticket, owner, custom_status_id=None)
    assert PendingEvent.objects.count() == count


def test_another_fixed_status_drops_it_and_says_so(ticket: Ticket, owner: Staff, parts: CustomStatus) -> None:
    change(ticket, owner, custom_status_id=parts.pk)
    changed = change(ticket, owner, status="pending")
    assert (changed.status, changed.custom_status_id) == ("pending", None)
    told = {"ticket_id": ticket.pk, "was": "on_hold", "by_id": owner.pk}
    assert last_fact() == ("tickets.set_pending", told | {"custom_id": None, "was_custom_id": parts.pk})


def test_the_customer_s_next_word_drops_it(ticket: Ticket, owner: Staff, parts: CustomStatus) -> None:
    change(ticket, owner, custom_status_id=parts.pk)
    arrive(thread_keys=["mid:<first@x>"])
    reopened = Ticket.objects.get(pk=ticket.pk)
    assert (reopened.status, reopened.custom_status_id) == ("open", None)
    told = PendingEvent.objects.filter(type="tickets.reopened").latest("pk").payload
    assert (told["custom_id"], told["was_custom_id"]) == (None, parts.pk)


def test_an_undone_reply_drops_it(ticket: Ticket, owner: Staff) -> None:
    asked = CustomStatus.objects.create(name_zh="等照片", name_en="Waiting for pictures", status="pending")
    now = timezone.now()
    message = write_reply(
        ticket_id=ticket.pk,
        reply=ReplyText(text="请发照片"),
        idempotency_key="ask-for-pictures",
        then="pending",
        then_custom_status_id=asked.pk,
        by=owner,
        now=now,
    )
    waiting = Ticket.objects.get(pk=ticket.pk)
    assert (waiting.status, waiting.custom_status_id) == ("pending", asked.pk)
    undo_reply(ticket_id=ticket.pk, message_id=message.pk, by=owner, now=now)
    assert Ticket.objects.get(pk=ticket.pk).custom_status_id is None


def test_a_custom_status_out_of_use_gone_or_of_another_status_is_refused(
    ticket: Ticket, owner: Staff, parts: CustomStatus, supplier: CustomStatus
) -> None:
    CustomStatus.objects.filter(pk=supplier.pk).update(active=False)
    before = Ticket.objects.values().get(pk=ticket.pk)
    wrong: list[dict[str, Any]] = [
        {"custom_status_id": supplier.pk},
        {"custom_status_id": 10**9},
        {"custom_status_id": parts.pk, "status": "open"},
    ]
    for values in wrong:
        with pytest.raises(NotACustomStatus):
            change(ticket, owner, **values)
        assert Ticket.objects.values().get(pk=ticket.pk) == before


def test_one_inside_new_is_for_new_tickets(ticket: Ticket, owner: Staff) -> None:
    triage = CustomStatus.objects.create(name_zh="待分诊", name_en="Triage", status="new")
    assert change(ticket, owner, custom_status_id=triage.pk).custom_status_id == triage.pk
    opened = change(ticket, owner, status="open")
    with pytest.raises(NotAStatus):
        change(ticket, owner, custom_status_id=triage.pk)
    assert Ticket.objects.get(pk=ticket.pk).version == opened.version


def test_the_database_keeps_the_two_together_whoever_writes(ticket: Ticket, parts: CustomStatus) -> None:
    stored = Ticket.objects.filter(pk=ticket.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        stored.update(custom_status=parts)
    stored.update(status="on_hold", custom_status=parts)
    stored.update(status="open")
    assert stored.values_list("custom_status_id", flat=True).get() is None
    stored.update(status="on_hold", custom_status=parts)
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomStatus.objects.filter(pk=parts.pk).update(status="open")


def test_rows_lists_and_history_name_it_in_both_languages(
    ticket: Ticket, owner: Staff, support: Group, parts: CustomStatus
) -> None:
    make_ticket(group=support, sender="li@example.com")
    client, path = client_for(owner), f"/api/v1/tickets/{ticket.pk}"
    row = client.patch(path, {"custom_status_id": parts.pk}).json()
    named = {"id": parts.pk, "name_zh": "等配件", "name_en": "Waiting for parts"}
    assert (row["status"], row["custom_status"]) == ("on_hold", named)
    listed = client.get(f"/api/v1/tickets?view=open&custom_status={parts.pk}").json()["items"]
    assert [one["id"] for one in listed] == [ticket.pk]
    client.patch(path, {"status": "solved"})
    let_events_happen()
    happened = [one["event"] for one in client.get(path).json()["timeline"]["items"] if one["event"]]
    told = {event["type"]: event["params"] for event in happened}
    assert told["tickets.put_on_hold"]["custom"] == named
    assert told["tickets.resolved"]["was_custom"] == named
    assert "custom" not in told["tickets.resolved"]
