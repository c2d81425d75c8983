"""Browser sessions of staff: what they have shown, when they were last used, and ending them."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from zhiyin.people.models import Staff

NOTED_EVERY = timedelta(minutes=5)
_REMEMBERED = 10_000
_noted: OrderedDict[str, datetime] = (
    OrderedDict()
)  # per process: saves a query per request, costs nothing if lost


def passed_second_factor(request: HttpRequest, staff: Staff) -> bool:
    """Whether this session showed an authenticator, a passkey or a recovery code."""
    return any(shown.get("method") == "mfa" for shown in get_authentication_records(request, staff))


def note_activity(*, session_key: str, now: datetime) -> None:
    """Remember that the session is in use; writes at most once in NOTED_EVERY per process."""
    last = _noted.get(session_key)
    if last is not None and now - last < NOTED_EVERY:
        return
    _noted[session_key] = now
    _noted.move_to_end(session_key)
    if len(_noted) > _REMEMBERED:
        _noted.popitem(last=False)
    UserSession.objects.filter(session_key=session_key, last_seen_at__lt=now - NOTED_EVERY).update(
        last_seen_at=now
    )


@transaction.atomic
def end_sessions(*, staff_id: int) -> int:
    """Sign a person out everywhere, at once; returns how many sessions ended."""
    mine = UserSession.objects.filter(user_id=staff_id)
    ended, _ = Session.objects.filter(
        session_key__in=list(mine.values_list("session_key", flat=True))
    ).delete()
    mine.delete()
    return ended


@transaction.atomic
def forget_expired_sessions(*, now: datetime) -> int:
    """Delete what is left of sessions that ran out; returns how many."""
    forgotten, _ = Session.objects.filter(expire_date__lt=now).delete()
    living = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(living)).delete()
    return forgotten
