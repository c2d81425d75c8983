"""The staff's live stream, and who is looking at which ticket."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare
from ninja import Router, Schema

from zhiyin.people.access import Signed, needs
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.stream.messages import (
    StreamRefused,
    StreamRequest,
    Viewer,
    publish,
    revokes,
    stream_endpoint,
)
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.streaming import rooms_of, rooms_of_ticket

router = Router(tags=["desk"])


class PresenceBody(Schema):
    state: Literal["viewing", "typing", "left"]


@stream_endpoint("/api/v1/stream")
def open_staff_stream(request: StreamRequest) -> Viewer:
    staff = _signed_in(request)
    return Viewer(key=f"staff:{staff.pk}", rooms=frozenset(rooms_of(staff) | {f"staff:{staff.pk}"}))


@revokes
def reopen_streams_when_rights_change(events: Sequence[Event]) -> set[str]:
    """Whoever's rights may have changed opens their stream anew; of a changed role, everybody."""
    changed = set()
    for event in events:
        if event.type.startswith("people.") and "staff_id" in event.payload:
            changed.add(f"staff:{event.payload['staff_id']}")
        elif event.type.startswith("people.role"):
            changed.add("*")
    return changed


@router.post("/tickets/{int:ticket_id}/presence", response={204: None}, auth=needs("tickets.read"))
def post_presence(request: Signed, ticket_id: int, body: PresenceBody) -> Any:
    """Tell colleagues that you look at or write on this ticket; repeat every 20 s while you do."""
    ticket = Ticket.objects.visible_to(request.auth).only("group_id", "assignee_id").get(pk=ticket_id)
    publish(
        rooms=rooms_of_ticket(ticket.group_id, ticket.assignee_id),
        name="presence",
        data={"ticket_id": ticket_id, "staff": {"id": request.auth.pk, "name": request.auth.name}, "state": body.state},
    )
    return 204, None


def _signed_in(request: StreamRequest) -> Staff:
    """The person of the session cookie, by the same rules as everywhere."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(request.cookies.get(settings.SESSION_COOKIE_NAME))
    if store.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        raise StreamRefused(401, "not_signed_in")
    staff = Staff.objects.filter(pk=store.get(SESSION_KEY), is_active=True).first()
    if staff is None or not constant_time_compare(store.get(HASH_SESSION_KEY, ""), staff.get_session_auth_hash()):
        raise StreamRefused(401, "not_signed_in")
    return staff
