"""Procedures that begin by themselves: conditions as views and policies have them, on anything of ticket or customer."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from zhiyin.customers.models import Customer
from zhiyin.people.models import Group, Staff
from zhiyin.procedures.migrations import __name__ as migrations
from zhiyin.procedures.models import Case, Definition, Version
from zhiyin.procedures.queries.starting import fitting_procedures
from zhiyin.procedures.tests.play import Desk
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, make_ticket

pytestmark = pytest.mark.django_db
PATH = "/api/v1/procedures"
CONTENT = {
    "start": "one",
    "steps": [
        {
            "key": "one",
            "zh": "一",
            "en": "One",
            "outcomes": [{"key": "on", "zh": "走", "en": "On", "to": "end"}],
        },
        {"key": "end", "kind": "end", "zh": "完", "en": "End"},
    ],
}
TAGGED = {"field": "tags", "is": "has_any", "value": ["recall"]}
URGENT_OR_VIP = {
    "any": [
        {"field": "priority", "is": "any_of", "value": [4]},
        {"field": "customer_tier", "is": "any_of", "value": ["vip"]},
    ]
}


def publish(by: Staff, starts: dict[str, Any], *, pk: int | None = None) -> Any:
    body = {"key": "own", "name_zh": "自有", "name_en": "Own", "starts": starts, "content": CONTENT}
    client = client_for(by)
    return client.put(f"{PATH}/{pk}", body) if pk else client.post(PATH, body)


def runs() -> list[int]:
    return list(Case.objects.filter(definition__key="own").values_list("ticket_id", flat=True))


def test_a_tree_of_conditions_begins_it_when_the_ticket_comes_to_fit(
    administrator: Staff, owner: Staff, support: Group
) -> None:
    assert publish(administrator, {"all": [TAGGED, URGENT_OR_VIP]}).status_code == 201
    desk = Desk(owner, make_ticket(group=support))
    let_events_happen()
    assert runs() == []
    desk.client.patch(desk.path, {"priority": 4})
    let_events_happen()
    assert runs() == []
    desk.client.patch(desk.path, {"tags": ["recall"]})
    let_events_happen()
    assert runs() == [desk.ticket.pk]
    desk.client.patch(desk.path, {"priority": 2})
    desk.client.patch(desk.path, {"priority": 4})
    let_events_happen()
    assert runs() == [desk.ticket.pk]  # once


def test_what_customers_write_and_who_they_are_begins_it_too(administrator: Staff, support: Group) -> None:
    words = {"field": "words", "is": "contains", "value": "律师函"}
    publish(administrator, {"any": [words, {"field": "customer_company", "is": "contains", "value": "云杉"}]})
    other = make_ticket(group=support, sender="li@example.com")
    let_events_happen()
    assert runs() == []
    written = arrive(sender="wang@example.com", text="再不处理就发律师函").ticket_id
    customer = Customer.objects.get(pk=other.customer_id)
    answer = client_for(administrator).patch(f"/api/v1/customers/{customer.pk}", {"company": "云杉科技"})
    assert answer.status_code == 200, answer.json()
    let_events_happen()
    assert sorted(runs()) == sorted([written, other.pk])


def test_when_it_begins_is_of_a_version(administrator: Staff, support: Group) -> None:
    made = publish(administrator, {"all": [TAGGED]}).json()
    assert (made["latest"], made["starts"]) == (1, {"all": [TAGGED]})
    same = publish(administrator, {"all": [TAGGED]}, pk=made["id"]).json()
    assert same["latest"] == 1
    by_hand = publish(administrator, {"all": []}, pk=made["id"]).json()
    assert (by_hand["latest"], by_hand["starts"]) == (2, {})
    first = client_for(administrator).get(f"{PATH}/{made['id']}?version=1").json()
    assert first["starts"] == {"all": [TAGGED]}
    rows = client_for(administrator).get(PATH).json()
    assert [one["begins_itself"] for one in rows if one["key"] == "own"] == [False]
    ticket = make_ticket(group=support)
    ticket.tags = ["recall"]
    ticket.save(update_fields=["tags"])
    assert fitting_procedures([ticket.pk], now=timezone.now()) == {}


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"field": "nonsense", "is": "yes"}, "tickets.bad_condition"),
        ({"field": "assignee", "is": "any_of", "value": ["me"]}, "tickets.personal_condition"),
        ({"field": "mentioned", "is": "yes"}, "tickets.personal_condition"),
    ],
)
def test_conditions_that_do_not_work_are_refused_and_nothing_is_published(
    condition: dict[str, Any], code: str, administrator: Staff
) -> None:
    refused = publish(administrator, {"all": [condition]})
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert not Definition.objects.filter(key="own").exists()


def test_without_one_that_begins_by_itself_a_fact_costs_one_query(
    support: Group, django_assert_num_queries: Any
) -> None:
    ticket = make_ticket(group=support)
    with django_assert_num_queries(1):
        assert fitting_procedures([ticket.pk], now=timezone.now()) == {}


def test_what_was_set_before_becomes_conditions() -> None:
    from importlib import import_module

    as_tree = import_module(f"{migrations}.0004_starts_as_conditions").as_tree
    assert as_tree({"categories": [7], "types": [], "tiers": ["vip", "key"]}) == {
        "all": [
            {"field": "category", "is": "any_of", "value": [7]},
            {"field": "customer_tier", "is": "any_of", "value": ["vip", "key"]},
        ]
    }
    assert as_tree({"categories": []}) == {}
    assert not Version.objects.exclude(starts={}).exists()
