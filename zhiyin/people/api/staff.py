"""Colleagues, and one's own profile."""

from __future__ import annotations

from typing import Any, Literal

from django.db import transaction
from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, in_person, needs
from zhiyin.people.api.router import Email, Ids, Locale, Name, router
from zhiyin.people.commands.security import remove_second_factor, sign_out_everywhere
from zhiyin.people.commands.staff import (
    change_profile,
    change_staff,
    deactivate_staff,
    reactivate_staff,
    set_groups,
    set_roles,
)
from zhiyin.people.queries.staff import list_staff, read_staff
from zhiyin.people.shapes import Profile, StaffList, StaffShape

_ACTIVE = {"true": True, "false": False, "all": None}


class ProfileChange(Schema):
    """Only what is named changes."""

    name: Name | None = None
    locale: Locale | None = None
    theme: Literal["light", "dark", "system"] | None = None
    signature: str | None = Field(None, max_length=5000)


class StaffChange(Schema):
    """Only what is named changes; roles and groups become exactly those named."""

    name: Name | None = None
    email: Email | None = None
    locale: Locale | None = None
    role_ids: Ids | None = None
    group_ids: Ids | None = None


class Ended(Schema):
    ended: int


@router.patch("/profile", response=Profile, auth=in_person)
def patch_profile(request: Signed, body: ProfileChange) -> Any:
    """Change one's own name, language, theme or signature."""
    return change_profile(changes=body.dict(exclude_none=True), by=request.auth, now=timezone.now())


@router.get("/people/staff", response=StaffList, auth=needs("people.read"))
def get_staff_list(
    request: Signed,
    q: str = "",
    group: int | None = None,
    role: int | None = None,
    active: Literal["true", "false", "all"] = "true",
) -> Any:
    """Colleagues by name; `q` searches names and addresses."""
    found = list_staff(by=request.auth, text=q.strip(), group_id=group, role_id=role, active=_ACTIVE[active])
    return {"items": found}


@router.get("/people/staff/{int:staff_id}", response=StaffShape, auth=needs("people.read"))
def get_staff(request: Signed, staff_id: int) -> Any:
    """One colleague."""
    return read_staff(staff_id=staff_id, by=request.auth)


@router.patch("/people/staff/{int:staff_id}", response=StaffShape, auth=needs("people.manage"))
def patch_staff(request: Signed, staff_id: int, body: StaffChange) -> Any:
    """Change a colleague's account, roles or groups."""
    by, now = request.auth, timezone.now()
    changes = body.dict(exclude_none=True, exclude={"role_ids", "group_ids"})
    with transaction.atomic():
        if changes:
            change_staff(staff_id=staff_id, changes=changes, by=by, now=now)
        if body.role_ids is not None:
            set_roles(staff_id=staff_id, role_ids=body.role_ids, by=by, now=now)
        if body.group_ids is not None:
            set_groups(staff_id=staff_id, group_ids=body.group_ids, by=by, now=now)
    return read_staff(staff_id=staff_id, by=by)


@router.post(
    "/people/staff/{int:staff_id}/deactivation", response={201: StaffShape}, auth=needs("people.manage")
)
def post_deactivation(request: Signed, staff_id: int) -> Any:
    """Close an account; its sessions and tokens end at once."""
    deactivate_staff(staff_id=staff_id, by=request.auth, now=timezone.now())
    return Status(201, read_staff(staff_id=staff_id, by=request.auth))


@router.delete("/people/staff/{int:staff_id}/deactivation", response=StaffShape, auth=needs("people.manage"))
def delete_deactivation(request: Signed, staff_id: int) -> Any:
    """Open a closed account again."""
    reactivate_staff(staff_id=staff_id, by=request.auth, now=timezone.now())
    return read_staff(staff_id=staff_id, by=request.auth)


@router.delete("/people/staff/{int:staff_id}/sessions", response=Ended, auth=needs("people.manage"))
def delete_sessions(request: Signed, staff_id: int) -> Any:
    """Sign a colleague out everywhere."""
    return {"ended": sign_out_everywhere(staff_id=staff_id, by=request.auth, now=timezone.now())}


@router.delete(
    "/people/staff/{int:staff_id}/second-factor", response={204: None}, auth=needs("people.manage")
)
def delete_second_factor(request: Signed, staff_id: int) -> Any:
    """Remove a colleague's second factors, for instance because the phone is lost."""
    remove_second_factor(staff_id=staff_id, by=request.auth, now=timezone.now())
    return Status(204, None)
