from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import client_for, make_group, make_staff

pytestmark = pytest.mark.django_db
GROUPS = "/api/v1/people/groups"


def test_a_group_is_made_with_its_members(administrator: Staff, stranger: Staff) -> None:
    answer = client_for(administrator).post(
        GROUPS, {"name": " VIP ", "description": "大客户", "member_ids": [stranger.pk]}
    )

    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["name"], told["description"], told["members"]) == (
        "VIP",
        "大客户",
        [{"id": stranger.pk, "name": "Stranger"}],
    )
    types = PendingEvent.objects.order_by("pk").values_list("type", flat=True)
    assert list(types) == ["people.group_created", "people.membership_changed"]


def test_members_become_exactly_those_named(administrator: Staff, owner: Staff, colleague: Staff) -> None:
    group = make_group("Support")
    newcomer = make_staff(name="Newcomer")

    answer = client_for(administrator).patch(
        f"{GROUPS}/{group.pk}", {"name": "Service", "member_ids": [owner.pk, newcomer.pk]}
    )

    assert [member["name"] for member in answer.json()["members"]] == ["Newcomer", "Owner"]
    changed = {
        event.payload["staff_id"]: event.payload
        for event in PendingEvent.objects.filter(type="people.membership_changed")
    }
    assert set(changed) == {colleague.pk, newcomer.pk}
    assert (changed[colleague.pk]["left"], changed[newcomer.pk]["joined"]) == ([group.pk], [group.pk])


def test_a_group_with_members_stays(administrator: Staff, owner: Staff, colleague: Staff) -> None:
    group = make_group("Support")

    answer = client_for(administrator).delete(f"{GROUPS}/{group.pk}")

    assert (answer.status_code, answer.json()["code"], answer.json()["params"]) == (
        409,
        "people.group_not_empty",
        {"count": 2},
    )
    assert Group.objects.filter(pk=group.pk).exists()


def test_an_empty_group_goes(administrator: Staff) -> None:
    group = make_group("Empty")
    make_staff(groups=[group], is_active=False)

    assert client_for(administrator).delete(f"{GROUPS}/{group.pk}").status_code == 204
    assert not Group.objects.filter(pk=group.pk).exists()


def test_names_are_unique_whatever_the_letter_case(administrator: Staff) -> None:
    group = make_group("Support")
    client = client_for(administrator)

    made = client.post(GROUPS, {"name": "support"})
    renamed = client.patch(f"{GROUPS}/{make_group('Billing').pk}", {"name": "SUPPORT"})

    assert made.json()["code"] == renamed.json()["code"] == "people.group_name_taken"
    assert Group.objects.filter(name__iexact="support").count() == 1
    assert client.patch(f"{GROUPS}/{group.pk}", {"name": "SUPPORT"}).status_code == 200


def test_a_deactivated_colleague_can_not_be_put_in(administrator: Staff) -> None:
    gone = make_staff(is_active=False)

    answer = client_for(administrator).post(GROUPS, {"name": "VIP", "member_ids": [gone.pk]})

    assert answer.json()["code"] == "people.unknown_choice"
    assert not Group.objects.filter(name="VIP").exists()


def test_agents_read_groups_and_change_none(
    owner: Staff, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(owner)
    client.get(GROUPS)
    make_staff(groups=["A", "B"])

    with django_assert_num_queries(5):  # session, staff, powers; groups, members
        assert [group["name"] for group in client.get(GROUPS).json()] == ["A", "B", "Support"]
    assert client.post(GROUPS, {"name": "Mine"}).status_code == 403
    assert client.patch(f"{GROUPS}/{make_group('A').pk}", {"name": "Mine"}).status_code == 403
    assert client.delete(f"{GROUPS}/{make_group('A').pk}").status_code == 403
    assert set(Group.objects.values_list("name", flat=True)) == {"A", "B", "Support"}
