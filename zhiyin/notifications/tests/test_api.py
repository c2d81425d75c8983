"""The bell, the choices and the reasons behind notices, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from zhiyin.notifications.models import Decision, Mute, Notification, Policy, Preferences, RoleWays
from zhiyin.notifications.reasons import all_reasons
from zhiyin.notifications.tests.scene import NOON, key_of, minutes, note
from zhiyin.people.models import Membership, Role, Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.testing.people import client_for, make_group
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, make_ticket
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db
API = "/api/v1"


def get(staff: Staff, path: str) -> Any:
    return client_for(staff).get(f"{API}{path}").json()


def wrote(ticket: Ticket, at: float) -> None:
    arrive(at=minutes(at), thread_keys=[key_of(ticket)])
    let_events_happen()


def test_a_row_says_what_happened_in_both_languages_and_where_to_go(owner: Staff, ticket: Ticket) -> None:
    wrote(ticket, 1)
    (row,) = get(owner, "/notifications")["items"]
    stored = Notification.objects.get(staff=owner)
    assert row == {
        "id": stored.pk,
        "reason": "customer_wrote",
        "reason_name": {"zh": "客户在我的工单上来信", "en": "The customer writes on a ticket of mine"},
        "text": {"zh": "王芳 发来 1 条消息", "en": "王芳 wrote a message"},
        "urgency": "normal",
        "ticket": {"id": ticket.pk, "number": f"#{ticket.pk}", "subject": "退款多久到账"},
        "message_id": ticket.messages.latest("pk").pk,
        "count": 1,
        "position": stored.position,
        "created_at": "2026-03-04T04:01:00Z",
        "last_at": "2026-03-04T04:01:00Z",
        "read_at": None,
    }


def test_a_page_takes_the_same_queries_however_long_it_is(
    owner: Staff, colleague: Staff, ticket: Ticket, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(owner)
    wrote(ticket, 1)
    client.get(f"{API}/notifications")
    with CaptureQueriesContext(connection) as one:
        client.get(f"{API}/notifications")
    for number in range(4):
        other = make_ticket(group=ticket.group, at=NOON)
        note(other, by=colleague, mentions=[owner], at=minutes(number))
    with django_assert_num_queries(len(one)):
        page = client.get(f"{API}/notifications?limit=3").json()
    assert len(page["items"]) == 3
    rest = client.get(f"{API}/notifications?limit=50&cursor={page['next_cursor']}").json()
    ids = [row["id"] for row in page["items"] + rest["items"]]
    assert len(ids) == len(set(ids)) == Notification.objects.filter(staff=owner).count()


def test_read_unread_and_all_read(owner: Staff, colleague: Staff, ticket: Ticket) -> None:
    client = client_for(owner)
    wrote(ticket, 1)
    note(ticket, by=colleague, mentions=[owner], at=minutes(2))
    first, second = Notification.objects.filter(staff=owner).order_by("pk")
    assert get(owner, "/notifications/count") == {"unread": 2, "capped_at": 100}
    assert client.post(f"{API}/notifications/{first.pk}/reading").json()["read_at"] is not None
    assert [row["id"] for row in get(owner, "/notifications?state=unread")["items"]] == [second.pk]
    assert client.delete(f"{API}/notifications/{first.pk}/reading").json()["read_at"] is None
    until = client.post(f"{API}/notifications/readings", {"until": first.position})
    assert until.json() == {"read": 1}
    assert [row["id"] for row in get(owner, "/notifications?state=unread")["items"]] == [second.pk]
    assert client.post(f"{API}/notifications/readings", {"ticket_id": ticket.pk}).json() == {"read": 1}
    assert get(owner, "/notifications/count")["unread"] == 0


def test_one_that_is_superseded_stays_read(owner: Staff, ticket: Ticket) -> None:
    wrote(ticket, 1)
    old = Notification.objects.get(staff=owner)
    Notification.objects.update(read_at=minutes(2))
    wrote(ticket, 3)
    answer = client_for(owner).delete(f"{API}/notifications/{old.pk}/reading")
    assert answer.status_code == 200
    assert answer.json()["read_at"] is not None
    assert Notification.objects.filter(staff=owner).unread().count() == 1


def test_what_one_may_no_longer_see_is_gone_from_the_bell(owner: Staff, ticket: Ticket) -> None:
    wrote(ticket, 1)
    row = Notification.objects.get(staff=owner)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=None, group=make_group("Legal"))
    Membership.objects.filter(staff=owner).delete()
    assert get(owner, "/notifications")["items"] == []
    assert get(owner, "/notifications/count")["unread"] == 0
    client = client_for(owner)
    assert client.get(f"{API}/notifications/{row.pk}/why").status_code == 404
    assert client.post(f"{API}/notifications/{row.pk}/reading").status_code == 404
    assert Notification.objects.get(pk=row.pk).read_at is None


def test_nobody_sees_or_marks_a_colleagues_notifications(
    owner: Staff, colleague: Staff, ticket: Ticket
) -> None:
    wrote(ticket, 1)
    row = Notification.objects.get(staff=owner)
    client = client_for(colleague)
    assert get(colleague, "/notifications")["items"] == []
    assert client.post(f"{API}/notifications/{row.pk}/reading").status_code == 404
    assert client.get(f"{API}/notifications/{row.pk}/why").status_code == 404
    assert client.post(f"{API}/notifications/readings", {}).json() == {"read": 0}
    assert Notification.objects.get(pk=row.pk).read_at is None


def test_why_tells_the_decisions_and_what_left(owner: Staff, ticket: Ticket) -> None:
    Preferences.objects.create(pk=owner.pk, ways={"customer_wrote": ["app", "mail", "push"]})
    wrote(ticket, 1)
    wrote(ticket, 2)
    why = get(owner, f"/notifications/{Notification.objects.get(staff=owner).pk}/why")
    told = [(one["rule"], one["count"], one["ways"], one["held"], one["source"]) for one in why["decisions"]]
    assert told == [
        ("bundled", 1, ["app"], {"mail": "bundled", "push": "no_device"}, "own"),
        ("told", 1, ["app", "mail"], {"push": "no_device"}, "own"),
    ]
    assert [(one["way"], one["state"]) for one in why["sendings"]] == [("mail", "owed")]


def test_a_ticket_says_who_was_told_and_why_not_me(
    owner: Staff, colleague: Staff, stranger: Staff, ticket: Ticket
) -> None:
    client = client_for(colleague)
    Preferences.objects.create(pk=owner.pk, ways={"mentioned": []})
    note(ticket, by=colleague, mentions=[owner], at=minutes(1))
    wrote(ticket, 2)
    told = client.get(f"{API}/tickets/{ticket.pk}/notifications").json()
    assert told["muted"] is False
    assert [one["rule"] for one in told["mine"] if one["reason"] != "new_unassigned"] == []
    others = [(one["staff_name"], one["reason"]) for one in told["others"]["items"] if one["rule"] != "muted"]
    assert ("Owner", "customer_wrote") in others
    assert ("Owner", "mentioned") not in others  # that the owner has switched it off is theirs to know
    mine = get(owner, f"/tickets/{ticket.pk}/notifications")["mine"]
    assert ("mentioned", "switched_off") in [(one["reason"], one["rule"]) for one in mine]
    assert client_for(stranger).get(f"{API}/tickets/{ticket.pk}/notifications").status_code == 404


def test_muting_is_ones_own_and_only_of_what_one_sees(owner: Staff, stranger: Staff, ticket: Ticket) -> None:
    path = f"{API}/tickets/{ticket.pk}/mute"
    assert client_for(stranger).put(path).status_code == 404
    assert not Mute.objects.exists()
    assert client_for(owner).put(path).status_code == 204
    assert client_for(owner).put(path).status_code == 204
    assert Mute.objects.get().staff == owner
    assert get(owner, f"/tickets/{ticket.pk}/notifications")["muted"] is True
    assert client_for(owner).delete(path).status_code == 204
    assert not Mute.objects.exists()


def test_choices_show_what_holds_and_whose_choice_it_is(owner: Staff) -> None:
    client = client_for(owner)
    Policy.objects.create(ways={"moved": ["app", "mail"]})
    told = client.patch(
        f"{API}/notifications/preferences",
        {
            "ways": {"assigned": ["push", "app"]},
            "quiet_from": "22:00",
            "quiet_until": "08:00",
            "days_off": [6, 5, 5],
            "timezone": "Europe/Berlin",
        },
    ).json()
    by_reason = {one["reason"]: one for one in told["choices"]}
    assert list(by_reason) == [one.code for one in all_reasons()]
    assert (by_reason["assigned"]["ways"], by_reason["assigned"]["source"]) == (["app", "push"], "own")
    assert (by_reason["moved"]["ways"], by_reason["moved"]["source"]) == (["app", "mail"], "company")
    assert by_reason["reopened"]["source"] == "shipped"
    assert (told["quiet_from"], told["days_off"], told["timezone"]) == ("22:00:00", [5, 6], "Europe/Berlin")
    kept = client.patch(
        f"{API}/notifications/preferences", {"ways": {"assigned": None}, "sound": True}
    ).json()
    assert {one["reason"]: one["source"] for one in kept["choices"]}["assigned"] == "shipped"
    assert (kept["sound"], kept["quiet_from"]) == (True, "22:00:00")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"ways": {"nonsense": ["app"]}}, "notifications.no_such_reason"),
        ({"quiet_from": "22:00"}, "notifications.quiet_hours_incomplete"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "notifications.quiet_hours_incomplete"),
        ({"days_off": [0, 1, 2, 3, 4, 5, 6]}, "notifications.no_day_left"),
        ({"days_off": [7]}, "invalid"),
        ({"timezone": "Mars/Olympus"}, "people.unknown_time_zone"),
        ({"ways": {"assigned": ["pigeon"]}}, "invalid"),
        ({"digest_hour": 24}, "invalid"),
    ],
)
def test_what_can_not_be_chosen_changes_nothing(owner: Staff, body: dict[str, Any], code: str) -> None:
    answer = client_for(owner).patch(f"{API}/notifications/preferences", body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Preferences.objects.exists()


def test_the_company_and_roles_choose_for_whoever_has_not(administrator: Staff, owner: Staff) -> None:
    agent = Role.objects.get(code="agent")
    told = client_for(administrator).patch(
        f"{API}/notifications/policy",
        {
            "ways": {"moved": ["digest"]},
            "roles": {str(agent.pk): {"assigned": ["app"], "moved": None}},
            "allows_content": True,
            "mails_per_hour": 5,
        },
    )
    assert told.status_code == 200
    assert (told.json()["ways"], told.json()["allows_content"]) == ({"moved": ["digest"]}, True)
    chosen = {
        one["reason"]: (one["ways"], one["source"])
        for one in get(owner, "/notifications/preferences")["choices"]
    }
    assert chosen["assigned"] == (["app"], "role")
    assert chosen["moved"] == (["digest"], "company")
    entry = AuditEntry.objects.latest("number")
    assert entry.action == "notifications.policy_changed"
    assert entry.details["roles"] == {str(agent.pk): {"assigned": ["app"], "moved": None}}


def test_only_who_may_change_settings_changes_the_defaults(owner: Staff, administrator: Staff) -> None:
    assert client_for(owner).get(f"{API}/notifications/policy").status_code == 403
    assert client_for(owner).patch(f"{API}/notifications/policy", {"mails_per_hour": 1}).status_code == 403
    wrong = client_for(administrator).patch(
        f"{API}/notifications/policy", {"roles": {"999999": {"assigned": ["app"]}}}
    )
    assert wrong.status_code == 404
    assert not Policy.objects.exists()
    assert not RoleWays.objects.exists()
    assert not Decision.objects.exists()
