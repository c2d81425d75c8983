from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from zhiyin.people.commands.tokens import create_token
from zhiyin.people.models import ApiToken, Group, Role, Staff
from zhiyin.platform.limits.models import Allowance
from zhiyin.testing.people import ApiClient, client_for, make_staff

pytestmark = pytest.mark.django_db


def with_token(key: str) -> ApiClient:
    return ApiClient(HTTP_AUTHORIZATION=f"Bearer {key}")


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_nobody_is_asked_to_sign_in(nobody: ApiClient) -> None:
    assert code_of(nobody.get("/api/v1/people/staff")) == (401, "not_signed_in")


def test_a_person_without_the_permission_is_told_which_one_is_missing(owner: Staff) -> None:
    answer = client_for(owner).post("/api/v1/people/groups", {"name": "New"})

    assert code_of(answer) == (403, "not_allowed")
    assert answer.json()["params"] == {"permission": "people.manage"}
    assert not Group.objects.filter(name="New").exists()


def test_a_write_without_the_csrf_token_is_refused(administrator: Staff) -> None:
    client = client_for(administrator)
    client.sends_csrf_token = False

    assert code_of(client.post("/api/v1/people/groups", {"name": "New"})) == (403, "csrf")
    assert not Group.objects.filter(name="New").exists()


def test_a_token_acts_as_its_owner_within_its_scopes(administrator: Staff) -> None:
    now = timezone.now()
    token, key = create_token(name="crm", scopes=["people.read"], by=administrator, now=now)
    client = with_token(key)

    assert client.get("/api/v1/people/staff").status_code == 200
    assert code_of(client.post("/api/v1/people/groups", {"name": "New"})) == (403, "not_allowed")
    assert not Group.objects.filter(name="New").exists()
    token.refresh_from_db()
    assert token.last_used_at is not None


def test_a_token_needs_no_csrf_token(administrator: Staff) -> None:
    _, key = create_token(name="crm", scopes=["people.manage"], by=administrator, now=timezone.now())
    client = with_token(key)
    client.sends_csrf_token = False

    assert client.post("/api/v1/people/groups", {"name": "New"}).status_code == 201


def test_a_token_loses_what_its_owner_loses(administrator: Staff) -> None:
    _, key = create_token(name="crm", scopes=["people.manage"], by=administrator, now=timezone.now())
    administrator.roles.set(Role.objects.filter(code="agent"))

    assert code_of(with_token(key).post("/api/v1/people/groups", {"name": "New"})) == (403, "not_allowed")


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"revoked_at": timezone.now()},
        {"hash": "0" * 64},
    ],
    ids=["expired", "revoked", "unknown"],
)
def test_a_token_that_no_longer_counts_is_nobody(administrator: Staff, change: dict[str, Any]) -> None:
    token, key = create_token(name="crm", scopes=["people.read"], by=administrator, now=timezone.now())
    ApiToken.objects.filter(pk=token.pk).update(**change)

    assert code_of(with_token(key).get("/api/v1/people/staff")) == (401, "not_signed_in")


def test_a_token_can_neither_make_tokens_nor_change_the_profile(administrator: Staff) -> None:
    _, key = create_token(name="crm", scopes=["tokens.manage"], by=administrator, now=timezone.now())
    client = with_token(key)

    made = client.post("/api/v1/tokens", {"name": "more", "scopes": ["people.manage"]})
    renamed = client.patch("/api/v1/profile", {"name": "Mallory"})

    assert code_of(made) == code_of(renamed) == (403, "people.only_in_person")
    assert ApiToken.objects.count() == 1
    administrator.refresh_from_db()
    assert administrator.name == "Administrator"


def test_a_role_that_asks_for_a_second_factor_shuts_sessions_without_one_out(administrator: Staff) -> None:
    Role.objects.filter(code="administrator").update(second_factor_required=True)

    refused = client_for(administrator).get("/api/v1/people/staff")
    assert code_of(refused) == (403, "people.second_factor_needed")
    assert client_for(administrator, second_factor=True).get("/api/v1/people/staff").status_code == 200


def test_a_role_without_any_grant_can_ask_for_a_second_factor(owner: Staff) -> None:
    bare = Role.objects.create(code="bare", name_zh="空", name_en="Bare", second_factor_required=True)
    owner.roles.add(bare)

    assert code_of(client_for(owner).get("/api/v1/company")) == (403, "people.second_factor_needed")


def test_a_token_is_a_factor_of_its_own(administrator: Staff) -> None:
    _, key = create_token(name="crm", scopes=["people.read"], by=administrator, now=timezone.now())
    Role.objects.filter(code="administrator").update(second_factor_required=True)

    assert with_token(key).get("/api/v1/people/staff").status_code == 200


def test_authenticating_costs_three_queries(owner: Staff, django_assert_num_queries: Any) -> None:
    client = client_for(owner)
    client.get("/api/v1/company")  # notes the activity

    with django_assert_num_queries(4):  # session, staff, powers; and the company itself
        assert client.get("/api/v1/company").status_code == 200


def test_the_widest_group_sees_colleagues_of_its_own_groups_only(
    owner: Staff, colleague: Staff, stranger: Staff
) -> None:
    near = Role.objects.create(code="near", name_zh="近", name_en="Near")
    near.grants.create(permission="people.read", scope="group")
    reader = make_staff(roles=["near"], groups=["Support"])

    seen = {row["id"] for row in client_for(reader).get("/api/v1/people/staff").json()["items"]}

    assert seen == {owner.pk, colleague.pk, reader.pk}
    assert client_for(reader).get(f"/api/v1/people/staff/{stranger.pk}").status_code == 404


def test_who_guesses_tokens_is_slowed_down() -> None:
    assert with_token("zyt_wrong").get("/api/v1/tickets").status_code == 401
    Allowance.objects.update(used_until=F("used_until") + timedelta(seconds=60))  # as if by sixty more
    assert code_of(with_token("zyt_wrong").get("/api/v1/tickets")) == (429, "too_fast")
