"""Customers come in by the company's own sign-in: only whom the issuer vouches for, only with what we sent out."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from pytest_django import Settings

from zhiyin.portal.models import PortalSession
from zhiyin.testing.tickets import arrive, make_channel

pytestmark = pytest.mark.django_db
WANG = "wang@example.com"


class Issuer(ThreadingHTTPServer):
    """Signs with a key of its own whatever `claims` say."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.published = self.key
        self.claims: dict[str, Any] = {}
        self.asked: dict[str, list[str]] = {}


class _Answers(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        url = self.server.url
        if self.path.endswith("/jwks"):
            key = jwt.algorithms.RSAAlgorithm.to_jwk(self.server.published.public_key(), as_dict=True)
            self._tell(keys=[{**key, "kid": "1", "use": "sig", "alg": "RS256"}])
        else:
            self._tell(
                issuer=url,
                authorization_endpoint=f"{url}/authorize",
                token_endpoint=f"{url}/token",
                jwks_uri=f"{url}/jwks",
            )

    def do_POST(self) -> None:
        self.server.asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        now = int(time.time())
        claims = {"iss": self.server.url, "aud": "portal", "iat": now, "exp": now + 60, **self.server.claims}
        token = jwt.encode(claims, self.server.key, algorithm="RS256", headers={"kid": "1"})
        self._tell(access_token="a", token_type="Bearer", id_token=token)

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
    make_channel("portal")
    arrive(text="退款", sender=WANG, subject="退款")
    with Issuer() as running:
        settings.PORTAL_OIDC_ISSUER, settings.PORTAL_OIDC_CLIENT_ID = running.url, "portal"
        settings.PORTAL_OIDC_CLIENT_SECRET = "secret"
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield running
        running.shutdown()


def travel(client: Client, issuer: Issuer, *, state: str = "", **claims: Any) -> Any:
    """To the issuer and back, with what it claims then."""
    out = client.get("/my/oidc")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(out["Location"]).query).items()}
    assert (asked["redirect_uri"].endswith("/my/oidc/return"), asked["code_challenge_method"]) == (
        True,
        "S256",
    )
    issuer.claims = {"sub": "1", "nonce": asked["nonce"], "email": WANG, "email_verified": True, **claims}
    return client.get("/my/oidc/return", {"code": "c", "state": state or asked["state"]})


def test_whom_the_issuer_vouches_for_comes_in(issuer: Issuer) -> None:
    client = Client()
    assert "/my/oidc" in client.get("/my").content.decode()
    back = travel(client, issuer, email="Wang@Example.com")
    assert (back.status_code, back["Location"]) == (302, "/my")
    assert issuer.asked["code_verifier"]
    assert "退款" in client.get("/my").content.decode()


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "stranger@example.com"},
        {"email": ""},
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://another.example"},
        {"exp": 1},
    ],
)
def test_nobody_else_does(issuer: Issuer, claims: dict[str, Any]) -> None:
    assert travel(Client(), issuer, **claims).status_code == 403
    assert PortalSession.objects.count() == 0


def test_a_forged_state_a_foreign_browser_and_another_key_are_refused(issuer: Issuer) -> None:
    assert travel(Client(), issuer, state="forged").status_code == 403
    assert Client().get("/my/oidc/return", {"code": "c", "state": "s"}).status_code == 403
    issuer.published = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert travel(Client(), issuer).status_code == 403
    assert PortalSession.objects.count() == 0


def test_there_is_no_button_without_an_issuer(issuer: Issuer, settings: Settings) -> None:
    settings.PORTAL_OIDC_ISSUER = ""
    assert "/my/oidc" not in Client().get("/my").content.decode()
    assert Client().get("/my/oidc").status_code == 404


def test_an_issuer_that_is_away_is_told(issuer: Issuer, settings: Settings) -> None:
    settings.PORTAL_OIDC_ISSUER = "http://127.0.0.1:1"
    assert Client().get("/my/oidc").status_code == 403
