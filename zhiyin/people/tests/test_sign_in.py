from __future__ import annotations

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from zhiyin.people.commands.staff import deactivate_staff
from zhiyin.people.models import Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import PASSWORD, ApiClient, make_staff

pytestmark = pytest.mark.django_db
LOGIN = "/_allauth/browser/v1/auth/login"
SESSION = "/_allauth/browser/v1/auth/session"


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def ann() -> Staff:
    return make_staff(email="ann@example.com", name="Ann", password=PASSWORD)


def sign_in(client: ApiClient, password: str = PASSWORD, email: str = "ann@example.com") -> int:
    return int(client.post(LOGIN, {"email": email, "password": password}).status_code)


def test_address_and_password_let_staff_in_whatever_the_letter_case(ann: Staff, nobody: ApiClient) -> None:
    answer = nobody.post(LOGIN, {"email": "Ann@Example.com", "password": PASSWORD})

    assert answer.status_code == 200
    assert answer.json()["data"]["user"]["id"] == ann.pk
    assert nobody.get(SESSION).json()["meta"]["is_authenticated"] is True


def test_a_sign_in_is_told_with_its_method(ann: Staff, nobody: ApiClient) -> None:
    sign_in(nobody)

    event = PendingEvent.objects.get(type="people.signed_in")
    assert (event.subject, event.payload) == (
        f"staff:{ann.pk}",
        {"staff_id": ann.pk, "methods": ["password"]},
    )
    assert AuditEntry.objects.get(action="people.signed_in").actor_id == ann.pk


@pytest.mark.parametrize(
    ("email", "password"), [("ann@example.com", "wrong-Password-1"), ("who@example.com", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_address_are_refused_alike(
    ann: Staff, nobody: ApiClient, email: str, password: str
) -> None:
    answer = nobody.post(LOGIN, {"email": email, "password": password})

    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == ["email_password_mismatch"]
    assert "sessionid" not in nobody.cookies


def test_after_five_failures_even_the_right_password_has_to_wait(ann: Staff, nobody: ApiClient) -> None:
    for _ in range(5):
        assert sign_in(nobody, "wrong-Password-1") == 400

    answer = nobody.post(LOGIN, {"email": "ann@example.com", "password": PASSWORD})

    assert answer.json()["errors"][0]["code"] == "too_many_login_attempts"
    assert nobody.get(SESSION).status_code == 401
    make_staff(email="bob@example.com", password=PASSWORD)
    assert sign_in(ApiClient(), email="bob@example.com") == 200  # others are not kept out


def test_another_host_header_is_not_a_fresh_start(ann: Staff) -> None:
    for port in range(5):
        sign_in(ApiClient(HTTP_HOST=f"localhost:{8000 + port}"), "wrong-Password-1")

    answer = ApiClient(HTTP_HOST="127.0.0.1").post(LOGIN, {"email": "ann@example.com", "password": PASSWORD})

    assert answer.json()["errors"][0]["code"] == "too_many_login_attempts"


def test_the_wait_grows_with_the_failures(
    ann: Staff, nobody: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, offset = timezone.now().timestamp(), 0.0
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: start + offset)

    def refused_for_waiting() -> bool:
        answer = nobody.post(LOGIN, {"email": "ann@example.com", "password": "wrong-Password-1"})
        return bool(answer.json()["errors"][0]["code"] == "too_many_login_attempts")

    assert [refused_for_waiting() for _ in range(6)] == [False] * 5 + [True]
    offset += 301  # five more after five minutes, then only after the hour
    assert [refused_for_waiting() for _ in range(6)] == [False] * 5 + [True]
    offset += 301
    assert refused_for_waiting()
    offset += 3001
    assert not refused_for_waiting()


def test_deactivated_staff_are_not_let_in(ann: Staff, nobody: ApiClient, administrator: Staff) -> None:
    deactivate_staff(staff_id=ann.pk, by=administrator, now=timezone.now())

    assert sign_in(nobody) == 401
    assert nobody.get("/api/v1/company").status_code == 401


def test_nobody_can_sign_up_or_add_an_address(ann: Staff, nobody: ApiClient) -> None:
    signed_up = nobody.post(
        "/_allauth/browser/v1/auth/signup", {"email": "x@example.com", "password": PASSWORD}
    )
    assert signed_up.status_code == 403
    sign_in(nobody)

    added = nobody.post("/_allauth/browser/v1/account/email", {"email": "x@example.com"})

    assert added.status_code == 403
    assert Staff.objects.filter(email="x@example.com").count() == 0
    assert ann.emailaddress_set.count() == 1  # type: ignore[attr-defined]


def test_signing_in_needs_the_csrf_token(ann: Staff) -> None:
    client = ApiClient()
    client.sends_csrf_token = False

    assert client.post(LOGIN, {"email": "ann@example.com", "password": PASSWORD}).status_code == 403
    assert "sessionid" not in client.cookies


def test_passwords_are_kept_as_argon2(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

    staff = make_staff(password=PASSWORD)

    assert identify_hasher(staff.password).algorithm == "argon2"
    assert staff.check_password(PASSWORD)
