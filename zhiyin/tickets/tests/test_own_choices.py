"""Macros, bulk changes and answers give what the company made itself: its statuses, types and fields."""

from __future__ import annotations

from typing import Any

import pytest

from zhiyin.people.models import Group, Staff
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.models import CustomField, CustomStatus, Macro, Message, Ticket, TicketLink, TicketType
from zhiyin.tickets.tests.layout import make_field, put_on_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support)


@pytest.fixture
def parts() -> CustomStatus:
    return CustomStatus.objects.create(name_zh="等配件", name_en="Waiting for parts", status="on_hold")


@pytest.fixture
def repair() -> TicketType:
    return TicketType.objects.create(name_zh="维修", name_en="Repair")


@pytest.fixture
def model() -> CustomField:
    return make_field("model")


def bulk(by: Staff, tickets: list[Ticket], key: str = "bulk-0001", **actions: Any) -> Any:
    ids = [one.pk for one in tickets]
    body = {"ticket_ids": ids, "actions": actions, "idempotency_key": key}
    return client_for(by).post("/api/v1/bulk-changes", body)


def undo(by: Staff, told: Any) -> Any:
    return client_for(by).post(f"/api/v1/bulk-changes/{told['id']}/undo").json()


def held(ticket: Ticket) -> tuple[str, int | None, int | None, dict[str, Any]]:
    ticket = Ticket.objects.get(pk=ticket.pk)
    return ticket.status, ticket.custom_status_id, ticket.type_id, ticket.fields


def test_many_are_given_own_statuses_types_and_fields_and_come_back(
    support: Group, owner: Staff, parts: CustomStatus, repair: TicketType, model: CustomField
) -> None:
    fresh, filled = (make_ticket(group=support, sender=f"c{n}@example.com") for n in range(2))
    Ticket.objects.filter(pk=filled.pk).update(fields={"model": "旧款", "other": 1}, status="on_hold")
    told = bulk(
        owner, [fresh, filled], custom_status_id=parts.pk, type_id=repair.pk, fields={"model": "X1"}
    ).json()
    assert told["outcomes"] == {"done": 2}
    assert held(fresh) == ("on_hold", parts.pk, repair.pk, {"model": "X1"})
    assert held(filled) == ("on_hold", parts.pk, repair.pk, {"model": "X1", "other": 1})
    assert undo(owner, told)["outcomes"] == {"undone": 2}
    assert held(fresh) == ("new", None, None, {})
    assert held(filled) == ("on_hold", None, None, {"model": "旧款", "other": 1})


def test_undo_keeps_a_field_and_a_status_that_somebody_set_since(
    ticket: Ticket, owner: Staff, colleague: Staff, parts: CustomStatus, model: CustomField
) -> None:
    supplier = CustomStatus.objects.create(name_zh="等供应商", name_en="Supplier", status="on_hold")
    Ticket.objects.filter(pk=ticket.pk).update(status="on_hold")
    told = bulk(owner, [ticket], custom_status_id=parts.pk, fields={"model": "X1"}).json()
    since = {"custom_status_id": supplier.pk, "fields": {"model": "X2"}}
    assert client_for(colleague).patch(f"/api/v1/tickets/{ticket.pk}", since).status_code == 200
    undone = undo(owner, told)
    assert undone["outcomes"] == {"kept": 1}
    assert sorted(undone["troubles"][0]["kept"]) == ["fields.model", "status"]
    assert held(ticket) == ("on_hold", supplier.pk, None, {"model": "X2"})


