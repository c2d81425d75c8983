from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from zhiyin.people.jobs import clear_sessions
from zhiyin.people.models import Staff
from zhiyin.people.sessions import NOTED_EVERY, note_activity
from zhiyin.testing.people import PASSWORD, ApiClient, client_for, make_staff

pytestmark = pytest.mark.django_db
SESSIONS = "/_allauth/browser/v1/auth/sessions"


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def ann() -> Staff:
    return make_staff(email="ann@example.com", name="Ann", password=PASSWORD)


def signed_in(agent: str, email: str = "ann@example.com") -> ApiClient:
    client = ApiClient(HTTP_USER_AGENT=agent)
    client.post("/_allauth/browser/v1/auth/login", {"email": email, "password": PASSWORD})
    return client


def listed(client: ApiClient) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get(SESSIONS).json()["data"]
    return rows


def test_sessions_are_listed_and_one_is_revoked(ann: Staff) -> None:
    laptop, phone = signed_in("Laptop"), signed_in("Phone")
    rows = listed(laptop)
    assert {(row["user_agent"], row["is_current"]) for row in rows} == {("Laptop", True), ("Phone", False)}
    [other] = [row["id"] for row in rows if not row["is_current"]]

    assert laptop.delete(SESSIONS, {"sessions": [other]}).status_code == 200

    assert phone.get("/api/v1/company").status_code == 401
    assert laptop.get("/api/v1/company").status_code == 200
    assert len(listed(laptop)) == 1


def test_others_sessions_can_not_be_revoked(ann: Staff) -> None:
    make_staff(email="bob@example.com", password=PASSWORD)
    mine, theirs = signed_in("Laptop"), signed_in("Phone", "bob@example.com")
    [target] = [row["id"] for row in listed(theirs)]

    mine.delete(SESSIONS, {"sessions": [target]})

    assert theirs.get("/api/v1/company").status_code == 200


def test_signing_out_ends_the_session(ann: Staff) -> None:
    client = signed_in("Laptop")

    assert client.delete("/_allauth/browser/v1/auth/session").status_code == 401
    assert client.get("/api/v1/company").status_code == 401


def test_changing_the_password_ends_the_other_sessions(ann: Staff) -> None:
    here, elsewhere = signed_in("Laptop"), signed_in("Phone")

    changed = here.post(
        "/_allauth/browser/v1/account/password/change",
        {"current_password": PASSWORD, "new_password": "another-Quiet-9-rivers"},
    )

    assert changed.status_code == 200
    assert here.get("/api/v1/company").status_code == 200
    assert elsewhere.get("/api/v1/company").status_code == 401


def test_activity_is_noted_now_and_then_only(
    ann: Staff, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("Laptop")
    long_ago = timezone.now() - timedelta(hours=1)
    UserSession.objects.update(last_seen_at=long_ago)

    client.get("/api/v1/company")
    noted = UserSession.objects.get().last_seen_at
    assert noted > long_ago
    with django_assert_num_queries(4) as captured:
        client.get("/api/v1/company")
    assert not _writes(captured)
    key, later = client.session.session_key, timezone.now() + NOTED_EVERY + timedelta(seconds=1)
    assert key is not None
    note_activity(session_key=key, now=later)
    assert UserSession.objects.get().last_seen_at == later


def test_sessions_that_ran_out_are_forgotten_and_the_others_stay(ann: Staff) -> None:
    laptop, phone = signed_in("Laptop"), signed_in("Phone")
    Session.objects.filter(session_key=phone.session.session_key).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )

    clear_sessions(timestamp=0)

    assert [row.user_agent for row in UserSession.objects.all()] == ["Laptop"]
    assert Session.objects.count() == 1
    assert laptop.get("/api/v1/company").status_code == 200


def test_cookies_are_kept_from_scripts_and_other_sites(ann: Staff, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True  # as BASE_URL with https sets them

    cookies = signed_in("Laptop").cookies

    assert (cookies["sessionid"]["httponly"], cookies["sessionid"]["samesite"]) == (True, "Lax")
    assert cookies["sessionid"]["secure"] is cookies["csrftoken"]["secure"] is True


def test_a_session_made_elsewhere_works_without_being_listed(ann: Staff) -> None:
    assert client_for(ann).get("/api/v1/company").status_code == 200
    assert not UserSession.objects.exists()


def _writes(captured: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in captured if query["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
