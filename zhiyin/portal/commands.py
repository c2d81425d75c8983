"""Coming in and going out."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from zhiyin.customers.models import Identity
from zhiyin.customers.normalising import normal_identity
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.ledger.ledger import record_effect
from zhiyin.portal.models import PortalSession, SignInLink

KIND = "portal.mail"
LINK_LIVES = timedelta(minutes=30)
SESSION_LIVES = timedelta(days=30)  # since it was last used
_SEEN_NOTED_EVERY = timedelta(minutes=10)
_SALT = "portal.sign-in"


class LinkOver(DomainError):
    code = "portal.link_over"
    status = 410
    messages = {
        "zh": "这个登录链接已失效或已用过。请重新获取一个。",
        "en": "This sign-in link is over or was used already. Ask for a new one.",
    }


@transaction.atomic
def ask_for_link(*, email: str, language: str, now: datetime) -> None:
    """Owe a sign-in link to an address we know a customer by; nothing, and no word of it, to any other."""
    address = normal_identity("email", email)
    if not Identity.objects.filter(kind=Identity.Kind.EMAIL, value=address).exists():
        return
    link = SignInLink.objects.create(email=address, created_at=now, expires_at=now + LINK_LIVES)
    record_effect(kind=KIND, key=f"{KIND}:{link.pk}", payload={"link_id": link.pk, "language": language})


def link_token(link: SignInLink) -> str:
    """What the link carries: which one it is, signed."""
    return signing.dumps(link.pk, salt=_SALT)


@transaction.atomic
def enter_by_link(*, token: str, now: datetime) -> str:
    """Use a sign-in link up; the new session's cookie. Raises LinkOver."""
    link = _open_link(token, now).select_for_update().first()
    if link is None:
        raise LinkOver
    link.used_at = now
    link.save(update_fields=["used_at"])
    return start_session(email=link.email, now=now)


def require_open_link(*, token: str, now: datetime) -> None:
    """Whether the link still opens, without using it up. Raises LinkOver."""
    if not _open_link(token, now).exists():
        raise LinkOver


@transaction.atomic
def start_session(*, email: str, now: datetime) -> str:
    """Let the owner of a proven address in; the cookie of their session."""
    cookie = secrets.token_urlsafe(32)
    PortalSession.objects.create(
        hash=_hash(cookie), email=normal_identity("email", email), created_at=now, seen_at=now
    )
    return cookie


def session_of(*, cookie: str, now: datetime) -> PortalSession | None:
    """The session of a cookie, kept alive by being used."""
    session = PortalSession.objects.filter(hash=_hash(cookie), seen_at__gt=now - SESSION_LIVES).first()
    if session is not None and now - session.seen_at > _SEEN_NOTED_EVERY:
        PortalSession.objects.filter(pk=session.pk).update(seen_at=now)
    return session


@transaction.atomic
def leave(*, session: PortalSession, everywhere: bool) -> None:
    """End a session, or all of this address."""
    chosen = {"email": session.email} if everywhere else {"pk": session.pk}
    PortalSession.objects.filter(**chosen).delete()


@transaction.atomic
def shut_out_strangers() -> int:
    """End sessions and links of addresses that are no customer's any more; how many."""
    known = Identity.objects.filter(kind=Identity.Kind.EMAIL, value=OuterRef("email"))
    return sum(
        rows.filter(~Exists(known)).delete()[0] for rows in (SignInLink.objects, PortalSession.objects)
    )


@transaction.atomic
def forget_expired(*, now: datetime) -> int:
    """Delete links and sessions that open nothing any more; how many."""
    links = SignInLink.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()[0]
    return links + PortalSession.objects.filter(seen_at__lt=now - SESSION_LIVES).delete()[0]


def _open_link(token: str, now: datetime) -> QuerySet[SignInLink]:
    """The link that the token stands for, as long as it opens. Raises LinkOver for one that is no token of ours."""
    try:
        link_id = signing.loads(token, salt=_SALT, max_age=LINK_LIVES)
    except signing.BadSignature as problem:
        raise LinkOver from problem
    return SignInLink.objects.filter(pk=link_id, used_at=None, expires_at__gt=now)


def _hash(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()
