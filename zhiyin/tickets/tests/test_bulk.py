"""Many tickets at once: each by the usual commands, each with its outcome, and back again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.channels.models import Delivery
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.testing.people import ApiClient, client_for, make_group, make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.bulk_changing import BATCH, clear_old_changes
from zhiyin.tickets.commands.macros import MacroContent, add_macro
from zhiyin.tickets.models import BulkChange, BulkItem, Category, Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets(support: Group) -> list[Ticket]:
    return [make_ticket(group=support, sender=f"c{number}@example.com") for number in range(4)]


def change(client: ApiClient, tickets: list[Ticket], key: str = "bulk-0001", **what: Any) -> Any:
    body = {"ticket_ids": [ticket.pk for ticket in tickets], "idempotency_key": key, **what}
    return client.post("/api/v1/bulk-changes", body)


def undo(client: ApiClient, told: Any) -> Any:
    return client.post(f"/api/v1/bulk-changes/{told['id']}/undo")


def let_the_rest_happen() -> None:
    while fire_due_timers(now=timezone.now()):
        let_events_happen()


def rows(tickets: list[Ticket]) -> list[dict[str, Any]]:
    names = (
        "status",
        "priority",
        "category_id",
        "tags",
        "assignee_id",
        "group_id",
        "waiting_since",
        "solved_at",
    )
    return list(Ticket.objects.filter(pk__in=[one.pk for one in tickets]).order_by("pk").values(*names))


def test_everything_is_changed_by_the_commands_that_change_one(
    tickets: list[Ticket], owner: Staff, colleague: Staff
) -> None:
    category = Category.objects.create(name="退货退款")
    billing = make_group("Billing")
    told = change(
        client_for(owner),
        tickets,
        actions={
            "status": "solved",
            "priority": 4,
            "category_id": category.pk,
            "assignee": colleague.pk,
            "group_id": billing.pk,
            "tags_add": ["退款"],
        },
    )
    assert told.status_code == 201
    assert (told.json()["state"], told.json()["outcomes"], told.json()["troubles"]) == (
        "finished",
        {"done": 4},
        [],
    )
    assert {
        (r["status"], r["priority"], r["category_id"], r["assignee_id"], r["group_id"]) for r in rows(tickets)
    } == {("solved", 4, category.pk, colleague.pk, billing.pk)}
    types = PendingEvent.objects.filter(subject=f"ticket:{tickets[0].pk}").order_by("pk")
    assert list(types.values_list("type", flat=True))[-4:] == [
        "tickets.edited",
        "tickets.resolved",
        "tickets.assigned",
        "tickets.moved",
    ]


def test_undo_brings_back_what_was_even_who_waits(
    tickets: list[Ticket], owner: Staff, colleague: Staff
) -> None:
    give_to(tickets[1], colleague.pk)
    Ticket.objects.filter(pk=tickets[2].pk).update(tags=["旧"], priority=1)
    before = rows(tickets)
    client = client_for(owner)
    told = change(
        client,
        tickets,
        actions={
            "status": "solved",
            "priority": 4,
            "assignee": "me",
            "tags_add": ["新"],
            "tags_remove": ["旧"],
        },
    ).json()
    assert rows(tickets) != before
    undone = undo(client, told).json()
    assert (undone["state"], undone["outcomes"]) == ("undone", {"undone": 4})
    assert rows(tickets) == before


def test_undo_leaves_what_somebody_changed_since_and_says_so(
    tickets: list[Ticket], owner: Staff, colleague: Staff
) -> None:
    client = client_for(owner)
    told = change(client, tickets, actions={"status": "pending", "priority": 4}).json()
    client_for(colleague).patch(f"/api/v1/tickets/{tickets[0].pk}", {"status": "open"})
    undone = undo(client, told).json()
    assert undone["outcomes"] == {"kept": 1, "undone": 3}
    assert [(one["ticket_id"], one["kept"]) for one in undone["troubles"]] == [(tickets[0].pk, ["status"])]
    assert [(row["status"], row["priority"]) for row in rows(tickets)] == [("open", 2)] + [("new", 2)] * 3


def test_each_ticket_has_its_own_outcome(tickets: list[Ticket], owner: Staff, support: Group) -> None:
    """Seen is not yet changeable: a reader of all may edit only their group's."""
    foreign = make_ticket(group=make_group("Billing"), sender="x@example.com")
    reader = make_staff(roles=["agent", "quality_reviewer"], groups=[support])
    Ticket.objects.filter(pk=tickets[0].pk).update(priority=4)
    told = change(client_for(reader), [*tickets, foreign], actions={"priority": 4}).json()
    assert told["outcomes"] == {"done": 3, "unchanged": 1, "refused": 1}
    (trouble,) = told["troubles"]
    assert (trouble["ticket_id"], trouble["code"], trouble["number"]) == (
        foreign.pk,
        "not_found",
        f"#{foreign.pk}",
    )
    foreign.refresh_from_db()
    assert foreign.priority == 2


