"""Customers come in by the company's own sign-in: the code flow of OpenID Connect, with state, nonce and PKCE.

https://openid.net/specs/openid-connect-core-1_0.html, section 3.1; RFC 7636.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt
from django.conf import settings

from zhiyin.customers.models import Identity
from zhiyin.customers.normalising import normal_identity
from zhiyin.platform.http.errors import DomainError

PATIENCE = 10.0  # seconds
LEEWAY = 60  # seconds that clocks may differ
_SIGNED_WITH = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "HS256"]


class SignInFailed(DomainError):
    code = "portal.sign_in_failed"
    status = 403
    messages = {
        "zh": "登录没有完成。请重试，或改用邮件链接登录。",
        "en": "Signing in did not work. Try again, or use a link by mail.",
    }


class NotACustomer(DomainError):
    code = "portal.not_a_customer"
    status = 403
    messages = {
        "zh": "我们这里没有以该邮箱来信的记录，或该邮箱未经验证。请换用您联系我们时的邮箱。",
        "en": "Nobody has written to us from that address, or it is not verified. Use the address you wrote from.",
    }


@dataclass(frozen=True)
class Journey:
    """What must come back as it went out; kept in the browser, signed."""

    state: str
    nonce: str
    verifier: str


def is_offered() -> bool:
    return bool(settings.PORTAL_OIDC_ISSUER and settings.PORTAL_OIDC_CLIENT_ID)


def set_out() -> tuple[str, dict[str, str]]:
    """Where to send the browser, and the journey to keep meanwhile. Raises SignInFailed when the issuer is away."""
    journey = Journey(*(secrets.token_urlsafe(32) for _ in range(3)))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(journey.verifier.encode()).digest()).rstrip(b"=")
    asked = {
        "response_type": "code",
        "client_id": settings.PORTAL_OIDC_CLIENT_ID,
        "redirect_uri": _return_address(),
        "scope": "openid email profile",
        "state": journey.state,
        "nonce": journey.nonce,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
    }
    return f"{_discovered()['authorization_endpoint']}?{urlencode(asked)}", asdict(journey)


def arrive(*, code: str, state: str, journey: dict[str, str]) -> str:
    """The customer's verified address. Raises SignInFailed, NotACustomer."""
    if not code or not secrets.compare_digest(state, journey["state"]):
        raise SignInFailed
    issuer = _discovered()
    claims = _claims(_exchange(issuer, code, journey["verifier"]), issuer)
    if claims.get("nonce") != journey["nonce"]:
        raise SignInFailed
    email = normal_identity("email", str(claims.get("email") or ""))
    if claims.get("email_verified") is not True or not _is_known(email):
        raise NotACustomer
    return email


def _discovered() -> dict[str, Any]:
    return _fetched(f"{settings.PORTAL_OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration")


def _exchange(issuer: dict[str, Any], code: str, verifier: str) -> str:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _return_address(),
        "client_id": settings.PORTAL_OIDC_CLIENT_ID,
        "client_secret": settings.PORTAL_OIDC_CLIENT_SECRET,
        "code_verifier": verifier,
    }
    try:
        answer = httpx.post(issuer["token_endpoint"], data=form, timeout=PATIENCE).raise_for_status()
        return str(answer.json()["id_token"])
    except (httpx.HTTPError, ValueError, KeyError) as problem:
        raise SignInFailed from problem


def _claims(id_token: str, issuer: dict[str, Any]) -> dict[str, Any]:
    try:
        algorithm = str(jwt.get_unverified_header(id_token).get("alg"))
        if algorithm not in _SIGNED_WITH:
            raise SignInFailed
        claims: dict[str, Any] = jwt.decode(
            id_token,
            _key(id_token, algorithm, issuer),
            algorithms=[algorithm],
            audience=settings.PORTAL_OIDC_CLIENT_ID,
            issuer=issuer["issuer"],
            leeway=LEEWAY,
            options={"require": ["exp", "iss", "aud"]},
        )
    except (jwt.PyJWTError, KeyError) as problem:
        raise SignInFailed from problem
    return claims


def _key(id_token: str, algorithm: str, issuer: dict[str, Any]) -> Any:
    """The issuer's public key that signed the token; with HS256 it is the secret we share."""
    if algorithm == "HS256":
        return settings.PORTAL_OIDC_CLIENT_SECRET
    keys = jwt.PyJWKSet.from_dict(_fetched(issuer["jwks_uri"]))
    key_id = jwt.get_unverified_header(id_token).get("kid")
    return next((key.key for key in keys.keys if key_id in (None, key.key_id)), None)


def _fetched(address: str) -> dict[str, Any]:
    try:
        told: dict[str, Any] = httpx.get(address, timeout=PATIENCE).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as problem:
        raise SignInFailed from problem
    return told


def _return_address() -> str:
    return f"{settings.BASE_URL}/my/oidc/return"


def _is_known(email: str) -> bool:
    return Identity.objects.filter(kind=Identity.Kind.EMAIL, value=email).exists()
