"""The staff's live stream: who may open it, and what they hear."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from zhiyin.people.events import (
    PresenceChanged,
    SkillsChanged,
    StaffSignedIn,
    TokenCreated,
    TokenRevoked,
)
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.stream.messages import (
    StreamRefused,
    StreamRequest,
    Viewer,
    revokes,
    stream_endpoint,
)
from zhiyin.tickets.streaming import rooms_of

# of these nobody may more or less than before: signing in and being there would end the stream of each first page
_NO_RIGHTS = {
    SkillsChanged.type,
    PresenceChanged.type,
    StaffSignedIn.type,
    TokenCreated.type,
    TokenRevoked.type,
}


@stream_endpoint("/api/v1/stream")
def open_staff_stream(request: StreamRequest) -> Viewer:
    staff = _signed_in(request)
    return Viewer(key=f"staff:{staff.pk}", rooms=frozenset(rooms_of(staff) | {f"staff:{staff.pk}"}))


@revokes
def reopen_streams_when_rights_change(events: Sequence[Event]) -> set[str]:
    """Whoever's rights may have changed opens their stream anew; of a changed role, everybody."""
    changed = set()
    for event in events:
        if event.type in _NO_RIGHTS:
            continue
        if event.type.startswith("people.") and "staff_id" in event.payload:
            changed.add(f"staff:{event.payload['staff_id']}")
        elif event.type.startswith("people.role"):
            changed.add("*")
    return changed


def _signed_in(request: StreamRequest) -> Staff:
    """The person of the session cookie, by the same rules as everywhere."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(
        request.cookies.get(settings.SESSION_COOKIE_NAME)
    )
    if store.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        raise StreamRefused(401, "not_signed_in")
    staff = Staff.objects.filter(pk=store.get(SESSION_KEY), is_active=True).first()
    if staff is None or not constant_time_compare(
        store.get(HASH_SESSION_KEY, ""), staff.get_session_auth_hash()
    ):
        raise StreamRefused(401, "not_signed_in")
    return staff
