"""Teams that share work."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import transaction
from django.utils import timezone
from ninja import Schema, Status
from pydantic import StringConstraints

from zhiyin.people.access import Signed, needs
from zhiyin.people.api.router import Ids, Name, router
from zhiyin.people.commands.groups import change_group, create_group, delete_group, set_members
from zhiyin.people.models import Group
from zhiyin.people.queries.staff import groups_with_members
from zhiyin.people.shapes import GroupShape

Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


class NewGroup(Schema):
    name: Name
    description: Description = ""
    member_ids: Ids = []


class GroupChange(Schema):
    """Only what is named changes; members become exactly those named."""

    name: Name | None = None
    description: Description | None = None
    member_ids: Ids | None = None


@router.get("/people/groups", response=list[GroupShape], auth=needs("people.read"))
def get_groups(request: Signed) -> Any:
    """All groups by name, with their active members."""
    return groups_with_members(by=request.auth)


@router.post("/people/groups", response={201: GroupShape}, auth=needs("people.manage"))
def post_group(request: Signed, body: NewGroup) -> Any:
    """Add a group."""
    by, now = request.auth, timezone.now()
    with transaction.atomic():
        group = create_group(name=body.name, description=body.description, by=by, now=now)
        if body.member_ids:
            set_members(group_id=group.pk, staff_ids=body.member_ids, by=by, now=now)
    return Status(201, _group(request, group.pk))


@router.patch("/people/groups/{int:group_id}", response=GroupShape, auth=needs("people.manage"))
def patch_group(request: Signed, group_id: int, body: GroupChange) -> Any:
    """Change a group's name, description or members."""
    by, now = request.auth, timezone.now()
    changes = body.dict(exclude_none=True, exclude={"member_ids"})
    with transaction.atomic():
        if changes:
            change_group(group_id=group_id, changes=changes, by=by, now=now)
        if body.member_ids is not None:
            set_members(group_id=group_id, staff_ids=body.member_ids, by=by, now=now)
    return _group(request, group_id)


@router.delete("/people/groups/{int:group_id}", response={204: None}, auth=needs("people.manage"))
def delete_group_(request: Signed, group_id: int) -> Any:
    """Delete a group nobody is in."""
    delete_group(group_id=group_id, by=request.auth, now=timezone.now())
    return Status(204, None)


def _group(request: Signed, group_id: int) -> Group:
    return groups_with_members(by=request.auth).get(pk=group_id)