def test_what_one_may_not_see_is_not_even_counted(tickets: list[Ticket], stranger: Staff) -> None:
    told = change(client_for(stranger), tickets, actions={"priority": 4}).json()
    assert (told["total"], told["outcomes"], told["troubles"]) == (0, {}, [])
    assert {row["priority"] for row in rows(tickets)} == {2}
    preview = {"ticket_ids": [ticket.pk for ticket in tickets]}
    assert client_for(stranger).post("/api/v1/bulk-changes/previews", preview).json() == {
        "total": 0,
        "reachable": 0,
        "messages": 0,
    }


def test_the_same_key_changes_once(tickets: list[Ticket], owner: Staff) -> None:
    client = client_for(owner)
    first = change(client, tickets, actions={"priority": 4}).json()
    Ticket.objects.update(priority=1)
    assert change(client, tickets, actions={"priority": 4}).json()["id"] == first["id"]
    assert {row["priority"] for row in rows(tickets)} == {1}
    assert BulkChange.objects.count() == 1


def test_many_go_on_in_batches_after_the_answer_and_come_back_so(support: Group, owner: Staff) -> None:
    many = [make_ticket(group=support, sender=f"m{number}@example.com") for number in range(BATCH + 7)]
    client = client_for(owner)
    told = change(client, many, actions={"priority": 4}).json()
    assert (told["state"], told["outcomes"]) == ("running", {"done": BATCH, "waiting": 7})
    assert undo(client, told).json()["code"] == "tickets.bulk_under_way"
    let_the_rest_happen()
    path = f"/api/v1/bulk-changes/{told['id']}"
    assert client.get(path).json()["outcomes"] == {"done": BATCH + 7}
    undo(client, told)
    let_the_rest_happen()
    assert (client.get(path).json()["state"], client.get(path).json()["outcomes"]) == (
        "undone",
        {"undone": BATCH + 7},
    )
    assert {row["priority"] for row in rows(many)} == {2}


def test_a_macro_writes_to_each_customer_by_name_and_not_where_a_name_is_missing(
    tickets: list[Ticket], owner: Staff
) -> None:
    content = MacroContent(name="通知", text="{{customer.name}}您好，已修复。", actions={"status": "solved"})
    macro = add_macro(content=content, by=owner, now=timezone.now())
    nameless = tickets[3].customer
    type(nameless).objects.filter(pk=nameless.pk).update(name="")
    client = client_for(owner)
    preview = {"ticket_ids": [ticket.pk for ticket in tickets], "macro_id": macro.pk}
    assert client.post("/api/v1/bulk-changes/previews", preview).json()["messages"] == 4
    told = change(client, tickets, macro_id=macro.pk).json()
    assert told["outcomes"] == {"done": 3, "refused": 1}
    assert told["troubles"][0]["code"] == "tickets.unfilled_placeholders"
    assert set(Delivery.objects.values_list("text", flat=True)) == {"王芳您好，已修复。"}
    assert [row["status"] for row in rows(tickets)] == ["solved"] * 3 + ["new"]
    undone = undo(client, told).json()
    assert undone["outcomes"] == {"undone": 3, "refused": 1}
    assert not Message.objects.filter(kind="outbound").exists()


