"""The numbers beside views: kept by events, right for each person, right after one's own action."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import BooleanField, Func, Q, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.commands import counting
from zhiyin.tickets.commands.counting import clear_unused_counts, count_views
from zhiyin.tickets.fields import registry
from zhiyin.tickets.models import Ticket, ViewCount
from zhiyin.tickets.queries.listing import tickets_in
from zhiyin.tickets.queries.views import OfferedView, find_view, views_of

pytestmark = pytest.mark.django_db
WARM_QUERIES = 19  # of them 4 say who asks, 5 which views there are, 5 hold what must be read each time


def counts(by: Staff, now: datetime | None = None) -> dict[str, int]:
    return count_views(views=views_of(by=by), by=by, now=now or timezone.now())


def truth(by: Staff, now: datetime | None = None) -> dict[str, int]:
    return {
        view.key: tickets_in(view.conditions, by=by, now=now or timezone.now()).count()
        for view in views_of(by=by)
    }


def counted_at(view: str) -> datetime:
    return ViewCount.objects.get(key__startswith=f"{view}@").counted_at


def test_ones_own_action_shows_at_once_before_and_after_its_event_has_its_place(
    support: Group, owner: Staff
) -> None:
    ticket = make_ticket(group=support)
    client = client_for(owner)

    def told() -> dict[str, int]:
        found: dict[str, int] = client.get("/api/v1/tickets/counts").json()["views"]
        return found

    assert (told()["mine"], told()["unassigned"]) == (0, 1)
    first = counted_at("mine")
    client.post(f"/api/v1/tickets/{ticket.pk}/claim", {"expected_assignee_id": None})
    assert (told()["mine"], told()["unassigned"]) == (1, 0)
    let_events_happen()
    assert (told()["mine"], told()["unassigned"]) == (1, 0)
    client.patch(f"/api/v1/tickets/{ticket.pk}", {"status": "solved"})
    let_events_happen()
    assert (told()["mine"], told()["open"]) == (0, 0)
    assert counted_at("mine") == first  # all that by events: the tickets were read once, at the beginning


def test_what_others_do_counts_too_and_for_each_by_what_they_may_see(
    support: Group, owner: Staff, colleague: Staff, stranger: Staff, administrator: Staff
) -> None:
    for person in (owner, colleague, stranger, administrator):
        assert counts(person)["open"] == 0
    ticket = make_ticket(group=support)
    with_nobody = make_ticket()
    Ticket.objects.filter(pk=with_nobody.pk).update(group=None)
    let_events_happen()
    assert [counts(person)["open"] for person in (owner, colleague, stranger, administrator)] == [2, 2, 1, 2]
    client_for(colleague).post(f"/api/v1/tickets/{ticket.pk}/claim", {"expected_assignee_id": None})
    assert [counts(person)["mine"] for person in (owner, colleague, stranger, administrator)] == [0, 1, 0, 0]
    for person in (owner, colleague, stranger, administrator):
        assert counts(person) == truth(person)


def test_a_ticket_that_moves_away_leaves_the_counts_of_those_who_no_longer_see_it(
    support: Group, owner: Staff, stranger: Staff, administrator: Staff
) -> None:
    ticket = make_ticket(group=support)
    assert (counts(owner)["open"], counts(stranger)["open"]) == (1, 0)
    path = f"/api/v1/tickets/{ticket.pk}"
    assert client_for(administrator).patch(path, {"group_id": stranger.groups.get().pk}).status_code == 200
    assert (counts(owner)["open"], counts(stranger)["open"]) == (0, 1)


def test_those_who_see_everything_share_a_count_and_what_is_personal_stays_ones_own(
    administrator: Staff, support: Group
) -> None:
    manager = make_staff(roles=("manager",))
    make_ticket(group=support)
    counts(administrator)
    counts(manager)
    keys = set(ViewCount.objects.values_list("key", flat=True))
    assert {"open@all", f"mine@{manager.pk}", f"mine@{administrator.pk}"} <= keys
    assert f"open@{manager.pk}" not in keys


def test_warm_counts_take_few_queries_however_many_views_and_changes(support: Group, owner: Staff) -> None:
    client = client_for(owner)
    for number in range(12):
        client.post("/api/v1/views", {"name_en": f"V{number}", "conditions": {"all": []}})
    client.get("/api/v1/tickets/counts")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/api/v1/tickets/counts")
        return len(captured)

    make_ticket(group=support)
    few = queries()
    for _ in range(5):
        make_ticket(group=support)
    assert queries() == few <= WARM_QUERIES


def test_time_moves_tickets_in_and_out_without_an_event(support: Group, owner: Staff) -> None:
    now = timezone.now()
    make_ticket(group=support, at=now - timedelta(minutes=59))
    old = {"field": "created", "is": "older_than", "value": {"amount": 1, "unit": "hours"}}
    key = (
        client_for(owner)
        .post("/api/v1/views", {"name_en": "Old", "conditions": {"all": [old]}})
        .json()["key"]
    )
    assert counts(owner, now)[key] == 0
    assert counts(owner, now + timedelta(minutes=2))[key] == 1


def test_a_count_that_went_wrong_is_put_right_and_told(
    support: Group, owner: Staff, caplog: pytest.LogCaptureFixture
) -> None:
    now = timezone.now()
    ticket = make_ticket(group=support)
    let_events_happen()
    assert counts(owner, now)["open"] == 1
    Ticket.objects.filter(pk=ticket.pk).update(status="solved")  # behind everybody's back: no event
    assert counts(owner, now + timedelta(minutes=9))["open"] == 1
    assert counts(owner, now + timedelta(minutes=11))["open"] == 0
    assert "view_count_drifted" in caplog.text


def test_changed_conditions_are_counted_anew(owner: Staff, support: Group) -> None:
    make_ticket(group=support)
    client = client_for(owner)
    key = client.post("/api/v1/views", {"name_en": "V", "conditions": {"all": []}}).json()["key"]
    assert counts(owner)[key] == 1
    solved = {"all": [{"field": "status", "is": "any_of", "value": ["solved"]}]}
    client.patch(f"/api/v1/views/{key}", {"conditions": solved})
    assert counts(owner)[key] == 0


def test_whoever_joins_a_group_has_its_tickets_counted(
    owner: Staff, stranger: Staff, administrator: Staff
) -> None:
    theirs = stranger.groups.get()
    make_ticket(group=theirs)
    assert counts(owner)["open"] == 0
    owner.memberships.create(group=theirs)
    assert counts(Staff.objects.get(pk=owner.pk))["open"] == 1


def test_a_full_view_is_told_up_to_the_bound_and_read_anew_when_too_many_have_left(
    support: Group, owner: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "COUNTED_UP_TO", 3)
    monkeypatch.setattr(counting, "KEPT", 4)
    made = [make_ticket(group=support) for _ in range(6)]
    client = client_for(owner)
    told = [counts(owner)["open"]]
    for ticket in made[:5]:
        client.patch(f"/api/v1/tickets/{ticket.pk}", {"status": "solved"})
        let_events_happen()
        told.append(counts(owner)["open"])
    assert told == [3, 3, 3, 3, 2, 1]


def test_after_a_flood_of_changes_everything_is_counted_anew(
    support: Group, owner: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "LOOKED_AT", 2)
    counts(owner)
    for _ in range(4):
        make_ticket(group=support)
    let_events_happen()
    assert Event.objects.filter(subject__startswith="ticket:").count() > 4
    assert counts(owner)["open"] == 4


def test_a_view_that_takes_too_long_has_no_number_and_holds_up_no_other(
    support: Group, owner: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_ticket(group=support)
    sleepy = Func(Value(3), template="(pg_sleep(%(expressions)s) IS NOT NULL)", output_field=BooleanField())
    slow = registry.Field("slow", "flag", "慢", "Slow", lambda *_: Q(sleepy))
    monkeypatch.setitem(registry._fields, "slow", slow)
    monkeypatch.setattr("zhiyin.tickets.queries.listing.PATIENCE_MS", 200)
    asked = {"all": [{"field": "slow", "is": "yes"}]}
    stuck = OfferedView(key="9", kind="made", name_zh="", name_en="S", conditions=asked)
    told = count_views(views=[stuck, find_view("open", by=owner)], by=owner, now=timezone.now())
    assert told == {"open": 1}
    answer: Any = client_for(owner).post("/api/v1/views/preview", {"conditions": stuck.conditions})
    assert (answer.status_code, answer.json()["code"]) == (422, "tickets.list_too_wide")


def test_counts_that_nobody_asks_for_are_forgotten(owner: Staff) -> None:
    now = timezone.now()
    counts(owner, now)
    assert clear_unused_counts(now=now + timedelta(days=6)) == 0
    kept = ViewCount.objects.count()
    assert kept > 0
    assert clear_unused_counts(now=now + timedelta(days=8)) == kept
    assert not ViewCount.objects.exists()
