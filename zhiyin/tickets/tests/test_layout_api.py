"""The settings of tickets over HTTP: who may change them, what is refused, and who hears of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.event_log.models import Event
from zhiyin.testing.people import ApiClient, client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.commands.editing import TicketChange, change_ticket
from zhiyin.tickets.models import Category, Form, Ticket, TicketTemplate, TicketType
from zhiyin.tickets.shipped import TYPES, install_shipped_layout
from zhiyin.tickets.streaming import LAYOUT, rooms_of, tell_ticket_changes
from zhiyin.tickets.tests.layout import default_form, make_field

pytestmark = pytest.mark.django_db
NAMES = {"name_zh": "等配件", "name_en": "Waiting for parts"}


@pytest.fixture
def client(administrator: Staff) -> ApiClient:
    return client_for(administrator)


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_four_types_and_a_default_form_ship_once() -> None:
    TicketType.objects.all().delete()
    Form.objects.all().delete()
    install_shipped_layout()
    TicketType.objects.filter(name_en="Task").update(name_en="To do")
    install_shipped_layout()
    assert list(TicketType.objects.order_by("position").values_list("name_zh", flat=True)) == [
        zh for zh, _ in TYPES
    ]
    assert TicketType.objects.filter(name_en="To do").count() == 1
    assert Form.objects.get().is_default


def test_a_status_is_added_renamed_ordered_and_taken_out_of_use(client: ApiClient) -> None:
    first = client.post("/api/v1/ticket-statuses", NAMES | {"status": "on_hold"}).json()
    second = client.post(
        "/api/v1/ticket-statuses", {"status": "open", "name_zh": "等仓库", "name_en": "Warehouse"}
    ).json()
    path = f"/api/v1/ticket-statuses/{second['id']}"
    assert client.patch(path, {"position": 0, "active": False}).json()["active"] is False
    listed = client.get("/api/v1/ticket-statuses").json()
    assert [(one["id"], one["position"]) for one in listed] == [(second["id"], 0), (first["id"], 1)]
    assert code_of(client.patch(path, {"name_en": "Waiting for parts"})) == (409, "tickets.name_taken")
    assert code_of(client.post("/api/v1/ticket-statuses", NAMES | {"status": "open"})) == (
        409,
        "tickets.name_taken",
    )
    assert client.post("/api/v1/ticket-statuses", NAMES | {"status": "asleep"}).status_code == 422
    assert client.get("/api/v1/ticket-statuses").json() == listed


def test_a_type_can_have_a_form_of_its_own(client: ApiClient) -> None:
    form = client.post("/api/v1/ticket-forms", {"name_zh": "安装单", "name_en": "Installation"}).json()
    kind = client.post(
        "/api/v1/ticket-types", {"name_zh": "安装", "name_en": "Install", "form_id": form["id"]}
    ).json()
    assert kind["form_id"] == form["id"]
    path = f"/api/v1/ticket-types/{kind['id']}"
    assert code_of(client.patch(path, {"form_id": 10**9})) == (422, "tickets.no_such_form")
    assert client.delete(f"/api/v1/ticket-forms/{form['id']}").status_code == 204
    assert TicketType.objects.get(pk=kind["id"]).form_id is None


def test_a_field_keeps_its_key_and_kind_and_its_rules_are_checked(client: ApiClient) -> None:
    body = {"key": "order_no", "kind": "text", "name_zh": "订单号", "name_en": "Order number"}
    made = client.post("/api/v1/ticket-fields", body | {"rules": {"max_length": 20, "colour": "red"}}).json()
    assert made["rules"] == {"max_length": 20}
    path = f"/api/v1/ticket-fields/{made['id']}"
    changed = client.patch(path, {"key": "other", "kind": "number", "rules": {"pattern": "\\d+"}}).json()
    assert (changed["key"], changed["kind"], changed["rules"]) == ("order_no", "text", {"pattern": "\\d+"})
    assert code_of(client.patch(path, {"rules": {"pattern": "("}})) == (422, "tickets.field_rules_do_not_fit")
    assert code_of(client.post("/api/v1/ticket-fields", body)) == (409, "tickets.name_taken")
    assert client.post("/api/v1/ticket-fields", body | {"key": "Order No"}).status_code == 422
    assert client.get("/api/v1/ticket-fields").json() == [changed]


def test_a_form_is_put_as_a_whole_and_its_conditions_must_fit(client: ApiClient) -> None:
    reason, days = make_field("reason"), make_field("days", "number")
    category = Category.objects.create(name="退款")
    when: list[dict[str, Any]] = [
        {"about": "category", "any_of": [category.pk]},
        {"about": "field", "key": "reason", "any_of": ["late"]},
    ]
    lines: list[dict[str, Any]] = [
        {"field_id": reason.pk},
        {"field_id": days.pk, "required": "on_close", "shown_when": when},
    ]
    body = {"name_zh": "退款单", "name_en": "Refund form", "lines": lines}
    made = client.post("/api/v1/ticket-forms", body).json()
    kept = [{"about": "category", "key": "", "any_of": [category.pk]}, {**when[1]}]
    assert made["lines"][1] == {"field_id": days.pk, "required": "on_close", "shown_when": kept}
    path = f"/api/v1/ticket-forms/{made['id']}"
    wrong: list[list[dict[str, Any]]] = [
        [lines[1], lines[0]],  # the condition names a field that stands below
        [lines[0], lines[1] | {"shown_when": [{"about": "category", "any_of": [10**9]}]}],
        [lines[0], lines[1] | {"shown_when": [{"about": "type", "any_of": []}]}],
    ]
    for refused in wrong:
        answer = client.put(path, body | {"lines": refused})
        assert code_of(answer) == (422, "tickets.condition_does_not_fit")
    twice = client.put(path, body | {"lines": [lines[0], lines[0]]})
    assert code_of(twice) == (422, "tickets.field_not_for_forms")
    assert next(one for one in client.get("/api/v1/ticket-forms").json() if one["id"] == made["id"]) == made


def test_there_is_always_one_default_form(client: ApiClient) -> None:
    default = default_form()
    path = f"/api/v1/ticket-forms/{default.pk}"
    names = {"name_zh": default.name_zh, "name_en": default.name_en}
    refused = (409, "tickets.default_form_needed")
    assert code_of(client.put(path, names)) == refused
    assert code_of(client.delete(path)) == refused
    other = client.post(
        "/api/v1/ticket-forms", {"name_zh": "新表单", "name_en": "New form", "is_default": True}
    ).json()
    assert list(Form.objects.filter(is_default=True).values_list("pk", flat=True)) == [other["id"]]
    assert client.delete(path).status_code == 204


def test_a_template_holds_a_half_written_ticket(client: ApiClient, support: Group) -> None:
    make_field("floor", "number", rules={"max": 30})
    body = {
        "name": "上门安装",
        "subject": "预约安装",
        "group_id": support.pk,
        "priority": 3,
        "tags": ["安装"],
    }
    made = client.post("/api/v1/ticket-templates", body | {"fields": {"floor": "6"}}).json()
    assert (made["fields"], made["group_id"], made["text"]) == ({"floor": 6}, support.pk, "")
    path = f"/api/v1/ticket-templates/{made['id']}"
    assert client.patch(path, {"group_id": None, "text": "您好"}).json()["group_id"] is None
    assert code_of(client.patch(path, {"fields": {"floor": 99}})) == (422, "tickets.fields_do_not_fit")
    assert code_of(client.patch(path, {"type_id": 10**9})) == (422, "tickets.template_does_not_fit")
    assert code_of(client.post("/api/v1/ticket-templates", body)) == (409, "tickets.name_taken")
    assert TicketTemplate.objects.get().fields == {"floor": 6}
    assert client.delete(path).status_code == 204
    assert client.get("/api/v1/ticket-templates").json() == []


def test_agents_read_all_of_it_in_one_answer_and_change_nothing(owner: Staff, client: ApiClient) -> None:
    field = make_field("order_no")
    default_form()
    client.post("/api/v1/ticket-statuses", NAMES | {"status": "on_hold"})
    agent = client_for(owner)
    agent.get("/api/v1/tickets/layout")
    with CaptureQueriesContext(connection) as captured:
        layout = agent.get("/api/v1/tickets/layout").json()
    assert len(captured) == 10  # session, person, powers, then six lists, and the lines of forms
    assert [one["key"] for one in layout["fields"]] == ["order_no"]
    assert [one["name_en"] for one in layout["statuses"]] == ["Waiting for parts"]
    assert set(layout) == {"statuses", "types", "categories", "fields", "forms", "templates"}
    path = f"/api/v1/ticket-fields/{field.pk}"
    assert code_of(agent.patch(path, {"active": False})) == (403, "not_allowed")
    field.refresh_from_db()
    assert field.active


def test_a_change_is_audited_and_told_to_every_desk(owner: Staff, client: ApiClient) -> None:
    made = client.post("/api/v1/ticket-statuses", NAMES | {"status": "on_hold"}).json()
    entry = AuditEntry.objects.latest("number")
    assert (entry.action, entry.target) == ("tickets.layout_changed", f"status:{made['id']}")
    let_events_happen()
    (message,) = tell_ticket_changes(list(Event.objects.filter(type="tickets.layout_changed")))
    assert (message.name, message.data) == ("layout", {"what": "status", "id": made["id"]})
    assert message.rooms == {LAYOUT}
    assert LAYOUT in rooms_of(owner)


def test_views_ask_for_types_and_fields(owner: Staff, support: Group) -> None:
    rice = {"value": "rice", "zh": "电饭煲", "en": "Rice cooker"}
    make_field(
        "product",
        "cascade",
        rules={"options": [{"value": "kitchen", "zh": "厨电", "en": "Kitchen", "children": [rice]}]},
    )
    make_field("serial")
    make_field("floor", "number")
    make_field("visit_on", "date")
    make_field("urgent", "checkbox")
    make_field("engineer", "person")
    kind = TicketType.objects.create(name_zh="安装", name_en="Installation")
    ticket, other = make_ticket(group=support), make_ticket(group=support, sender="li@example.com")
    values = {
        "product": ["kitchen", "rice"],
        "serial": "RC-2046",
        "floor": 6,
        "visit_on": "2026-05-04",
        "urgent": True,
        "engineer": owner.pk,
    }
    change = TicketChange(values={"type_id": kind.pk, "fields": values})
    change_ticket(ticket_id=ticket.pk, change=change, by=owner, now=timezone.now())
    client = client_for(owner)
    for field, operator, value in [
        ("type", "any_of", [kind.pk]),
        ("fields.product", "has_any", ["kitchen"]),
        ("fields.product", "has_all", ["kitchen", "rice"]),
        ("fields.serial", "contains", "rc-20"),
        ("fields.serial", "equals", "RC-2046"),
        ("fields.serial", "is_filled", None),
        ("fields.floor", "at_least", 6),
        ("fields.visit_on", "after", "2026-05-01"),
        ("fields.urgent", "yes", None),
        ("fields.engineer", "any_of", ["me"]),
    ]:
        found = {}
        for join in ("all", "none"):
            tree = {join: [{"field": field, "is": operator, "value": value}]}
            answer = client.get("/api/v1/tickets", {"view": "open", "filter": json.dumps(tree)})
            assert answer.status_code == 200, (field, operator, answer.content)
            found[join] = [row["id"] for row in answer.json()["items"]]
        assert found == {"all": [ticket.pk], "none": [other.pk]}, (field, operator)
    assert Ticket.objects.count() == 2
