"""Views as people have them: made, shared, arranged; never more than one may see."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event, PendingEvent
from zhiyin.platform.stream.messages import messages_of
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.models import Ticket, View, ViewPlace
from zhiyin.tickets.streaming import rooms_of

pytestmark = pytest.mark.django_db
URGENT = {"all": [{"field": "priority", "is": "any_of", "value": [4]}]}
EVERYTHING: dict[str, Any] = {"all": []}
VIEWS_QUERIES = 6  # session, person, powers with groups, views, their groups, places


@pytest.fixture
def lead(support: Group) -> Staff:
    return make_staff(name="Lead", roles=("lead",), groups=[support])


def make_view(by: Staff, **values: Any) -> Any:
    body = {"name_zh": "紧急", "conditions": URGENT} | values
    return client_for(by).post("/api/v1/views", body)


def keys_of(staff: Staff, *, shown: bool = False) -> list[str]:
    return [
        view["key"] for view in client_for(staff).get("/api/v1/views").json() if view["shown"] or not shown
    ]


def test_a_view_of_ones_own_stands_in_the_list_and_finds_its_tickets(support: Group, owner: Staff) -> None:
    urgent, _plain = make_ticket(group=support), make_ticket(group=support)
    Ticket.objects.filter(pk=urgent.pk).update(priority=4)
    answer = make_view(owner, name_en="Urgent", icon="flag", colour="red")
    assert answer.status_code == 201
    key = answer.json()["key"]
    rows = client_for(owner).get(f"/api/v1/tickets?view={key}").json()["items"]
    assert [row["id"] for row in rows] == [urgent.pk]
    assert keys_of(owner)[-2] == key  # before the groups
    told = answer.json()
    assert (told["name_zh"], told["name_en"], told["icon"], told["colour"], told["may_change"]) == (
        "紧急", "Urgent", "flag", "red", True,
    )  # fmt: skip


def test_nobody_else_sees_it_not_even_who_manages_views(
    owner: Staff, colleague: Staff, administrator: Staff
) -> None:
    key = make_view(owner).json()["key"]
    for other in (colleague, administrator):
        assert key not in keys_of(other)
        client = client_for(other)
        for answer in [
            client.get(f"/api/v1/tickets?view={key}"),
            client.patch(f"/api/v1/views/{key}", {"name_zh": "我的了"}),
            client.delete(f"/api/v1/views/{key}"),
            client.put(f"/api/v1/views/{key}/look", {"sort": "oldest"}),
        ]:
            assert answer.status_code == 404
    assert View.objects.get(pk=key).name_zh == "紧急"
    assert not ViewPlace.objects.exists()


def test_sharing_needs_the_permission_and_refused_nothing_is_made(owner: Staff, lead: Staff) -> None:
    answer = make_view(owner, audience="everyone")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert answer.json()["params"] == {"permission": "views.manage"}
    assert not View.objects.exists()
    assert not PendingEvent.objects.filter(type="tickets.view_saved").exists()
    assert make_view(lead, audience="everyone").status_code == 201


def test_a_shared_view_is_seen_by_its_groups_only(
    support: Group, lead: Staff, owner: Staff, stranger: Staff
) -> None:
    key = make_view(lead, audience="groups", group_ids=[support.pk]).json()["key"]
    assert key in keys_of(owner)
    assert key not in keys_of(stranger)
    assert client_for(stranger).get(f"/api/v1/tickets?view={key}").json()["code"] == "tickets.no_such_view"


def test_a_shared_view_shows_each_only_what_they_may_see(
    support: Group, lead: Staff, owner: Staff, stranger: Staff, administrator: Staff
) -> None:
    inside = make_ticket(group=support)
    foreign = make_ticket(group=stranger.groups.get())
    own = give_to(make_ticket(group=stranger.groups.get()), owner.pk)
    key = make_view(lead, audience="everyone", conditions=EVERYTHING).json()["key"]
    expected = {
        owner: {inside.pk, own.pk},
        stranger: {foreign.pk, own.pk},
        administrator: {inside.pk, foreign.pk, own.pk},
    }
    for person, ids in expected.items():
        client = client_for(person)
        assert {row["id"] for row in client.get(f"/api/v1/tickets?view={key}").json()["items"]} == ids
        assert client.get("/api/v1/tickets/counts").json()["views"][key] == len(ids)
        preview = client.post("/api/v1/views/preview", {"conditions": EVERYTHING}).json()
        assert ({row["id"] for row in preview["items"]}, preview["count"]) == (ids, len(ids))
        groups = client.get(f"/api/v1/tickets/groups?view={key}&group=status").json()["groups"]
        assert sum(group["count"] for group in groups) == len(ids)


def test_who_lacks_the_permission_changes_no_shared_view(lead: Staff, owner: Staff) -> None:
    key = make_view(lead, audience="everyone").json()["key"]
    client = client_for(owner)
    assert client.patch(f"/api/v1/views/{key}", {"name_zh": "别的"}).status_code == 403
    assert client.delete(f"/api/v1/views/{key}").status_code == 403
    assert View.objects.get(pk=key).name_zh == "紧急"
    shown = next(view for view in client.get("/api/v1/views").json() if view["key"] == key)
    assert shown["may_change"] is False


def test_what_a_change_leaves_out_stays(lead: Staff, support: Group) -> None:
    key = make_view(lead, audience="groups", group_ids=[support.pk], sort="oldest", grouping="status").json()[
        "key"
    ]
    told = client_for(lead).patch(f"/api/v1/views/{key}", {"name_en": "Urgent"}).json()
    assert (told["name_zh"], told["name_en"], told["sort"], told["grouping"]) == (
        "紧急",
        "Urgent",
        "oldest",
        "status",
    )
    assert (told["audience"], told["group_ids"], told["conditions"]) == ("groups", [support.pk], URGENT)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name_zh": " "}, "tickets.view_name_missing"),
        ({"audience": "groups"}, "tickets.nobody_to_share_with"),
        ({"conditions": {"all": [{"field": "x", "is": "any_of", "value": [1]}]}}, "tickets.bad_condition"),
        ({"sort": "sideways"}, "invalid"),
    ],
)
def test_a_view_that_does_not_work_is_refused_and_not_kept(
    lead: Staff, values: dict[str, Any], code: str
) -> None:
    answer = make_view(lead, **values)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not View.objects.exists()


def test_a_deleted_view_is_gone_for_everybody_with_its_places(lead: Staff, owner: Staff) -> None:
    key = make_view(lead, audience="everyone").json()["key"]
    client_for(owner).put(f"/api/v1/views/{key}/look", {"sort": "oldest"})
    assert client_for(lead).delete(f"/api/v1/views/{key}").status_code == 204
    assert key not in keys_of(owner)
    assert not ViewPlace.objects.exists()


def test_everybody_arranges_their_own_left_pane(owner: Staff, colleague: Staff) -> None:
    before = keys_of(colleague)
    order = [{"key": key, "shown": key != "all"} for key in reversed(before)]
    assert client_for(owner).put("/api/v1/views/order", order).status_code == 204
    assert keys_of(owner) == before[::-1]
    assert "all" not in keys_of(owner, shown=True)
    assert keys_of(colleague) == before


def test_a_view_looks_as_each_last_had_it(lead: Staff, owner: Staff, colleague: Staff) -> None:
    key = make_view(lead, audience="everyone").json()["key"]
    look = {"sort": "priority", "shows_table": True, "columns": [{"key": "subject", "width": 320}]}
    client_for(owner).put(f"/api/v1/views/{key}/look", look)
    mine = next(view for view in client_for(owner).get("/api/v1/views").json() if view["key"] == key)
    theirs = next(view for view in client_for(colleague).get("/api/v1/views").json() if view["key"] == key)
    assert (mine["sort"], mine["shows_table"], mine["columns"]) == ("priority", True, look["columns"])
    assert (theirs["sort"], theirs["shows_table"], theirs["columns"]) == ("newest", False, [])


def test_the_views_take_the_same_number_of_queries_however_many(lead: Staff, support: Group) -> None:
    client = client_for(lead)
    client.get("/api/v1/views")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/api/v1/views")
        return len(captured)

    make_view(lead, audience="groups", group_ids=[support.pk])
    few = queries()
    for _ in range(6):
        make_view(lead, audience="groups", group_ids=[support.pk])
    assert queries() == few <= VIEWS_QUERIES + 1


def test_what_can_be_asked_is_told_in_both_languages(owner: Staff) -> None:
    fields = {
        field["name"]: field for field in client_for(owner).get("/api/v1/views/fields").json()["fields"]
    }
    assert (fields["status"]["zh"], fields["status"]["en"]) == ("状态", "Status")
    assert {"value": "on_hold", "zh": "挂起", "en": "On hold"} in fields["status"]["choices"]
    assert fields["assignee"]["named"] == ["me", "nobody", "my_groups"]
    assert fields["created"]["operators"][0] == {"name": "within", "takes": "span"}


def test_everybody_hears_of_a_shared_view_and_only_its_owner_of_a_private_one(
    owner: Staff, lead: Staff, stranger: Staff
) -> None:
    make_view(owner)
    shared = make_view(lead, audience="everyone").json()["key"]
    client_for(lead).delete(f"/api/v1/views/{shared}")
    let_events_happen()
    told = messages_of(list(Event.objects.filter(type__startswith="tickets.view_").order_by("position")))
    assert [message.name for message in told] == ["views"] * 3
    heard = {
        person: [message.rooms <= rooms_of(person) | {f"staff:{person.pk}"} for message in told]
        for person in (owner, lead, stranger)
    }
    assert heard == {owner: [True, True, True], lead: [False, True, True], stranger: [False, True, True]}


# --- orders and groups ------------------------------------------------------------------------


def walk(client: Any, path: str) -> list[int]:
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = client.get(f"{path}&limit=2&cursor={cursor}").json()
        seen += [row["id"] for row in answer["items"]]
        cursor = answer["next_cursor"]
    return seen


SORTS = ["newest", "oldest", "created", "updated", "priority"]
GROUPED_BY = {
    "": "",
    "status": "status",
    "priority": "priority",
    "assignee": "assignee_id",
    "group": "group_id",
    "category": "category_id",
    "channel": "channel_id",
}


def test_pages_of_every_order_and_grouping_follow_without_gap_or_overlap(
    support: Group, administrator: Staff, owner: Staff
) -> None:
    made = [make_ticket(group=support if number % 2 else None) for number in range(5)]
    ids = [ticket.pk for ticket in made]
    Ticket.objects.filter(pk__in=[ids[1], ids[4]]).update(priority=4, status="pending", assignee=owner)
    client = client_for(administrator)
    for sort in SORTS:
        for grouping, column in GROUPED_BY.items():
            seen = walk(client, f"/api/v1/tickets?view=all&sort={sort}&group={grouping}")
            assert sorted(seen) == ids, (sort, grouping)
            values = dict(Ticket.objects.values_list("pk", column)) if column else {}
            headings = [key for key, _ in groupby(values.get(pk) for pk in seen)]
            assert len(headings) == len(set(headings)), (sort, grouping)  # each stands once


def test_a_grouped_page_reads_no_more_for_more_groups_and_tickets(support: Group, owner: Staff) -> None:
    client, path = client_for(owner), "/api/v1/tickets?view=all&group=priority&limit=3"
    first = make_ticket(group=support)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        assert [row["id"] for row in client.get(path).json()["items"]] == [first.pk]
    for number in range(8):
        made = make_ticket(group=support)
        Ticket.objects.filter(pk=made.pk).update(priority=number % 4 + 1)
    with CaptureQueriesContext(connection) as many:
        page = client.get(path).json()
    assert [row["priority"] for row in page["items"]] == [4, 4, 3]
    assert len(many) == len(few)


def test_headings_say_how_many_stand_under_them(support: Group, owner: Staff) -> None:
    made = [make_ticket(group=support, at=ticket_time(day)) for day in (1, 1, 2)]
    give_to(made[0], owner.pk)
    client = client_for(owner)

    def told(query: str) -> dict[str, int]:
        groups = client.get(f"/api/v1/tickets/groups?view=all&{query}").json()["groups"]
        return {group["key"]: group["count"] for group in groups}

    assert told("group=status") == {"new": 2, "open": 1}
    assert told("group=assignee") == {str(owner.pk): 1, "0": 2}
    assert told("group=day&zone=UTC") == {"2026-03-01": 2, "2026-03-02": 1}
    assert told("group=day&zone=Asia/Tokyo") == {
        "2026-03-02": 2,
        "2026-03-03": 1,
    }  # 20:00 UTC is tomorrow there


def ticket_time(day: int) -> datetime:
    return datetime(2026, 3, day, 20, tzinfo=UTC)


@pytest.mark.parametrize("query", ["sort=sideways", "group=colour", "sort=priority&group=day"])
def test_an_order_that_there_is_not_is_refused(owner: Staff, query: str) -> None:
    answer = client_for(owner).get(f"/api/v1/tickets?view=all&{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "tickets.no_such_order")
    counted = client_for(owner).get(f"/api/v1/tickets/groups?view=all&{query.replace('sort=sideways', '')}")
    assert (counted.status_code, counted.json()["code"]) == (422, "tickets.no_such_order")


def test_a_filter_in_the_address_narrows_the_view(support: Group, owner: Staff) -> None:
    urgent, _plain = make_ticket(group=support), make_ticket(group=support)
    Ticket.objects.filter(pk=urgent.pk).update(priority=4)
    client = client_for(owner)
    filtered = '{"all":[{"field":"priority","is":"any_of","value":[4]}]}'
    answer = client.get("/api/v1/tickets", {"view": "open", "filter": filtered})
    assert [row["id"] for row in answer.json()["items"]] == [urgent.pk]
    for broken in ("{", '{"all": 1}', "[" * 3000):
        assert client.get("/api/v1/tickets", {"filter": broken}).json()["code"] == "tickets.bad_condition"
    assert (
        client.get("/api/v1/tickets/groups?group=day&zone=Mars/Base").json()["code"] == "tickets.no_such_zone"
    )
