"""Named sets of permissions. Shipped roles keep their grants, so that a new version can add to them; copy one to differ."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from zhiyin.people.events import RoleChanged, RoleCreated, RoleDeleted
from zhiyin.people.models import Role, RolePermission, Staff
from zhiyin.people.permissions import PERMISSIONS, Scope
from zhiyin.people.policies import reaches
from zhiyin.people.telling import tell
from zhiyin.platform.http.errors import DomainError

_SCOPED = {permission.code: permission.scoped for permission in PERMISSIONS}
NAMES = ("name_zh", "name_en")


class ShippedRole(DomainError):
    code = "people.shipped_role"
    status = 409
    messages = {
        "zh": "系统自带的角色不能改名、改权限或删除。请复制一份再修改；“要求两步验证”可以直接设置。",
        "en": "Roles that ship with Zhiyin keep their name and permissions and can't be deleted. Copy it and change "
        "the copy; only whether it asks for a second factor can be set here.",
    }


class RoleInUse(DomainError):
    code = "people.role_in_use"
    status = 409
    messages = {
        "zh": "还有 {count} 位同事使用此角色。请先为他们换一个角色，再删除。",
        "en": "{count} colleagues still have this role. Give them another one first, then delete it.",
    }


class BadGrants(DomainError):
    code = "people.bad_grants"
    status = 422
    messages = {
        "zh": "权限“{permission}”不存在，或不支持范围“{scope}”。请刷新后重选。",
        "en": "There is no permission {permission}, or it has no scope {scope}. Reload and choose again.",
    }


class OwnRole(DomainError):
    code = "people.own_role"
    status = 403
    messages = {
        "zh": "您自己使用此角色，不能给它增加您没有的权限。请由另一位管理员修改。",
        "en": "You hold this role yourself, so you can't add permissions you do not have. Ask another administrator.",
    }


@transaction.atomic
def create_role(
    *,
    name_zh: str,
    name_en: str,
    grants: Mapping[str, str],
    second_factor_required: bool,
    by: Staff,
    now: datetime,
) -> Role:
    """A custom role; a name left empty takes the other language's. Raises BadGrants."""
    scopes = _read(grants)
    role = Role.objects.create(
        code=f"custom-{secrets.token_hex(4)}",
        name_zh=name_zh.strip() or name_en.strip(),
        name_en=name_en.strip() or name_zh.strip(),
        second_factor_required=second_factor_required,
    )
    _put_grants(role, scopes)
    tell(RoleCreated(role_id=role.pk, by_id=by.pk, at=now), details={"grants": scopes})
    return role


@transaction.atomic
def change_role(
    *,
    role_id: int,
    names: Mapping[str, str],
    grants: Mapping[str, str] | None,
    second_factor_required: bool | None,
    by: Staff,
    now: datetime,
) -> Role:
    """Change what is given. Raises ShippedRole, BadGrants, OwnRole."""
    role = Role.objects.select_for_update().get(pk=role_id)
    if role.builtin and (names or grants is not None):
        raise ShippedRole
    for field in NAMES:
        setattr(role, field, names.get(field, getattr(role, field)).strip())
    if second_factor_required is not None:
        role.second_factor_required = second_factor_required
    role.save(update_fields=[*NAMES, "second_factor_required"])
    details: dict[str, object] = {**names, "second_factor_required": role.second_factor_required}
    if grants is not None:
        details["grants"] = _change_grants(role, _read(grants), by=by)
    tell(RoleChanged(role_id=role.pk, by_id=by.pk, at=now), details=details)
    return role


@transaction.atomic
def delete_role(*, role_id: int, by: Staff, now: datetime) -> None:
    """Delete a custom role nobody holds. Raises ShippedRole, RoleInUse."""
    role = Role.objects.select_for_update().get(pk=role_id)
    if role.builtin:
        raise ShippedRole
    count = role.staff.count()
    if count:
        raise RoleInUse(count=count)
    role.delete()
    tell(RoleDeleted(role_id=role_id, by_id=by.pk, at=now), details={"name_zh": role.name_zh})


def _change_grants(role: Role, scopes: dict[str, Scope], *, by: Staff) -> dict[str, Scope]:
    if role.staff.filter(pk=by.pk).exists() and not reaches(by.powers.scopes, scopes):
        raise OwnRole
    role.grants.all().delete()
    _put_grants(role, scopes)
    return scopes


def _put_grants(role: Role, scopes: Mapping[str, Scope]) -> None:
    RolePermission.objects.bulk_create(
        RolePermission(role=role, permission=code, scope=scope) for code, scope in scopes.items()
    )


def _read(grants: Mapping[str, str]) -> dict[str, Scope]:
    """The grants, checked: known permissions, and a narrower scope only where the permission has scopes."""
    scopes: dict[str, Scope] = {}
    for code, told in grants.items():
        if code not in _SCOPED or told not in set(Scope) or (told != Scope.ALL and not _SCOPED[code]):
            raise BadGrants(permission=code, scope=told)
        scopes[code] = Scope(told)
    return scopes
