"""Values for empty fields, found in the conversation: offered, confirmed, put aside; each on the record once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiyin.assist.local.field_values import day_of, values_for
from zhiyin.assist.models import Use
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, give_to, make_ticket
from zhiyin.tickets.forms.taking import default_taken_from
from zhiyin.tickets.models import Category, CustomField, Ticket
from zhiyin.tickets.tests.layout import make_field, put_on_form

pytestmark = pytest.mark.django_db
WROTE_ON = date(2026, 3, 5)  # a Thursday
COOKERS = [
    {
        "value": "kitchen",
        "zh": "厨房",
        "en": "Kitchen",
        "children": [
            {"value": "cooker", "zh": "电饭煲", "en": "Rice cooker"},
            {"value": "pot", "zh": "电饭煲内胆", "en": "Inner pot"},
        ],
    }
]


def field(key: str, kind: str, taken_from: str, **rules: Any) -> CustomField:
    return CustomField(key=key, kind=kind, taken_from=taken_from, rules=rules)


@pytest.mark.parametrize(
    ("one", "text", "values"),
    [
        (field("order_no", "text", "order"), "订单号 SO-2026-001234 还没到", ["SO-2026-001234"]),
        (field("phone", "text", "phone"), "打我电话 139 1234 5678", ["13912345678"]),
        (field("amount", "number", "amount", decimals=2), "多扣了 1,299.50 元", [1299.5]),
        (field("amount", "number", "amount"), "赔 2万元", [20000]),
        (field("amount", "number", "amount", max=100), "退 500 元，运费 12 元", [12]),
        (field("visit_on", "date", "date"), "明天不行，下周三吧", ["2026-03-06", "2026-03-11"]),
        (field("visit_on", "date", "date"), "上周买的", []),
        (field("email", "text", "email"), "write to li@example.com", ["li@example.com"]),
        (field("product", "cascade", "options", options=COOKERS), "电饭煲内胆掉漆", [["kitchen", "pot"]]),
        (field("product", "cascade", "options", options=COOKERS), "my RICE  cooker broke", [["kitchen", "cooker"]]),
        (field("product", "cascade", "options", options=COOKERS), "厨房里的灯坏了", []),
        (field("order_no", "text", "order", pattern=r"LT\d{4}"), "订单 SO-2026-001234", []),
    ],
)  # fmt: skip
def test_what_a_text_names_for_a_field(one: CustomField, text: str, values: list[Any]) -> None:
    assert [named.value for named in values_for(one, text, written_on=WROTE_ON)] == values


def test_of_several_choices_all_that_are_named() -> None:
    options = [{"value": one, "zh": one, "en": one.upper()} for one in ("红色", "蓝色", "绿色")]
    [named] = values_for(
        field("colours", "choices", "options", options=options), "蓝色和红色都行", written_on=WROTE_ON
    )
    assert (named.value, named.text) == (["红色", "蓝色"], "蓝色 · 红色")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("今天", "2026-03-05"), ("大后天", "2026-03-08"), ("昨天", "2026-03-04"), ("本周日", "2026-03-08"),
        ("上周一", "2026-02-23"), ("上周", None), ("3月8日", "2026-03-08"), ("12月30日", "2025-12-30"),
        ("2026年4月1日", "2026-04-01"), ("2月31日", None), ("tomorrow", "2026-03-06"), ("next week", None),
        ("next thursday", "2026-03-12"), ("last friday", "2026-02-27"), ("March 9th", "2026-03-09"), ("9 Mar", "2026-03-09"),
    ],
)  # fmt: skip
def test_days_are_told_by_when_it_was_written(text: str, day: str | None) -> None:
    assert day_of(text, written_on=WROTE_ON) == day


@pytest.mark.parametrize(
    ("kind", "key", "taken_from"),
    [
        ("date", "visit_on", "date"), ("number", "refund_amount", "amount"), ("number", "floor", ""),
        ("text", "order_no", "order"), ("text", "order_state", ""), ("text", "contact_phone", "phone"),
        ("cascade", "product", "options"), ("choice", "refund_reason", ""), ("file", "order_no", ""),
        ("text", "remark", ""), ("text", "email", "email"),
    ],
)  # fmt: skip
def test_kind_and_key_say_what_a_field_is_taken_from(kind: str, key: str, taken_from: str) -> None:
    assert default_taken_from(kind, key) == taken_from


@pytest.fixture
def ticket(support: Group, owner: Staff) -> Ticket:
    Category.objects.create(name="退款")
    put_on_form(make_field("order_no", taken_from="order"))
    put_on_form(make_field("phone", taken_from="phone"))
    put_on_form(make_field("remark"))
    said = "退款页面打不开。订单 SO-2026-001234，之前写错成 SO-2026-009999，电话 13912345678"
    made = give_to(make_ticket(group=support, subject="退款页面打不开", text=said), owner.pk)
    let_events_happen()
    return made


def proposals(ticket: Ticket, by: Staff) -> Any:
    return client_for(by).post(f"/api/v1/tickets/{ticket.pk}/assist/proposals")


def settle(ticket: Ticket, use_id: int, by: Staff, *, taken: bool) -> Any:
    return client_for(by).put(f"/api/v1/tickets/{ticket.pk}/assist/proposals/{use_id}", {"taken": taken})


def test_what_was_named_is_offered_once_on_the_record(ticket: Ticket, owner: Staff) -> None:
    told = proposals(ticket, owner).json()
    assert [(one["key"], one["value"]) for one in told] == [
        ("", Category.objects.get().pk),
        ("order_no", "SO-2026-001234"),
        ("phone", "13912345678"),
    ]
    assert (told[0]["path"], told[1]["text"]) == ("退款", "SO-2026-001234")
    assert told[1]["message_id"] == ticket.messages.get().pk
    assert proposals(ticket, owner).json() == told
    uses = Use.objects.order_by("pk").values_list("task", "provider", "by", "outcome")
    assert list(uses) == [
        ("category", "local", owner.pk, ""),
        ("fields", "local", owner.pk, ""),
        ("fields", "local", owner.pk, ""),
    ]


def test_what_is_confirmed_is_filled_in_and_told(ticket: Ticket, owner: Staff) -> None:
    told = proposals(ticket, owner).json()
    left = settle(ticket, told[1]["id"], owner, taken=True).json()
    assert [one["key"] for one in left] == ["", "phone"]
    assert Ticket.objects.get(pk=ticket.pk).fields == {"order_no": "SO-2026-001234"}
    assert settle(ticket, told[0]["id"], owner, taken=True).status_code == 200
    assert Ticket.objects.get(pk=ticket.pk).category == Category.objects.get()
    assert Use.objects.filter(outcome="used", outcome_at__isnull=False).count() == 2
    let_events_happen()
    assert Event.objects.filter(type="assist.finding_rated").count() == 2
    assert Event.objects.filter(type="tickets.edited").count() == 2


def test_what_is_put_aside_is_not_offered_again_and_the_next_is(ticket: Ticket, owner: Staff) -> None:
    first = proposals(ticket, owner).json()[1]
    left = settle(ticket, first["id"], owner, taken=False).json()
    assert [one["value"] for one in left if one["key"] == "order_no"] == ["SO-2026-009999"]
    again = settle(ticket, first["id"], owner, taken=False)
    assert again.status_code == 200
    refused = settle(ticket, first["id"], owner, taken=True)
    assert (refused.status_code, refused.json()["code"]) == (409, "assist.proposal_settled")
    assert Ticket.objects.get(pk=ticket.pk).fields == {}


def test_what_a_colleague_filled_in_meanwhile_stays(ticket: Ticket, owner: Staff) -> None:
    first = proposals(ticket, owner).json()[1]
    Ticket.objects.filter(pk=ticket.pk).update(fields={"order_no": "A-1"})
    refused = settle(ticket, first["id"], owner, taken=True)
    assert (refused.status_code, refused.json()["code"]) == (409, "assist.filled_meanwhile")
    assert Ticket.objects.get(pk=ticket.pk).fields == {"order_no": "A-1"}
    assert Use.objects.get(pk=first["id"]).outcome == ""
    assert "order_no" not in [one["key"] for one in proposals(ticket, owner).json()]


def test_what_was_said_last_goes_before(ticket: Ticket, owner: Staff) -> None:
    arrive(ticket_number=ticket.pk, text="更正：订单号 SO-2026-555555")
    assert ticket.messages.count() == 2
    assert {one["key"]: one["value"] for one in proposals(ticket, owner).json()} == {
        "": Category.objects.get().pk,
        "order_no": "SO-2026-555555",
        "phone": "13912345678",
    }


def test_fields_that_take_the_same_kind_get_different_values(ticket: Ticket, owner: Staff) -> None:
    put_on_form(make_field("other_order", taken_from="order"))
    told = {one["key"]: one["value"] for one in proposals(ticket, owner).json()}
    assert (told["order_no"], told["other_order"]) == ("SO-2026-001234", "SO-2026-009999")


def test_only_who_edits_the_ticket_is_offered_anything(
    ticket: Ticket, owner: Staff, stranger: Staff, colleague: Staff
) -> None:
    first = proposals(ticket, owner).json()[0]
    assert proposals(ticket, stranger).status_code in (403, 404)
    assert settle(ticket, first["id"], stranger, taken=True).status_code in (403, 404)
    assert not Use.objects.exclude(outcome="").exists()
    assert settle(ticket, first["id"], colleague, taken=False).status_code == 200  # of the same group


def test_another_tickets_proposal_is_not_there(ticket: Ticket, owner: Staff, support: Group) -> None:
    first = proposals(ticket, owner).json()[0]
    other = give_to(make_ticket(group=support), owner.pk)
    assert settle(other, first["id"], owner, taken=True).status_code == 404


def test_asking_again_takes_a_fixed_number_of_queries(ticket: Ticket, owner: Staff) -> None:
    client = client_for(owner)
    address = f"/api/v1/tickets/{ticket.pk}/assist/proposals"
    client.post(address)
    with CaptureQueriesContext(connection) as before:
        client.post(address)
    for number in range(8):
        put_on_form(make_field(f"extra_{number}", taken_from="email"))
    with CaptureQueriesContext(connection) as after:
        client.post(address)
    assert len(before) == len(after) <= 24


def test_a_field_says_what_it_is_taken_from(administrator: Staff) -> None:
    client = client_for(administrator)
    body = {"key": "order_no", "kind": "text", "name_zh": "订单号", "name_en": "Order"}
    made = client.post("/api/v1/ticket-fields", body).json()
    assert made["taken_from"] == "order"
    changed = client.patch(f"/api/v1/ticket-fields/{made['id']}", {"taken_from": ""})
    assert changed.json()["taken_from"] == ""
    refused = client.patch(f"/api/v1/ticket-fields/{made['id']}", {"taken_from": "options"})
    assert (refused.status_code, refused.json()["code"]) == (422, "tickets.field_rules_do_not_fit")
    assert CustomField.objects.get().taken_from == ""
