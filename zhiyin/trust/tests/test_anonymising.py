"""An anonymised ticket names nobody and says nothing, and is counted as before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.channels.models import Delivery, InboundMessage, RawMessage
from zhiyin.customers.models import Customer, Identity
from zhiyin.people.models import Staff
from zhiyin.platform.files.files import clear_unused_files
from zhiyin.testing.people import client_for
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.commands.merging import merge_tickets
from zhiyin.tickets.commands.unmerging import unmerge_ticket
from zhiyin.tickets.models import CustomField, Message, Rating, Ticket
from zhiyin.tickets.queries.threading import NoWayBack
from zhiyin.trust.tests.scene import NOW, SECRET, apply, full, keeper, over, rule
from zhiyin.trust.tests.test_deleting import tables_that_say

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Staff:
    return keeper()


def test_words_names_and_files_go_and_what_counts_stays(by: Staff) -> None:
    ticket = full(days=40, by=by)
    Rating.objects.create(ticket=ticket, score=2, words=SECRET, source="mail", at=NOW)
    before = dict(Ticket.objects.values().get(pk=ticket.pk))
    kinds = list(Message.objects.order_by("pk").values_list("kind", "at", "staff"))
    states = list(Delivery.objects.values_list("state", "created_at", "settled_at"))
    apply(rule("anonymise", by=by), by=by)
    clear_unused_files(now=timezone.now() + timedelta(days=2))
    assert tables_that_say(SECRET) == []
    assert tables_that_say("wang@example.com") == []
    after = dict(Ticket.objects.values().get(pk=ticket.pk))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"subject", "preview", "anonymised_at"}
    assert list(Message.objects.order_by("pk").values_list("kind", "at", "staff")) == kinds
    assert list(Delivery.objects.values_list("state", "created_at", "settled_at")) == states
    assert Rating.objects.get().score == 2
    assert (InboundMessage.objects.count(), RawMessage.objects.count()) == (3, 3)
    assert Customer.objects.get().name == ""
    assert not Identity.objects.exists()


def test_a_customer_who_is_still_somebody_is_not_on_it_any_more(by: Staff) -> None:
    old, young = over(days=40, by=by), over(days=3, by=by)
    run = apply(rule("anonymise", by=by), by=by)
    old.refresh_from_db()
    assert (run.tickets, run.customers) == (1, 0)
    assert old.customer_id != young.customer_id
    assert (old.customer.name, Customer.objects.get(pk=young.customer_id).name) == ("", "王芳")
    assert Message.objects.get(ticket=old).customer_id == old.customer_id
    listed = client_for(by).get("/api/v1/customers").json()["items"]
    assert [one["id"] for one in listed] == [young.customer_id]


def test_fields_marked_personal_go_and_others_stay(by: Staff) -> None:
    for key, is_personal in (("phone", True), ("product", False)):
        CustomField.objects.create(key=key, kind="text", name_zh=key, name_en=key, is_personal=is_personal)
    ticket = over(days=40, by=by)
    Ticket.objects.filter(pk=ticket.pk).update(fields={"phone": "13800000000", "product": "电饭煲"})
    apply(rule("anonymise", by=by), by=by)
    ticket.refresh_from_db()
    assert ticket.fields == {"product": "电饭煲"}


def test_free_words_customers_and_files_are_personal_unless_somebody_says_otherwise(by: Staff) -> None:
    client = client_for(by)
    told = {}
    for kind in ("text", "number", "customer"):
        body = {"key": f"of_{kind}", "kind": kind, "name_zh": kind, "name_en": kind}
        told[kind] = client.post("/api/v1/ticket-fields", body).json()["is_personal"]
    assert told == {"text": True, "number": False, "customer": True}
    field = CustomField.objects.get(key="of_text")
    changed = client.patch(f"/api/v1/ticket-fields/{field.pk}", {"is_personal": False}).json()
    assert changed["is_personal"] is False


def test_it_is_done_once(by: Staff) -> None:
    ticket = over(days=40, by=by)
    wanted = rule("anonymise", by=by)
    assert apply(wanted, by=by).tickets == 1
    ticket.refresh_from_db()
    first = ticket.anonymised_at
    assert apply(wanted, by=by).tickets == 0
    ticket.refresh_from_db()
    assert ticket.anonymised_at == first


def test_what_was_anonymised_can_be_deleted_later(by: Staff) -> None:
    full(days=400, by=by)
    apply(rule("anonymise", by=by), by=by)
    run = apply(rule("delete", days=365, by=by), by=by)
    assert run.tickets == 1
    rows = (Ticket, Message, InboundMessage, RawMessage, Delivery, Customer)
    assert [model.__name__ for model in rows if model._default_manager.exists()] == []


def test_nobody_can_be_answered_on_it(by: Staff) -> None:
    ticket = over(days=40, by=by)
    apply(rule("anonymise", by=by), by=by)
    with pytest.raises(NoWayBack):
        write_reply(ticket_id=ticket.pk, reply=ReplyText(text="您好"), idempotency_key="x", by=by, now=NOW)
    assert not Delivery.objects.exists()


def test_what_came_back_is_not_sent_to_nobody(by: Staff) -> None:
    full(days=40, by=by)
    client = client_for(by)
    [told] = client.get("/api/v1/operations").json()["failed_deliveries"]
    apply(rule("anonymise", by=by), by=by)
    assert client.get("/api/v1/operations").json()["failed_deliveries"] == []
    refused = client.post(f"/api/v1/operations/deliveries/{told['id']}/retry")
    assert refused.json()["code"] == "channels.nothing_to_resend"
    assert Delivery.objects.get().state == "bounced"


def test_its_page_says_so(by: Staff) -> None:
    ticket = full(days=40, by=by)
    apply(rule("anonymise", by=by), by=by)
    page = client_for(by).get(f"/api/v1/tickets/{ticket.pk}").json()
    assert page["ticket"]["anonymised_at"] is not None
    assert {entry.get("text", "") for entry in page["timeline"]["items"]} <= {"", None}


def test_a_merge_that_is_undone_afterwards_brings_no_words_back(by: Staff) -> None:
    old, into = over(days=50, by=by), over(days=50, by=by, sender="wang@example.com")
    Ticket.objects.filter(pk=into.pk).update(status="open", solved_at=None)
    merge_tickets(into_id=into.pk, merged_ids=[old.pk], by=by, now=NOW - timedelta(days=45))
    Ticket.objects.filter(pk=into.pk).update(
        status="solved", solved_at=NOW - timedelta(days=45), last_message_at=NOW - timedelta(days=45)
    )
    assert apply(rule("anonymise", by=by), by=by).tickets == 2
    unmerge_ticket(ticket_id=old.pk, by=by, now=NOW)
    assert tables_that_say(SECRET) == []
    assert Message.objects.filter(ticket=old).count() == 1
