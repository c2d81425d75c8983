from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from zhiyin.people.models import Role, Staff
from zhiyin.people.permissions import PERMISSIONS, SHIPPED_ROLES
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.testing.people import client_for, make_staff

pytestmark = pytest.mark.django_db
ROLES = "/api/v1/people/roles"
NIGHT = {"name_zh": "夜班", "name_en": "Night", "grants": {"tickets.read": "own", "customers.read": "all"}}


def grants(code: str) -> dict[str, str]:
    return dict(Role.objects.get(code=code).grants.values_list("permission", "scope"))


def test_the_matrix_names_every_permission_and_every_role(
    administrator: Staff, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(administrator)
    client.get("/api/v1/company")

    with django_assert_num_queries(5):  # session, staff, powers; roles, grants
        matrix = client.get("/api/v1/people/permissions").json()

    assert [row["code"] for row in matrix["permissions"]] == [permission.code for permission in PERMISSIONS]
    assert matrix["permissions"][0] == {
        "code": "tickets.read",
        "zh": "查看工单",
        "en": "See tickets",
        "scoped": True,
    }
    assert [role["code"] for role in matrix["roles"]] == [role.code for role in SHIPPED_ROLES]
    agent = matrix["roles"][0]
    assert (agent["grants"]["tickets.read"], agent["builtin"], agent["staff_count"]) == ("group", True, 0)


def test_a_custom_role_is_made_changed_and_deleted(administrator: Staff) -> None:
    client = client_for(administrator)
    made = client.post(ROLES, NIGHT)
    assert made.status_code == 201, made.content
    role = made.json()
    assert (role["builtin"], role["grants"]) == (False, NIGHT["grants"])

    changed = client.patch(f"{ROLES}/{role['id']}", {"name_zh": "晚班", "grants": {"tickets.read": "all"}})
    assert (changed.json()["name_zh"], changed.json()["name_en"]) == ("晚班", "Night")
    assert changed.json()["grants"] == {"tickets.read": "all"}

    assert client.delete(f"{ROLES}/{role['id']}").status_code == 204
    assert not Role.objects.filter(pk=role["id"]).exists()
    actions = AuditEntry.objects.order_by("number").values_list("action", flat=True)
    assert list(actions) == ["people.role_created", "people.role_changed", "people.role_deleted"]


def test_one_name_is_enough_and_none_is_not(administrator: Staff) -> None:
    client = client_for(administrator)

    assert client.post(ROLES, {"name_zh": "夜班"}).json()["name_en"] == "夜班"
    assert client.post(ROLES, {"grants": {}}).status_code == 422


def test_shipped_roles_keep_name_grants_and_place(administrator: Staff) -> None:
    client = client_for(administrator)
    agent = Role.objects.get(code="agent")
    before = grants("agent")

    answers = [
        client.patch(f"{ROLES}/{agent.pk}", {"grants": {"tickets.read": "all"}}),
        client.patch(f"{ROLES}/{agent.pk}", {"name_zh": "坐席"}),
        client.delete(f"{ROLES}/{agent.pk}"),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (409, "people.shipped_role")
    ] * 3
    agent.refresh_from_db()
    assert (agent.name_zh, grants("agent")) == ("客服", before)
    asked = client.patch(f"{ROLES}/{agent.pk}", {"second_factor_required": True})
    assert asked.json()["second_factor_required"] is True


def test_a_role_somebody_holds_stays(administrator: Staff) -> None:
    role = client_for(administrator).post(ROLES, NIGHT).json()
    make_staff().roles.add(role["id"])

    answer = client_for(administrator).delete(f"{ROLES}/{role['id']}")

    assert (answer.status_code, answer.json()["code"], answer.json()["params"]) == (
        409,
        "people.role_in_use",
        {"count": 1},
    )
    assert Role.objects.filter(pk=role["id"]).exists()


@pytest.mark.parametrize(
    "wrong", [{"tickets.fly": "all"}, {"people.manage": "own"}, {"channels.manage": "group"}], ids=str
)
def test_grants_that_do_not_exist_are_refused(administrator: Staff, wrong: dict[str, str]) -> None:
    answer = client_for(administrator).post(ROLES, {**NIGHT, "grants": wrong})

    assert (answer.status_code, answer.json()["code"]) == (422, "people.bad_grants")
    assert not Role.objects.filter(builtin=False).exists()


def test_nobody_widens_a_role_they_hold() -> None:
    security = make_staff(roles=["security_owner"])
    client = client_for(security)
    own = client.post(ROLES, {"name_zh": "自用", "grants": {"audit.read": "all"}}).json()
    security.roles.add(own["id"])

    refused = client.patch(f"{ROLES}/{own['id']}", {"grants": {"audit.read": "all", "people.manage": "all"}})
    narrower = client.patch(f"{ROLES}/{own['id']}", {"grants": {"people.read": "all"}})

    assert (refused.status_code, refused.json()["code"]) == (403, "people.own_role")
    assert narrower.json()["grants"] == {"people.read": "all"}


def test_managers_read_the_matrix_and_change_nothing() -> None:
    client = client_for(make_staff(roles=["manager"]))

    assert client.get("/api/v1/people/permissions").status_code == 200
    assert client.post(ROLES, NIGHT).status_code == 403
    assert not Role.objects.filter(builtin=False).exists()
