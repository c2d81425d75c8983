from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from zhiyin.people.commands.staff import deactivate_staff
from zhiyin.people.commands.tokens import create_token
from zhiyin.people.models import ApiToken, Role, Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import PASSWORD, ApiClient, client_for, make_group, make_staff

pytestmark = pytest.mark.django_db
STAFF = "/api/v1/people/staff"


def ids(*codes: str) -> list[int]:
    return [Role.objects.get(code=code).pk for code in codes]


def signed_in(staff: Staff) -> ApiClient:
    """Through the front door, so that the session is listed."""
    client = ApiClient()
    client.post("/_allauth/browser/v1/auth/login", {"email": staff.email, "password": PASSWORD})
    return client


def told(action: str) -> dict[str, Any]:
    return dict(PendingEvent.objects.get(type=action).payload)


def test_the_list_holds_what_the_screen_shows(owner: Staff, stranger: Staff) -> None:
    answer = client_for(owner).get(STAFF).json()

    assert answer["next_cursor"] is None
    assert [row["name"] for row in answer["items"]] == ["Owner", "Stranger"]
    row = answer["items"][0]
    assert (row["email"], row["is_active"]) == ("owner@example.com", True)
    assert [(role["code"], role["name"]) for role in row["roles"]] == [("agent", "客服")]
    assert [group["name"] for group in row["groups"]] == ["Support"]
    assert (row["has_second_factor"], row["last_seen_at"]) == (None, None)  # not an agent's business


def test_names_of_roles_follow_the_readers_language(owner: Staff) -> None:
    Staff.objects.filter(pk=owner.pk).update(locale="en")

    assert client_for(owner).get(f"{STAFF}/{owner.pk}").json()["roles"][0]["name"] == "Agent"


def test_the_list_is_searched_and_filtered(administrator: Staff, owner: Staff, stranger: Staff) -> None:
    gone = make_staff(name="Gone", groups=["Support"], is_active=False)
    client = client_for(administrator)

    def names(query: str) -> list[str]:
        return [row["name"] for row in client.get(f"{STAFF}?{query}").json()["items"]]

    assert names("q=OWN") == ["Owner"]
    assert names("q=stranger@") == ["Stranger"]
    assert names(f"group={make_group('Support').pk}") == ["Owner"]
    assert names(f"role={ids('administrator')[0]}") == ["Administrator"]
    assert names("active=false") == [gone.name]
    assert len(names("active=all")) == 4


def test_the_list_takes_a_fixed_number_of_queries(
    administrator: Staff, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(administrator)
    client.get(STAFF)
    for number in range(3):
        make_staff(groups=[f"Group {number}"], roles=["agent", "lead"])

    with django_assert_num_queries(6):  # session, staff, powers; the list, its roles, its groups
        assert len(client.get(STAFF).json()["items"]) == 4


def test_name_address_roles_and_groups_change_together(administrator: Staff, owner: Staff) -> None:
    billing = make_group("Billing")

    answer = client_for(administrator).patch(
        f"{STAFF}/{owner.pk}",
        {"name": " Olive ", "email": "Olive@Example.com", "role_ids": ids("lead"), "group_ids": [billing.pk]},
    )

    assert answer.status_code == 200, answer.content
    row = answer.json()
    assert (row["name"], row["email"]) == ("Olive", "olive@example.com")
    assert [role["code"] for role in row["roles"]] == ["lead"]
    assert [group["name"] for group in row["groups"]] == ["Billing"]
    assert told("people.staff_changed")["fields"] == ["email", "name"]
    assert told("people.roles_changed") == {
        "staff_id": owner.pk,
        "added": ids("lead"),
        "removed": ids("agent"),
        "by_id": administrator.pk,
    }
    assert told("people.membership_changed")["joined"] == [billing.pk]


def test_a_new_address_signs_in_and_the_old_one_no_longer(administrator: Staff) -> None:
    ann = make_staff(email="ann@example.com", password=PASSWORD)
    before = signed_in(ann)

    client_for(administrator).patch(f"{STAFF}/{ann.pk}", {"email": "anna@example.com"})

    assert before.get(STAFF).status_code == 401
    assert signed_in(ann).get(STAFF).status_code == 401
    ann.refresh_from_db()
    assert signed_in(ann).get(STAFF).status_code == 200


def test_one_change_that_is_refused_leaves_all_as_it_was(
    administrator: Staff, owner: Staff, stranger: Staff
) -> None:
    before = PendingEvent.objects.count()

    taken = client_for(administrator).patch(
        f"{STAFF}/{owner.pk}", {"name": "X", "email": "Stranger@example.com"}
    )
    unknown = client_for(administrator).patch(f"{STAFF}/{owner.pk}", {"name": "X", "group_ids": [999_999]})

    assert (taken.status_code, taken.json()["code"]) == (409, "people.address_taken")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "people.unknown_choice")
    owner.refresh_from_db()
    assert (owner.name, owner.email) == ("Owner", "owner@example.com")
    assert PendingEvent.objects.count() == before


def test_deactivating_ends_sessions_and_tokens_at_once(administrator: Staff) -> None:
    ann = make_staff(email="ann@example.com", password=PASSWORD)
    browser = signed_in(ann)
    _, key = create_token(name="crm", scopes=["people.read"], by=ann, now=timezone.now())
    program = ApiClient(HTTP_AUTHORIZATION=f"Bearer {key}")
    assert browser.get(STAFF).status_code == program.get(STAFF).status_code == 200

    answer = client_for(administrator).post(f"{STAFF}/{ann.pk}/deactivation")

    assert (answer.status_code, answer.json()["is_active"]) == (201, False)
    assert browser.get(STAFF).status_code == program.get(STAFF).status_code == 401
    assert told("people.staff_deactivated") == {"staff_id": ann.pk, "by_id": administrator.pk}


