"""Visitors and their sessions."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.identity import Claim, prove
from zhiyin.channels.providers.chat.models import Conversation, Visitor, VisitorToken
from zhiyin.platform.http.errors import DomainError

SEEN_NOTED_EVERY = timedelta(seconds=20)


@dataclass(frozen=True)
class Session:
    token: str
    conversation: Conversation


class VisitorUnknown(DomainError):
    code = "chat.visitor_unknown"
    status = 401
    messages = {
        "zh": "会话已失效，请重新打开聊天窗口。",
        "en": "This chat session is no longer valid. Open the chat window again.",
    }


@transaction.atomic
def start_session(
    *, channel: Channel, token: str, claim: Claim, page_url: str, locale: str, now: datetime
) -> Session:
    """Let a visitor in: by their token, by a proven id, or as somebody new.

    Raises IdentityNotProven, and then nothing is stored.
    """
    if claim.id:
        prove(channel, claim)
    here = conversation_of(channel, token) if token else None
    if claim.id and (here is None or here.visitor.external_id != claim.id):
        here, token = _conversation_of_proven(channel, claim.id, here, token, now)
    if here is None:
        here = _new_conversation(channel, "", now)
        token = ""
    _learn(here.visitor, claim, page_url, locale)
    note_seen(here, now)
    return Session(token or _new_token(here.visitor, now), here)


def conversation_of(channel: Channel, token: str) -> Conversation | None:
    """The conversation a token opens on this channel."""
    known = Conversation.objects.select_related("visitor__channel")
    return known.filter(visitor__channel=channel, visitor__tokens__hash=_hash(token)).first()


def conversation_for(channel: Channel, authorization: str) -> Conversation:
    """The conversation of an `Authorization: Visitor …` header. Raises VisitorUnknown."""
    scheme, _, token = authorization.partition(" ")
    found = conversation_of(channel, token.strip()) if scheme == "Visitor" else None
    if found is None:
        raise VisitorUnknown
    return found


def note_seen(conversation: Conversation, now: datetime) -> None:
    """The visitor is here; noted seldom enough to be cheap."""
    if now - conversation.seen_at >= SEEN_NOTED_EVERY:
        conversation.seen_at = now
        Conversation.objects.filter(pk=conversation.pk, seen_at__lt=now).update(seen_at=now)


def _conversation_of_proven(
    channel: Channel, external_id: str, here: Conversation | None, token: str, now: datetime
) -> tuple[Conversation, str]:
    """The proven visitor's own conversation. An anonymous one in this browser becomes theirs if they have none."""
    known = Conversation.objects.select_related("visitor__channel").filter(
        visitor__channel=channel, visitor__external_id=external_id
    )
    if (found := known.first()) is not None:
        return found, ""
    try:
        with transaction.atomic():
            if here is None or here.visitor.external_id:
                return _new_conversation(channel, external_id, now), ""
            here.visitor.external_id = external_id
            here.visitor.save(update_fields=["external_id"])
            return here, token
    except IntegrityError:  # their other tab was first
        return known.get(), ""


def _new_conversation(channel: Channel, external_id: str, now: datetime) -> Conversation:
    visitor = Visitor.objects.create(channel=channel, external_id=external_id, created_at=now)
    return Conversation.objects.create(visitor=visitor, seen_at=now)


def _new_token(visitor: Visitor, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    VisitorToken.objects.create(visitor=visitor, hash=_hash(token), created_at=now)
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _learn(visitor: Visitor, claim: Claim, page_url: str, locale: str) -> None:
    """Keep what the page says. What a proven visitor's page has signed is not overwritten by unsigned words."""
    told = {"name": claim.name, "page_url": page_url, "locale": locale}
    if claim.id or not visitor.email_proven:
        told["email"] = claim.email
    if claim.id or not visitor.external_id:
        told["phone"] = claim.phone
    changed = {name: value for name, value in told.items() if value and getattr(visitor, name) != value}
    if claim.id and claim.email and not visitor.email_proven:
        visitor.email_proven = True
        changed["email"] = claim.email
    for name, value in changed.items():
        setattr(visitor, name, value)
    if changed:
        visitor.save(update_fields=[*changed, "email_proven"])
