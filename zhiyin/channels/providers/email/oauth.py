"""OAuth 2.0 for mail: an access token from the refresh token an administrator gave."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from django.db import transaction

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.email.settings import MailboxSettings, OAuth

_SPARE_SECONDS = 120.0  # a token about to expire is not used any more
_TIMEOUT = 20.0


class SignInRefused(Exception):
    """The other side won't give a token until somebody signs in again or the settings are put right."""


class SignInUnreachable(Exception):
    """The other side gave no answer now."""


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    until: float
    made_with: OAuth


_tokens: dict[int, _Token] = {}
_lock = threading.Lock()


def access_token(channel: Channel, *, now: float) -> str:
    """A token good for some minutes, kept until it expires. Raises SignInRefused or SignInUnreachable.

    `now` is in seconds since the epoch."""
    oauth = MailboxSettings.of(channel).oauth
    with _lock:
        kept = _tokens.get(channel.pk or 0)
        if channel.pk and kept and kept.made_with == oauth and kept.until > now:
            return kept.value
    answer = _ask(oauth)
    lasts = answer.get("expires_in")
    until = now + (float(lasts) if isinstance(lasts, (int, float)) else 300.0) - _SPARE_SECONDS
    renewed = answer.get("refresh_token")
    if channel.pk:
        with _lock:
            _tokens[channel.pk] = _Token(str(answer["access_token"]), until, oauth)
        if isinstance(renewed, str) and renewed and renewed != oauth.refresh_token:
            keep_refresh_token(channel_id=channel.pk, old=oauth.refresh_token, new=renewed)
    return str(answer["access_token"])


@transaction.atomic
def keep_refresh_token(*, channel_id: int, old: str, new: str) -> None:
    """Keep the refresh token that took the place of `old`, unless somebody has set another meanwhile."""
    channel = Channel.objects.select_for_update().get(pk=channel_id)
    if channel.secrets.get("oauth_refresh_token") == old:
        channel.secrets = {**channel.secrets, "oauth_refresh_token": new}
        channel.save(update_fields=["secrets"])


def _ask(oauth: OAuth) -> dict[str, object]:
    import httpx  # three tenths of a second that mailboxes with a password need not spend

    if not (oauth.token_url and oauth.client_id and oauth.refresh_token):
        raise SignInRefused("token URL, client ID and refresh token are needed")
    asked = {
        "grant_type": "refresh_token",
        "client_id": oauth.client_id,
        "client_secret": oauth.client_secret,
        "refresh_token": oauth.refresh_token,
        "scope": oauth.scope,
    }
    try:
        answer = httpx.post(
            oauth.token_url, data={name: value for name, value in asked.items() if value}, timeout=_TIMEOUT
        )
        told = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as problem:
        raise SignInUnreachable(f"{oauth.token_url}: {problem}") from problem
    if not isinstance(told, dict):
        raise SignInUnreachable(f"{oauth.token_url}: {answer.status_code}")
    if answer.status_code >= 500 or answer.status_code == 429:
        raise SignInUnreachable(f"{oauth.token_url}: {answer.status_code}")
    if not answer.is_success or not told.get("access_token"):
        raise SignInRefused(str(told.get("error_description") or told.get("error") or answer.status_code))
    return told
