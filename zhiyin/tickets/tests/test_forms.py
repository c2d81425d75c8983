"""Custom fields on tickets, and what a form asks for before a ticket is solved."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from zhiyin.customers.models import Customer
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.files.files import clear_unused_files, store_file
from zhiyin.platform.files.models import StoredFile
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.tickets import make_channel, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.commands.editing import TicketChange, change_ticket
from zhiyin.tickets.commands.filling import FieldsDoNotFit, FieldsMissing
from zhiyin.tickets.commands.lifecycle import NoSuchChoice, change_status
from zhiyin.tickets.commands.opening import NewTicket, open_ticket
from zhiyin.tickets.models import Category, CustomField, FieldFile, Form, Message, Ticket, TicketType
from zhiyin.tickets.queries.search import search_tickets
from zhiyin.tickets.tests.layout import default_form, make_field, put_on_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support)


@pytest.fixture
def order_no() -> CustomField:
    return make_field("order_no", rules={"pattern": "LT\\d{4}-\\d{4}"})


def change(ticket: Ticket, by: Staff, **values: Any) -> Ticket:
    return change_ticket(ticket_id=ticket.pk, change=TicketChange(values=values), by=by, now=timezone.now())


def unchanged(ticket: Ticket) -> bool:
    """Whether the stored ticket is as it was read."""
    return Ticket.objects.filter(pk=ticket.pk).values().get() == {
        name: value for name, value in vars(ticket).items() if not name.startswith("_")
    }


def last_fact() -> tuple[str, dict[str, Any]]:
    event = PendingEvent.objects.latest("pk")
    return event.type, event.payload


def test_values_are_kept_by_key_and_told_by_name(ticket: Ticket, owner: Staff, order_no: CustomField) -> None:
    make_field("floor", "number")
    changed = change(ticket, owner, priority=3, fields={"order_no": " LT2026-0042 ", "floor": "6"})
    assert changed.fields == {"order_no": "LT2026-0042", "floor": 6}
    assert changed.version == ticket.version + 1
    told = {
        "ticket_id": ticket.pk,
        "fields": ["priority", "fields.floor", "fields.order_no"],
        "by_id": owner.pk,
        "was": {"priority": 2},
        "now": {"priority": 3},
    }
    assert last_fact() == ("tickets.edited", told)


def test_what_is_not_named_stays_and_null_takes_away(
    ticket: Ticket, owner: Staff, order_no: CustomField
) -> None:
    make_field("floor", "number")
    change(ticket, owner, fields={"order_no": "LT2026-0042", "floor": 6})
    changed = change(ticket, owner, fields={"floor": None})
    assert changed.fields == {"order_no": "LT2026-0042"}
    count = PendingEvent.objects.count()
    change(ticket, owner, fields={"order_no": "LT2026-0042", "floor": ""})
    assert PendingEvent.objects.count() == count


def test_what_does_not_fit_is_told_by_field_in_both_languages(
    ticket: Ticket, owner: Staff, order_no: CustomField
) -> None:
    make_field("old", active=False)
    with pytest.raises(FieldsDoNotFit) as refusal:
        change(ticket, owner, priority=4, fields={"order_no": "42", "old": "x", "nothing": "y"})
    gone = {"zh": "没有这个字段，或已停用。", "en": "There is no such field, or it is out of use."}
    assert refusal.value.params["fields"] == {
        "order_no": {"zh": "格式应符合：LT\\d{4}-\\d{4}", "en": "It must match: LT\\d{4}-\\d{4}"},
        "old": gone,
        "nothing": gone,
    }
    assert unchanged(ticket)


def test_text_values_are_found_by_search(ticket: Ticket, owner: Staff, order_no: CustomField) -> None:
    change(ticket, owner, fields={"order_no": "LT2026-0042"})
    hits, _ = search_tickets(query="LT2026-0042", cursor=None, limit=10, by=owner)
    assert [hit.ticket.pk for hit in hits] == [ticket.pk]


@pytest.mark.parametrize("status", ["solved", "closed"])
def test_a_ticket_without_what_closing_asks_for_can_not_be_solved(
    ticket: Ticket, owner: Staff, order_no: CustomField, status: str
) -> None:
    put_on_form(order_no, required="on_close")
    with pytest.raises(FieldsMissing) as refusal:
        change_status(ticket_id=ticket.pk, status=status, by=owner, now=timezone.now())
    assert refusal.value.params["fields"] == [{"key": "order_no", "zh": "字段order_no", "en": "Order_No"}]
    assert unchanged(ticket)
    done = change(ticket, owner, status=status, fields={"order_no": "LT2026-0042"})
    assert done.status == status


def test_reply_and_solve_sends_nothing_when_fields_are_missing(
    ticket: Ticket, owner: Staff, order_no: CustomField
) -> None:
    put_on_form(order_no, required="on_close")
    with pytest.raises(FieldsMissing):
        write_reply(
            ticket_id=ticket.pk,
            reply=ReplyText(text="好了"),
            idempotency_key="reply-and-solve",
            then="solved",
            by=owner,
            now=timezone.now(),
        )
    assert not Message.objects.filter(ticket=ticket, kind="outbound").exists()
    assert unchanged(ticket)


def test_other_statuses_ask_for_nothing(ticket: Ticket, owner: Staff, order_no: CustomField) -> None:
    put_on_form(order_no, required="on_close")
    assert change(ticket, owner, status="on_hold").status == "on_hold"


def test_a_category_decides_what_is_asked(ticket: Ticket, owner: Staff, order_no: CustomField) -> None:
    refund = Category.objects.create(name="退款")
    late = Category.objects.create(name="未到账", parent=refund)
    put_on_form(order_no, required="on_close", when=[{"about": "category", "any_of": [refund.pk]}])
    assert change(ticket, owner, status="solved").status == "solved"
    change(ticket, owner, status="open", category_id=late.pk)
    with pytest.raises(FieldsMissing):
        change(ticket, owner, status="solved")
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def test_a_type_brings_its_own_form(ticket: Ticket, owner: Staff, order_no: CustomField) -> None:
    put_on_form(order_no, required="on_close")
    form = Form.objects.create(name_zh="安装单", name_en="Installation form")
    kind = TicketType.objects.create(name_zh="安装", name_en="Installation", form=form)
    assert change(ticket, owner, type_id=kind.pk, status="solved").status == "solved"
    Form.objects.filter(pk=form.pk).update(active=False)  # out of use: the default form again
    with pytest.raises(FieldsMissing):
        change(ticket, owner, status="closed")


def test_what_must_be_there_can_not_be_emptied(ticket: Ticket, owner: Staff, order_no: CustomField) -> None:
    floor = make_field("floor", "number")
    put_on_form(order_no, required="on_close")
    put_on_form(floor, required="always")
    change(ticket, owner, fields={"order_no": "LT2026-0042", "floor": 6})
    for status, key in (("open", "floor"), ("solved", "order_no")):
        before = change(ticket, owner, status=status)
        before = Ticket.objects.get(pk=before.pk)
        with pytest.raises(FieldsMissing):
            change(ticket, owner, fields={key: None})
        assert unchanged(before)
    assert change(ticket, owner, status="open", fields={"floor": 7}).fields["floor"] == 7


def test_a_field_out_of_use_is_not_asked_for(ticket: Ticket, owner: Staff, order_no: CustomField) -> None:
    put_on_form(order_no, required="on_close")
    CustomField.objects.update(active=False)
    assert change(ticket, owner, status="solved").status == "solved"


def test_a_machine_s_mail_is_solved_without_being_asked(support: Group, order_no: CustomField) -> None:
    put_on_form(order_no, required="always")
    assert make_ticket(group=support, automatic="auto_reply").status == "solved"


def test_people_and_customers_must_be_there(ticket: Ticket, owner: Staff, colleague: Staff) -> None:
    make_field("engineer", "person")
    make_field("payer", "customer")
    changed = change(ticket, owner, fields={"engineer": colleague.pk, "payer": ticket.customer_id})
    assert changed.fields == {"engineer": colleague.pk, "payer": ticket.customer_id}
    gone = make_staff(is_active=False)
    before = Ticket.objects.get(pk=ticket.pk)
    for values in ({"engineer": gone.pk}, {"engineer": 10**12}, {"payer": 10**12}):
        with pytest.raises(FieldsDoNotFit):
            change(ticket, owner, fields=values)
        assert unchanged(before)
    colleague.is_active = False
    colleague.save()
    assert change(ticket, owner, fields={"engineer": colleague.pk, "payer": None}).fields == {
        "engineer": colleague.pk
    }


def test_files_are_kept_while_a_field_holds_them(ticket: Ticket, owner: Staff) -> None:
    make_field("invoice", "file")
    file = store_file(
        content=b"invoice", name="invoice.txt", media_type="text/plain", owner=owner.upload_owner
    )
    StoredFile.objects.update(created_at="2020-01-01T00:00Z")
    assert change(ticket, owner, fields={"invoice": [file.pk]}).fields == {"invoice": [file.pk]}
    clear_unused_files(now=timezone.now())
    assert StoredFile.objects.filter(pk=file.pk).exists()
    change(ticket, owner, fields={"invoice": []})
    assert not FieldFile.objects.exists()
    clear_unused_files(now=timezone.now())
    assert not StoredFile.objects.filter(pk=file.pk).exists()


def test_a_file_of_another_ticket_can_not_be_taken(ticket: Ticket, owner: Staff) -> None:
    make_field("invoice", "file")
    file = store_file(content=b"theirs", name="theirs.txt", media_type="text/plain")
    other = make_ticket(sender="li@example.com")
    FieldFile.objects.create(ticket=other, field=CustomField.objects.get(), file=file)
    with pytest.raises(FieldsDoNotFit):
        change(ticket, owner, fields={"invoice": [file.pk]})
    assert unchanged(ticket)


def test_types_and_categories_out_of_use_can_not_be_chosen(ticket: Ticket, owner: Staff) -> None:
    kind = TicketType.objects.create(name_zh="旧", name_en="Old", active=False)
    closed = Category.objects.create(name="旧", active=False)
    beneath = Category.objects.create(name="更旧", parent=closed)
    for values in (
        {"type_id": kind.pk},
        {"category_id": closed.pk},
        {"category_id": beneath.pk},
        {"type_id": 10**9},
    ):
        with pytest.raises(NoSuchChoice):
            change(ticket, owner, **values)
        assert unchanged(ticket)


def test_a_new_ticket_of_staff_has_what_is_always_asked(owner: Staff, order_no: CustomField) -> None:
    make_channel()
    put_on_form(order_no, required="always")
    new = NewTicket(
        customer_id=None,
        customer_name="王芳",
        customer_email="wang@example.com",
        channel_id=None,
        subject="退款",
        text="您好",
        group_id=None,
        priority=2,
        idempotency_key="new-ticket-1",
    )
    with pytest.raises(FieldsMissing):
        open_ticket(new=new, by=owner, now=timezone.now())
    assert (Ticket.objects.count(), Customer.objects.count()) == (0, 0)
    kind = TicketType.objects.create(name_zh="来电", name_en="Call")
    filled = NewTicket(
        **{**vars(new), "type_id": kind.pk, "tags": ["vip"], "fields": {"order_no": "LT2026-0042"}}
    )
    ticket = Ticket.objects.get(pk=open_ticket(new=filled, by=owner, now=timezone.now()).pk)
    assert (ticket.fields, ticket.type_id, ticket.tags) == ({"order_no": "LT2026-0042"}, kind.pk, ["vip"])
    hits, _ = search_tickets(query="LT2026-0042", cursor=None, limit=10, by=owner)
    assert [hit.ticket.pk for hit in hits] == [ticket.pk]


def test_missing_fields_are_a_problem_that_lists_them(
    ticket: Ticket, owner: Staff, order_no: CustomField
) -> None:
    put_on_form(order_no, required="on_close")
    client, path = client_for(owner), f"/api/v1/tickets/{ticket.pk}"
    answer = client.patch(path, {"status": "solved"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "tickets.fields_missing"
    assert [field["key"] for field in problem["params"]["fields"]] == ["order_no"]
    reply = {"text": "好了", "idempotency_key": "reply-key-1", "then": "solved"}
    assert client.post(f"{path}/replies", reply).json()["code"] == "tickets.fields_missing"
    assert unchanged(ticket)
    row = client.patch(path, {"status": "solved", "fields": {"order_no": "LT2026-0042"}}).json()
    assert (row["status"], row["fields"]) == ("solved", {"order_no": "LT2026-0042"})


def test_the_page_names_what_fields_refer_to(ticket: Ticket, owner: Staff, colleague: Staff) -> None:
    make_field("engineer", "person")
    make_field("payer", "customer")
    make_field("invoice", "file")
    file = store_file(
        content=b"invoice", name="invoice.txt", media_type="text/plain", owner=owner.upload_owner
    )
    values = {"engineer": colleague.pk, "payer": ticket.customer_id, "invoice": [file.pk]}
    change(ticket, owner, fields=values)
    page = client_for(owner).get(f"/api/v1/tickets/{ticket.pk}").json()["ticket"]
    assert page["fields"] == values
    assert page["referred"]["staff"] == [{"id": colleague.pk, "name": "Colleague"}]
    assert page["referred"]["customers"] == [{"id": ticket.customer_id, "name": "王芳"}]
    assert [one["name"] for one in page["referred"]["files"]] == ["invoice.txt"]


def test_lists_are_narrowed_by_what_fields_hold(ticket: Ticket, owner: Staff, support: Group) -> None:
    make_ticket(group=support, sender="li@example.com")
    rice = {"value": "rice", "zh": "电饭煲", "en": "Rice cooker"}
    kitchen = {"value": "kitchen", "zh": "厨电", "en": "Kitchen", "children": [rice]}
    make_field("product", "cascade", rules={"options": [kitchen]})
    make_field("floor", "number")
    make_field("urgent", "checkbox")
    change(ticket, owner, fields={"product": ["kitchen", "rice"], "floor": 6, "urgent": True})
    client = client_for(owner)
    for asked in ("product:kitchen", "product:rice", "floor:6", "urgent:true", "floor:6&field=product:rice"):
        listed = client.get(f"/api/v1/tickets?view=open&field={asked}").json()["items"]
        assert [row["id"] for row in listed] == [ticket.pk], asked
    assert client.get("/api/v1/tickets?field=floor:7").json()["items"] == []
    for wrong in ("floor:six", "nothing:1", "floor"):
        assert client.get(f"/api/v1/tickets?field={wrong}").json()["code"] == "tickets.no_such_field"


def test_the_default_form_is_the_one_that_ships(db: None) -> None:
    assert default_form().name_zh == "默认表单"
