from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.models import Company, SetupLink, Staff
from zhiyin.people.setup import SetupLinkInvalid, complete_setup, setup_link
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.testing.people import PASSWORD, ApiClient, make_staff

pytestmark = pytest.mark.django_db
BASE = "https://desk.example.com"
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def fresh_token(now: datetime | None = None) -> str:
    link = setup_link(BASE, now=now)
    assert link is not None
    return link.removeprefix(f"{BASE}/setup?token=")


def body(token: str, **changes: Any) -> dict[str, Any]:
    return {
        "token": token,
        "company": " 云杉科技 ",
        "name": "林舟",
        "email": "Lin@Example.com",
        "password": PASSWORD,
        **changes,
    }


def test_the_link_makes_company_and_administrator_and_signs_them_in(nobody: ApiClient) -> None:
    answer = nobody.post("/api/v1/setup", body(fresh_token(), locale="en", timezone="Europe/Berlin"))

    assert answer.status_code == 201, answer.content
    staff = Staff.objects.get()
    assert (staff.email, staff.name, [role.code for role in staff.roles.all()]) == (
        "lin@example.com",
        "林舟",
        ["administrator"],
    )
    company = Company.objects.get()
    assert (company.name, company.locale, company.timezone) == ("云杉科技", "en", "Europe/Berlin")
    assert nobody.get("/api/v1/people/roles").status_code == 200
    told = AuditEntry.objects.order_by("number").values_list("action", flat=True)
    assert list(told) == ["people.staff_joined", "people.company_set_up", "people.signed_in"]


def test_the_link_works_once(nobody: ApiClient) -> None:
    token = fresh_token()
    nobody.post("/api/v1/setup", body(token))

    again = ApiClient().post("/api/v1/setup", body(token, email="mallory@example.com"))

    assert (again.status_code, again.json()["code"]) == (410, "people.setup_link_invalid")
    assert Staff.objects.count() == 1
    assert setup_link(BASE) is None


def test_a_new_start_ends_the_older_link(nobody: ApiClient) -> None:
    older, newer = fresh_token(), fresh_token()

    assert nobody.get(f"/api/v1/setup?token={older}").json() == {"needed": True, "valid": False}
    assert nobody.get(f"/api/v1/setup?token={newer}").json() == {"needed": True, "valid": True}
    assert nobody.post("/api/v1/setup", body(older)).status_code == 410
    assert not Staff.objects.exists()


def test_the_link_ends_after_a_day(nobody: ApiClient) -> None:
    token = fresh_token(now=timezone.now() - timedelta(hours=24, seconds=1))

    assert nobody.post("/api/v1/setup", body(token)).json()["code"] == "people.setup_link_invalid"
    assert not Staff.objects.exists()


def test_only_the_hash_of_the_link_is_kept() -> None:
    token = fresh_token()

    assert token not in str(SetupLink.objects.values())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "short"}, "people.weak_password"),
        ({"password": "qwertyuiop"}, "people.weak_password"),
        ({"password": "8675309867"}, "people.weak_password"),
        ({"password": "lin@example.com"}, "people.weak_password"),
        ({"timezone": "Mars/Olympus"}, "people.unknown_time_zone"),
        ({"email": "not an address"}, "invalid"),
        ({"company": "  "}, "invalid"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_link_stays(
    nobody: ApiClient, changes: dict[str, str], code: str
) -> None:
    token = fresh_token()

    answer = nobody.post("/api/v1/setup", body(token, **changes))

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Staff.objects.exists()
    assert not Company.objects.exists()
    assert nobody.get(f"/api/v1/setup?token={token}").json()["valid"] is True


def test_a_weak_password_is_told_with_its_reasons(nobody: ApiClient) -> None:
    answer = nobody.post("/api/v1/setup", body(fresh_token(), password="12345"))

    assert answer.json()["params"]["reasons"] == [
        "password_too_short",
        "password_too_common",
        "password_entirely_numeric",
    ]


def test_set_up_is_not_needed_where_there_is_staff(nobody: ApiClient) -> None:
    token = fresh_token()
    make_staff()

    assert nobody.get(f"/api/v1/setup?token={token}").json() == {"needed": False, "valid": False}
    with pytest.raises(SetupLinkInvalid):
        complete_setup(token=token, company="x", name="x", email="x@example.com", password=PASSWORD, now=NOW)
