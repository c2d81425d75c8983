"""Keys for programs. A token acts as its owner, never beyond its scopes, and only for a time."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.people.access import TOKEN_PREFIX, token_hash
from zhiyin.people.events import TokenCreated, TokenRevoked
from zhiyin.people.models import ApiToken, Staff
from zhiyin.people.telling import tell
from zhiyin.platform.http.errors import DomainError

DEFAULT_DAYS = 90
LONGEST_DAYS = 366
_SHOWN = len(TOKEN_PREFIX) + 6  # enough to recognise, too little to guess from


class ScopeBeyondYou(DomainError):
    code = "people.scope_beyond_you"
    status = 422
    messages = {
        "zh": "令牌的权限不能超过您自己的权限：{scopes}。请去掉这些权限。",
        "en": "A token can't do what you can't: {scopes}. Leave those out.",
    }


class NoScopes(DomainError):
    code = "people.no_scopes"
    status = 422
    messages = {"zh": "请至少选择一项权限。", "en": "Choose at least one permission."}


class BadTerm(DomainError):
    code = "people.bad_term"
    status = 422
    messages = {
        "zh": "有效期须在 1 到 {longest} 天之间。",
        "en": "A token is valid for 1 to {longest} days.",
    }


@transaction.atomic
def create_token(
    *, name: str, scopes: Iterable[str], by: Staff, now: datetime, days: int = DEFAULT_DAYS
) -> tuple[ApiToken, str]:
    """A token of `by`'s own, with the key itself, which is shown this once. Raises ScopeBeyondYou, NoScopes, BadTerm."""
    wanted = sorted(set(scopes))
    if not wanted:
        raise NoScopes
    beyond = [scope for scope in wanted if not by.may(scope)]
    if beyond:
        raise ScopeBeyondYou(scopes=", ".join(beyond))
    if not 1 <= days <= LONGEST_DAYS:
        raise BadTerm(longest=LONGEST_DAYS)
    key = f"{TOKEN_PREFIX}{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        staff=by,
        name=name.strip(),
        prefix=key[:_SHOWN],
        hash=token_hash(key),
        scopes=wanted,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    tell(TokenCreated(staff_id=by.pk, token_id=token.pk, by_id=by.pk, at=now), details={"scopes": wanted})
    return token, key


@transaction.atomic
def revoke_token(*, token_id: int, by: Staff, now: datetime) -> None:
    """End one of one's own tokens."""
    token = ApiToken.objects.select_for_update().get(pk=token_id, staff=by, revoked_at=None)
    token.revoked_at = now
    token.save(update_fields=["revoked_at"])
    tell(TokenRevoked(staff_id=by.pk, token_id=token.pk, by_id=by.pk, at=now))