def test_null_takes_a_field_and_a_type_away(
    ticket: Ticket, owner: Staff, repair: TicketType, model: CustomField
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(fields={"model": "X1"}, type=repair)
    assert bulk(owner, [ticket], type_id=None, fields={"model": None}).json()["outcomes"] == {"done": 1}
    assert held(ticket) == ("new", None, None, {})
    again = bulk(owner, [ticket], key="bulk-0002", type_id=None, fields={"model": None}).json()
    assert again["outcomes"] == {"unchanged": 1}


def test_what_is_out_of_use_or_does_not_fit_is_refused_and_nothing_changes(
    ticket: Ticket, owner: Staff, parts: CustomStatus, repair: TicketType
) -> None:
    make_field("size", kind="number")
    CustomStatus.objects.update(active=False)
    TicketType.objects.update(active=False)
    refused: list[tuple[dict[str, Any], str]] = [
        ({"custom_status_id": parts.pk}, "tickets.action_gone"),
        ({"type_id": repair.pk}, "tickets.action_gone"),
        ({"fields": {"size": "huge"}}, "tickets.fields_do_not_fit"),
        ({"fields": {"unknown": 1}}, "tickets.fields_do_not_fit"),
    ]
    for actions, code in refused:
        answer = bulk(owner, [ticket], **actions)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        macro = client_for(owner).post("/api/v1/macros", {"name": "m", "actions": actions})
        assert (macro.status_code, macro.json()["code"]) == (422, code)
    assert held(ticket) == ("new", None, None, {})
    assert not Macro.objects.exists()


def test_solving_by_an_own_status_asks_for_what_solving_asks_for(
    ticket: Ticket, owner: Staff, model: CustomField
) -> None:
    put_on_form(model, required="on_close")
    mended = CustomStatus.objects.create(name_zh="已修好", name_en="Mended", status="solved")
    refused = bulk(owner, [ticket], custom_status_id=mended.pk).json()
    assert [one["code"] for one in refused["troubles"]] == ["tickets.fields_missing"]
    done = bulk(owner, [ticket], key="bulk-0002", custom_status_id=mended.pk, fields={"model": "X1"}).json()
    assert done["outcomes"] == {"done": 1}
    assert held(ticket) == ("solved", mended.pk, None, {"model": "X1"})


def test_a_parent_waits_for_its_children_whatever_the_status_is_called(
    ticket: Ticket, support: Group, owner: Staff
) -> None:
    mended = CustomStatus.objects.create(name_zh="已修好", name_en="Mended", status="solved")
    child = make_ticket(group=support, sender="child@example.com")
    link = client_for(owner).post(
        f"/api/v1/tickets/{child.pk}/links", {"other_id": ticket.pk, "relation": "parent"}
    )
    assert link.status_code == 200, link.content
    assert TicketLink.objects.exists()
    path = f"/api/v1/tickets/{ticket.pk}"
    refused = client_for(owner).patch(path, {"custom_status_id": mended.pk})
    assert (refused.status_code, refused.json()["code"]) == (409, "tickets.open_children")
    assert held(ticket)[0] == "new"


def test_an_answer_leaves_the_ticket_in_an_own_status(ticket: Ticket, owner: Staff) -> None:
    checking = CustomStatus.objects.create(name_zh="核实中", name_en="Checking", status="open")
    body = {"text": "正在核实", "then": "open", "then_custom_status_id": checking.pk}
    path = f"/api/v1/tickets/{ticket.pk}/replies"
    assert client_for(owner).post(path, body | {"idempotency_key": "k-12345678"}).status_code == 201
    assert held(ticket)[:2] == ("open", checking.pk)
    wrong = body | {"then": "solved", "idempotency_key": "k-12345679"}
    refused = client_for(owner).post(path, wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "tickets.not_a_custom_status")
    assert Message.objects.filter(kind="outbound").count() == 1


def test_what_is_asked_goes_before_what_the_macro_does(
    ticket: Ticket, owner: Staff, parts: CustomStatus, model: CustomField
) -> None:
    make_field("size")
    actions = {"custom_status_id": parts.pk, "fields": {"model": "X1", "size": "L"}}
    macro = client_for(owner).post("/api/v1/macros", {"name": "m", "actions": actions}).json()
    body = {
        "ticket_ids": [ticket.pk],
        "macro_id": macro["id"],
        "actions": {"status": "pending", "fields": {"model": "X2"}},
        "idempotency_key": "bulk-0001",
    }
    assert client_for(owner).post("/api/v1/bulk-changes", body).json()["outcomes"] == {"done": 1}
    assert held(ticket) == ("pending", None, None, {"model": "X2", "size": "L"})


def test_macros_travel_as_csv_with_own_statuses_types_and_fields(
    owner: Staff, parts: CustomStatus, repair: TicketType, model: CustomField
) -> None:
    actions = {"custom_status_id": parts.pk, "type_id": repair.pk, "fields": {"model": "X1"}}
    client = client_for(owner)
    client.post("/api/v1/macros", {"name": "等配件", "actions": actions})
    exported = client.get("/api/v1/macros/export").content.decode()
    Macro.objects.all().delete()
    assert client.post("/api/v1/macros/imports", {"csv": exported}).json()["added"] == 1
    assert Macro.objects.get().actions == actions
    broken = "name,text,status,type,fields\na,b,没有的状态,,\na,b,,没有的类型,\na,b,,,[1]\n"
    refused = client.post("/api/v1/macros/imports", {"csv": broken}).json()["refused"]
    assert [line["line"] for line in refused] == [2, 3, 4]
