"""Who is asking and may they: every API operation names its permission with `auth=needs("...")`."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from ninja.utils import check_csrf

from zhiyin.people.models import ApiToken, Staff
from zhiyin.people.permissions import CODES
from zhiyin.platform.http.errors import DomainError, NotAllowed, NotSignedIn

TOKEN_PREFIX = "zyt_"
_USE_NOTED_EVERY = timedelta(minutes=1)


class Signed(HttpRequest):
    """A request whose actor is known."""

    auth: Staff


class BadCsrfToken(DomainError):
    code = "csrf"
    status = 403
    messages = {
        "zh": "页面已过期，请刷新后重试（您写的内容仍在）。",
        "en": "This page is out of date; reload it and try again (what you wrote is kept).",
    }


class needs:
    """Authenticates by session or token and refuses whoever lacks the permission."""

    def __init__(self, permission: str) -> None:
        if permission and permission not in CODES:
            raise ValueError(f"unknown permission {permission}")
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Staff:
        staff, token = _who(request)
        if self.permission and not _may(staff, token, self.permission):
            raise NotAllowed(permission=self.permission)
        return staff


signed_in = needs("")


def public(request: HttpRequest) -> bool:
    """For operations open to anyone: says so by name, so that none is open by omission."""
    return True


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _who(request: HttpRequest) -> tuple[Staff, ApiToken | None]:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        token = _token(header.removeprefix("Bearer ").strip())
        return token.staff, token
    user = request.user
    if not isinstance(user, Staff) or not user.is_active:
        raise NotSignedIn
    if check_csrf(request) is not None:
        raise BadCsrfToken
    return user, None


def _token(value: str) -> ApiToken:
    now = timezone.now()
    token = ApiToken.objects.select_related("staff").filter(hash=token_hash(value), revoked_at=None).first()
    if token is None or not token.staff.is_active or (token.expires_at and token.expires_at <= now):
        raise NotSignedIn
    if token.last_used_at is None or now - token.last_used_at > _USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def _may(staff: Staff, token: ApiToken | None, permission: str) -> bool:
    if token is not None and token.scopes and permission not in token.scopes:
        return False
    return staff.may(permission)