def test_reactivating_opens_the_account_but_neither_old_sessions_nor_tokens(administrator: Staff) -> None:
    ann = make_staff(email="ann@example.com", password=PASSWORD)
    browser = signed_in(ann)
    create_token(name="crm", scopes=["people.read"], by=ann, now=timezone.now())
    client = client_for(administrator)
    client.post(f"{STAFF}/{ann.pk}/deactivation")

    assert client.delete(f"{STAFF}/{ann.pk}/deactivation").json()["is_active"] is True

    assert browser.get(STAFF).status_code == 401
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    assert signed_in(ann).get(STAFF).status_code == 200


def test_the_last_administrator_can_neither_be_deactivated_nor_demoted(administrator: Staff) -> None:
    make_staff(roles=["administrator"], is_active=False)  # does not count
    everything = Role.objects.create(code="everything", name_zh="全部", name_en="Everything")
    for grant in Role.objects.get(code="administrator").grants.all():
        everything.grants.create(permission=grant.permission, scope=grant.scope)
    peer = make_staff(roles=["everything"])
    client = client_for(peer)

    deactivated = client.post(f"{STAFF}/{administrator.pk}/deactivation")
    demoted = client.patch(f"{STAFF}/{administrator.pk}", {"role_ids": ids("agent")})

    assert deactivated.status_code == demoted.status_code == 409
    assert deactivated.json()["code"] == demoted.json()["code"] == "people.last_administrator"
    assert "Administrator" in deactivated.json()["detail"]
    administrator.refresh_from_db()
    assert administrator.is_active
    assert [role.code for role in administrator.roles.all()] == ["administrator"]
    make_staff(roles=["administrator"])
    assert client.post(f"{STAFF}/{administrator.pk}/deactivation").status_code == 201


def test_nobody_deactivates_themselves(administrator: Staff) -> None:
    make_staff(roles=["administrator"])

    answer = client_for(administrator).post(f"{STAFF}/{administrator.pk}/deactivation")

    assert (answer.status_code, answer.json()["code"]) == (409, "people.not_yourself")
    administrator.refresh_from_db()
    assert administrator.is_active


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("patch", "", {"name": "X"}),
        ("patch", "", {"email": "x@example.com"}),
        ("post", "/deactivation", {}),
        ("delete", "/deactivation", ""),
        ("delete", "/sessions", ""),
        ("delete", "/second-factor", ""),
    ],
)
def test_a_manager_can_not_touch_somebody_who_may_do_more(
    administrator: Staff, method: str, path: str, body: Any
) -> None:
    manager = make_staff(roles=["manager"])

    answer = getattr(client_for(manager), method)(f"{STAFF}/{administrator.pk}{path}", body)

    assert (answer.status_code, answer.json()["code"]) == (403, "people.above_you")
    administrator.refresh_from_db()
    assert (administrator.is_active, administrator.name) == (True, "Administrator")
    assert not AuditEntry.objects.exists()


def test_a_manager_can_not_raise_themselves(owner: Staff) -> None:
    manager = make_staff(roles=["manager"])
    client = client_for(manager)

    answers = [
        client.patch(f"{STAFF}/{staff.pk}", {"role_ids": ids("manager", "administrator")})
        for staff in (manager, owner)
    ]

    assert [answer.json()["code"] for answer in answers] == ["people.role_above_you"] * 2
    assert not Staff.objects.filter(roles__code="administrator").exists()


def test_signing_a_colleague_out_everywhere(administrator: Staff) -> None:
    ann = make_staff(email="ann@example.com", password=PASSWORD)
    first, second = signed_in(ann), signed_in(ann)

    answer = client_for(administrator).delete(f"{STAFF}/{ann.pk}/sessions")

    assert answer.json() == {"ended": 2}
    assert first.get(STAFF).status_code == second.get(STAFF).status_code == 401
    assert signed_in(ann).get(STAFF).status_code == 200


def test_people_change_their_own_profile_and_nothing_more(owner: Staff) -> None:
    answer = client_for(owner).patch(
        "/api/v1/profile",
        {
            "name": "Olive",
            "locale": "en",
            "theme": "dark",
            "signature": "Best,\nOlive",
            "email": "x@example.com",
        },
    )

    assert answer.json() == {
        "id": owner.pk,
        "name": "Olive",
        "email": "owner@example.com",
        "locale": "en",
        "theme": "dark",
        "signature": "Best,\nOlive",
    }
    assert told("people.staff_changed")["fields"] == ["locale", "name", "signature", "theme"]
    assert client_for(owner).patch("/api/v1/profile", {"theme": "pink"}).status_code == 422


def test_an_unknown_colleague_is_not_found(administrator: Staff) -> None:
    client = client_for(administrator)

    for answer in (client.get(f"{STAFF}/999999"), client.patch(f"{STAFF}/999999", {"name": "X"})):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_deactivating_twice_is_told_once(administrator: Staff, owner: Staff) -> None:
    for _ in range(2):
        deactivate_staff(staff_id=owner.pk, by=administrator, now=timezone.now())

    assert PendingEvent.objects.filter(type="people.staff_deactivated").count() == 1
