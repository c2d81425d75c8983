"""Presence: one's own, and that of those one leads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Field, Schema
from pydantic import AwareDatetime

from zhiyin.people.access import Signed, needs, signed_in
from zhiyin.people.api.router import router
from zhiyin.people.commands.presence import change_presence, note_heartbeat
from zhiyin.people.queries.standing import presence_of, spells_of


class PresenceShape(Schema):
    state: str
    reason: str
    since: datetime
    by_id: int | None = None


class StandingBody(Schema):
    state: str = Field(max_length=40)
    reason: str = Field("", max_length=200)


class SpellShape(Schema):
    state: str
    reason: str
    began_at: datetime
    ended_at: datetime | None
    by_id: int | None


@router.get("/people/presence", response=PresenceShape, auth=signed_in)
def get_presence(request: Signed) -> Any:
    """How one stands."""
    return presence_of(request.auth, now=timezone.now())


@router.put("/people/presence", response=PresenceShape, auth=signed_in)
def put_presence(request: Signed, body: StandingBody) -> Any:
    """Choose how one stands, with a reason in one's own words."""
    return change_presence(
        staff_id=request.auth.pk, state=body.state, reason=body.reason, by=request.auth, now=timezone.now()
    )


@router.post("/people/presence/heartbeats", response=PresenceShape, auth=signed_in)
def post_heartbeat(request: Signed) -> Any:
    """The desk is open; without one for 90 seconds a person counts as away."""
    return note_heartbeat(by=request.auth, now=timezone.now())


@router.put("/people/staff/{int:staff_id}/presence", response=PresenceShape, auth=needs("routing.lead"))
def put_presence_of(request: Signed, staff_id: int, body: StandingBody) -> Any:
    """Set the presence of somebody one leads; it is in the audit trail."""
    return change_presence(
        staff_id=staff_id, state=body.state, reason=body.reason, by=request.auth, now=timezone.now()
    )


@router.get("/people/staff/{int:staff_id}/presence/spells", response=list[SpellShape], auth=signed_in)
def get_spells(request: Signed, staff_id: int, since: AwareDatetime) -> Any:
    """How somebody stood from a moment on, to the second."""
    return spells_of(staff_id=staff_id, since=since, by=request.auth)
