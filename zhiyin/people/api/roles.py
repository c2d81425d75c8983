"""Roles and the permission matrix."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field, model_validator

from zhiyin.people.access import Signed, needs
from zhiyin.people.api.router import OptionalName, router
from zhiyin.people.commands.roles import change_role, create_role, delete_role
from zhiyin.people.permissions import PERMISSIONS, Scope
from zhiyin.people.queries.roles import list_roles
from zhiyin.people.shapes import PermissionMatrix, RoleShape


class NewRole(Schema):
    """One of the two names is enough."""

    name_zh: OptionalName = ""
    name_en: OptionalName = ""
    grants: dict[str, Scope] = Field({}, max_length=200)
    second_factor_required: bool = False

    @model_validator(mode="after")
    def needs_a_name(self) -> NewRole:
        if not (self.name_zh or self.name_en):
            raise ValueError("give the role a name / 请填写角色名称")
        return self


class RoleChange(Schema):
    """Only what is named changes; grants become exactly those named."""

    name_zh: OptionalName | None = Field(None, min_length=1)
    name_en: OptionalName | None = Field(None, min_length=1)
    grants: dict[str, Scope] | None = Field(None, max_length=200)
    second_factor_required: bool | None = None


@router.get("/people/permissions", response=PermissionMatrix, auth=needs("people.read"))
def get_permissions(request: Signed) -> Any:
    """Every permission there is and every role with what it grants: the whole matrix."""
    return {"permissions": PERMISSIONS, "roles": list_roles()}


@router.get("/people/roles", response=list[RoleShape], auth=needs("people.read"))
def get_roles(request: Signed) -> Any:
    """All roles, shipped ones first."""
    return list_roles()


@router.post("/people/roles", response={201: RoleShape}, auth=needs("roles.manage"))
def post_role(request: Signed, body: NewRole) -> Any:
    """Add a custom role."""
    role = create_role(
        name_zh=body.name_zh,
        name_en=body.name_en,
        grants=body.grants,
        second_factor_required=body.second_factor_required,
        by=request.auth,
        now=timezone.now(),
    )
    return Status(201, list_roles().get(pk=role.pk))


@router.patch("/people/roles/{int:role_id}", response=RoleShape, auth=needs("roles.manage"))
def patch_role(request: Signed, role_id: int, body: RoleChange) -> Any:
    """Change a role; of a shipped one only whether it asks for a second factor."""
    change_role(
        role_id=role_id,
        names=body.dict(include={"name_zh", "name_en"}, exclude_none=True),
        grants=body.grants,
        second_factor_required=body.second_factor_required,
        by=request.auth,
        now=timezone.now(),
    )
    return list_roles().get(pk=role_id)


@router.delete("/people/roles/{int:role_id}", response={204: None}, auth=needs("roles.manage"))
def delete_role_(request: Signed, role_id: int) -> Any:
    """Delete a custom role nobody holds."""
    delete_role(role_id=role_id, by=request.auth, now=timezone.now())
    return Status(204, None)