def test_spam_goes_and_comes_back_in_bulk(tickets: list[Ticket], owner: Staff) -> None:
    before, client = rows(tickets), client_for(owner)
    told = change(client, tickets, is_spam=True).json()
    assert {(row["status"], tuple(row["tags"])) for row in rows(tickets)} == {("closed", ("spam",))}
    assert undo(client, told).json()["outcomes"] == {"undone": 4}
    assert rows(tickets) == before


def test_what_was_changed_beside_spam_comes_back_too(tickets: list[Ticket], owner: Staff) -> None:
    before, client = rows(tickets), client_for(owner)
    told = change(client, tickets, is_spam=True, actions={"priority": 4, "tags_add": ["vip"]}).json()
    assert {(row["priority"], tuple(row["tags"])) for row in rows(tickets)} == {(4, ("spam", "vip"))}
    Ticket.objects.filter(pk=tickets[0].pk).update(priority=3)  # by hand, since
    undone = undo(client, told).json()
    assert undone["outcomes"] == {"undone": 3, "kept": 1}
    assert undone["troubles"][0]["kept"] == ["priority"]
    assert rows(tickets) == [{**before[0], "priority": 3}, *before[1:]]


def test_undo_is_ones_own_and_in_time(tickets: list[Ticket], owner: Staff, colleague: Staff) -> None:
    told = change(client_for(owner), tickets, actions={"priority": 4}).json()
    path = f"/api/v1/bulk-changes/{told['id']}"
    assert client_for(colleague).get(path).status_code == 404
    assert client_for(colleague).post(f"{path}/undo").status_code == 404
    BulkChange.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    late = undo(client_for(owner), told)
    assert (late.status_code, late.json()["code"]) == (409, "tickets.bulk_too_late")
    assert client_for(owner).get("/api/v1/bulk-changes").json() == []
    assert {row["priority"] for row in rows(tickets)} == {4}


def test_after_a_reload_the_last_changes_are_still_there(tickets: list[Ticket], owner: Staff) -> None:
    client = client_for(owner)
    ids = [change(client, tickets, key=f"bulk-000{n}", actions={"priority": n}).json()["id"] for n in (3, 4)]
    assert [one["id"] for one in client.get("/api/v1/bulk-changes").json()] == ids[::-1]


def test_nothing_to_do_is_refused(tickets: list[Ticket], owner: Staff) -> None:
    client = client_for(owner)
    assert change(client, tickets).json()["code"] == "tickets.bulk_nothing"
    assert change(client, tickets, actions={"category_id": 0}).json()["code"] == "tickets.action_gone"
    assert not BulkChange.objects.exists()


def test_a_view_gives_its_ids_in_its_order(tickets: list[Ticket], owner: Staff, stranger: Staff) -> None:
    told = client_for(owner).get("/api/v1/tickets/ids?view=open").json()
    assert told == {"ids": [ticket.pk for ticket in reversed(tickets)], "is_capped": False}
    assert client_for(stranger).get("/api/v1/tickets/ids?view=open").json()["ids"] == []


def test_changes_are_forgotten_after_a_week(tickets: list[Ticket], owner: Staff) -> None:
    change(client_for(owner), tickets, actions={"priority": 4})
    assert clear_old_changes(now=timezone.now() + timedelta(days=6)) == 0
    clear_old_changes(now=timezone.now() + timedelta(days=8))
    assert not BulkItem.objects.exists()
    assert {row["priority"] for row in rows(tickets)} == {4}
