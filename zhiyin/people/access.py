"""Who is asking and may they: every API operation names its permission with `auth=needs("...")`.

`needs("...")`   session or token, and the permission
`signed_in`      session or token, no permission beyond that
`in_person`      a session only: what a program must not do, such as making more tokens
`public`         anyone
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.utils import check_csrf

from zhiyin.people.models import ApiToken, Staff
from zhiyin.people.permissions import CODES
from zhiyin.people.sessions import note_activity, passed_second_factor
from zhiyin.platform.http.errors import DomainError, NotAllowed, NotSignedIn
from zhiyin.platform.limits.limits import Limit, ProcessLimit, address_of, use

TOKEN_PREFIX = "zyt_"  # noqa: S105
_USE_NOTED_EVERY = timedelta(minutes=1)
WRONG_TOKENS = Limit("wrong-tokens", times=60, per_seconds=60)  # per address
_token_requests = ProcessLimit(
    Limit("token", times=max(1, settings.TOKEN_REQUESTS_PER_MINUTE), per_seconds=60)
)


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


class SecondFactorNeeded(DomainError):
    code = "people.second_factor_needed"
    status = 403
    messages = {
        "zh": "您的角色要求两步验证。请先开启身份验证器或通行密钥，再继续。",
        "en": "Your role asks for a second factor. Set up an authenticator app or a passkey, then go on.",
    }


class OnlyInPerson(DomainError):
    code = "people.only_in_person"
    status = 403
    messages = {
        "zh": "API 令牌不能执行此操作，请本人登录后在页面上操作。",
        "en": "An API token can't do this; sign in yourself and do it there.",
    }


class SessionOrToken:
    """Authenticates by session or token and refuses whoever lacks the permission."""

    openapi_security_schema: ClassVar[dict[str, str]] = {
        "type": "http",
        "scheme": "bearer",
        "description": "An API token (`zyt_…`). The web application uses its session cookie instead.",
    }
    takes_tokens = True

    def __init__(self, permission: str) -> None:
        if permission and permission not in CODES:
            raise ValueError(f"unknown permission {permission}")
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Staff:
        staff = self._who(request)
        if self.permission and not staff.may(self.permission):
            raise NotAllowed(permission=self.permission)
        return staff

    def _who(self, request: HttpRequest) -> Staff:
        header = request.headers.get("Authorization", "")
        if header.startswith("Bearer "):
            if not self.takes_tokens:
                raise OnlyInPerson
            return _owner_of_token(request, header.removeprefix("Bearer ").strip())
        staff = _owner_of_session(request)
        if is_second_factor_pending(request, staff):
            raise SecondFactorNeeded
        return staff


class InPerson(SessionOrToken):
    openapi_security_schema: ClassVar[dict[str, str]] = {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
    }
    takes_tokens = False


needs = SessionOrToken
signed_in = SessionOrToken("")
in_person = InPerson("")


def public(request: HttpRequest) -> bool:
    """For operations open to anyone: says so by name, so that none is open by omission."""
    return True


def is_second_factor_pending(request: HttpRequest, staff: Staff) -> bool:
    """Whether a role asks for a second factor that this session has not shown."""
    return staff.powers.second_factor_required and not passed_second_factor(request, staff)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _owner_of_session(request: HttpRequest) -> Staff:
    user = request.user
    if not isinstance(user, Staff) or not user.is_active:
        raise NotSignedIn
    if check_csrf(request) is not None:
        raise BadCsrfToken
    note_activity(session_key=request.session.session_key or "", now=timezone.now())
    return user


def _owner_of_token(request: HttpRequest, value: str) -> Staff:
    now = timezone.now()
    found = ApiToken.objects.select_related("staff").filter(hash=token_hash(value))
    token = next(iter(found), None)  # one at most, so nothing needs to be put in order
    if token is None or not token.is_usable(now):
        use(WRONG_TOKENS, address_of(request))
        raise NotSignedIn
    _token_requests.use(token.pk)
    if token.last_used_at is None or now - token.last_used_at > _USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    token.staff.limited_to = frozenset(token.scopes)
    return token.staff
