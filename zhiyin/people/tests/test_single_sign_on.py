from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from zhiyin.people.commands.invitations import invite_staff
from zhiyin.people.models import Invitation, Role, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import PASSWORD, ApiClient, make_staff

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


class Issuer(ThreadingHTTPServer):
    """An OpenID Connect issuer that vouches for whoever `claims` says."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.claims: dict[str, Any] = {}
        self.asked: list[dict[str, list[str]]] = []


class _Answers(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        url = self.server.url
        if self.path == "/.well-known/openid-configuration":
            self._tell(
                issuer=url,
                authorization_endpoint=f"{url}/authorize",
                token_endpoint=f"{url}/token",
                userinfo_endpoint=f"{url}/userinfo",
                jwks_uri=f"{url}/jwks",
            )
        else:
            self._tell(**self.server.claims)

    def do_POST(self) -> None:
        told = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append(parse_qs(told))
        now = int(time.time())
        claims = {**self.server.claims, "iss": self.server.url, "aud": "desk", "iat": now, "exp": now + 60}
        id_token = jwt.encode(claims, "a key only this issuer knows, 32 bytes", algorithm="HS256")
        self._tell(access_token="access", token_type="Bearer", expires_in=60, id_token=id_token)

    def _tell(self, **body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None: ...


@pytest.fixture
def issuer(settings: Settings) -> Iterator[Issuer]:
    cache.clear()
    server = Issuer()
    Thread(target=server.serve_forever, daemon=True).start()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": "Company login",
                    "client_id": "desk",
                    "secret": "secret",
                    "settings": {"server_url": server.url},
                }
            ],
        }
    }
    yield server
    server.shutdown()
    server.server_close()


def come_back(client: ApiClient, issuer: Issuer, **claims: Any) -> str:
    """Through the issuer and back; returns where the browser ends up."""
    issuer.claims = {"sub": "u-1", "name": "Mia Chen", **claims}
    form = urlencode({"provider": "sso", "process": "login", "callback_url": "/sign-in"})
    leaving = client.post("/_allauth/browser/v1/auth/provider/redirect", form, content_type=FORM)
    assert leaving.status_code == 302, leaving.content
    there = urlsplit(leaving["Location"])
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{issuer.url}/authorize"
    asked = parse_qs(there.query)
    assert asked["code_challenge_method"] == ["S256"]
    back = urlsplit(asked["redirect_uri"][0]).path
    arrived = client.get(back, {"code": "code", "state": asked["state"][0]})
    assert arrived.status_code == 302, arrived.content
    assert "code_verifier" in issuer.asked[-1]
    return str(arrived["Location"])


def is_in(client: ApiClient) -> bool:
    return bool(client.get("/api/v1/company").status_code == 200)


def test_the_button_is_offered_only_when_an_issuer_is_set(
    issuer: Issuer, nobody: ApiClient, settings: Settings
) -> None:
    config = nobody.get("/_allauth/browser/v1/config").json()["data"]["socialaccount"]
    assert [(one["id"], one["name"]) for one in config["providers"]] == [("sso", "Company login")]

    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert nobody.get("/_allauth/browser/v1/config").json()["data"]["socialaccount"]["providers"] == []


def test_staff_get_in_by_their_verified_address_and_keep_their_password(
    issuer: Issuer, nobody: ApiClient
) -> None:
    staff = make_staff(email="mia@example.com", password=PASSWORD)

    assert come_back(nobody, issuer, email="Mia@example.com", email_verified=True) == "/sign-in"

    assert is_in(nobody)
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)
    told = PendingEvent.objects.get(type="people.signed_in").payload
    assert told == {"staff_id": staff.pk, "methods": ["socialaccount"]}


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "mia@example.com", "email_verified": False},
        {"email": "mia@example.com"},
        {"email": "stranger@example.com", "email_verified": True},
        {},
    ],
    ids=["unverified", "not said", "unknown", "no address"],
)
def test_nobody_else_gets_in(issuer: Issuer, nobody: ApiClient, claims: dict[str, Any]) -> None:
    make_staff(email="mia@example.com", password=PASSWORD)

    arrived = come_back(nobody, issuer, **claims)

    assert arrived.startswith("/sign-in?error=")
    assert not is_in(nobody)
    assert Staff.objects.count() == 1


def test_who_is_invited_joins_by_signing_in(issuer: Issuer, nobody: ApiClient, administrator: Staff) -> None:
    agent = Role.objects.get(code="agent")
    invite_staff(
        email="mia@example.com",
        name="",
        role_ids=[agent.pk],
        group_ids=[],
        locale="en",
        by=administrator,
        now=timezone.now(),
    )

    come_back(nobody, issuer, email="mia@example.com", email_verified=True)

    assert is_in(nobody)
    staff = Staff.objects.get(email="mia@example.com")
    assert (staff.name, staff.has_usable_password(), list(staff.roles.all())) == ("Mia Chen", False, [agent])
    assert Invitation.objects.get().accepted_by == staff
    again = ApiClient()
    come_back(again, issuer, email="changed@example.com", email_verified=True)
    assert is_in(again)  # known by the issuer's subject from now on


def test_deactivated_staff_stay_out(issuer: Issuer, nobody: ApiClient) -> None:
    make_staff(email="mia@example.com", is_active=False)

    come_back(nobody, issuer, email="mia@example.com", email_verified=True)

    assert not is_in(nobody)


def test_a_role_that_asks_for_a_second_factor_asks_here_too(issuer: Issuer, nobody: ApiClient) -> None:
    Role.objects.filter(code="agent").update(second_factor_required=True)
    make_staff(email="mia@example.com")

    come_back(nobody, issuer, email="mia@example.com", email_verified=True)

    assert nobody.get("/api/v1/company").json()["code"] == "people.second_factor_needed"
