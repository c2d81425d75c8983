"""Presence: one's own, and that of those one leads."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Field, Schema, Status
from pydantic import AwareDatetime, StringConstraints

from zhiyin.people.access import Signed, needs, signed_in
from zhiyin.people.api.router import router
from zhiyin.people.commands.custom_presences import CustomPresenceContent, save_custom_presence
from zhiyin.people.commands.presence import change_presence, note_heartbeat
from zhiyin.people.models import CustomPresence
from zhiyin.people.queries.standing import custom_presences, presence_of, spells_of
from zhiyin.platform.http.shapes import Shape

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class CustomPresenceBody(Schema):
    name_zh: Name
    name_en: Name
    state: Literal["available", "busy", "break", "training", "after_contact"] = Field(
        "busy", description="what it counts as"
    )
    kinds: list[Kind] = Field(
        default_factory=list, max_length=20, description="channels whose work they take; none: all"
    )
    reasons: list[Reason] = Field(default_factory=list, max_length=20)
    asks_reason: bool = False
    position: Annotated[int, Field(ge=0, le=10_000)] = 0
    active: bool = True


class CustomPresenceShape(Shape):
    id: int
    name_zh: str
    name_en: str
    state: str
    kinds: list[str]
    reasons: list[str]
    asks_reason: bool
    position: int
    active: bool


class PresenceShape(Schema):
    state: str
    custom_id: int | None
    reason: str
    since: datetime
    by_id: int | None = None


class StandingBody(Schema):
    """A fixed state, or one of the company's own."""

    state: str = Field("", max_length=40)
    custom_id: int | None = None
    reason: str = Field("", max_length=200)


class SpellShape(Schema):
    state: str
    custom_id: int | None
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
    return _change(request, request.auth.pk, body)


@router.post("/people/presence/heartbeats", response=PresenceShape, auth=signed_in)
def post_heartbeat(request: Signed) -> Any:
    """The desk is open; without one for 90 seconds a person counts as away."""
    return note_heartbeat(by=request.auth, now=timezone.now())


@router.put("/people/staff/{int:staff_id}/presence", response=PresenceShape, auth=needs("routing.lead"))
def put_presence_of(request: Signed, staff_id: int, body: StandingBody) -> Any:
    """Set the presence of somebody one leads; it is in the audit trail."""
    return _change(request, staff_id, body)


@router.get("/people/staff/{int:staff_id}/presence/spells", response=list[SpellShape], auth=signed_in)
def get_spells(request: Signed, staff_id: int, since: AwareDatetime) -> Any:
    """How somebody stood from a moment on, to the second."""
    return spells_of(staff_id=staff_id, since=since, by=request.auth)


@router.get("/people/presence-states", response=list[CustomPresenceShape], auth=signed_in)
def get_presence_states(request: Signed) -> Any:
    """The company's own states in order, with those out of use, which the past may name."""
    return list(custom_presences())


@router.post("/people/presence-states", response={201: CustomPresenceShape}, auth=needs("people.manage"))
def post_presence_state(request: Signed, body: CustomPresenceBody) -> Any:
    """Add a state of the company's own."""
    return Status(201, _save(request, None, body))


@router.put(
    "/people/presence-states/{int:presence_id}", response=CustomPresenceShape, auth=needs("people.manage")
)
def put_presence_state(request: Signed, presence_id: int, body: CustomPresenceBody) -> Any:
    """Change one; who is in it stays in it, counted as it now counts."""
    return _save(request, presence_id, body)


def _change(request: Signed, staff_id: int, body: StandingBody) -> Any:
    return change_presence(staff_id=staff_id, **body.dict(), by=request.auth, now=timezone.now())


def _save(request: Signed, custom_id: int | None, body: CustomPresenceBody) -> CustomPresence:
    return save_custom_presence(
        custom_id=custom_id,
        content=CustomPresenceContent(**body.dict()),
        by=request.auth,
        now=timezone.now(),
    )
