"""Accounts of staff: what they are called, what they may do, whether they may come in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet

from zhiyin.people.commands.locking import ADMINISTRATOR, lock_colleague, refuse_if_last_administrator
from zhiyin.people.events import (
    MembershipChanged,
    RolesOfStaffChanged,
    StaffChanged,
    StaffDeactivated,
    StaffReactivated,
)
from zhiyin.people.models import ApiToken, Group, Membership, Role, Staff
from zhiyin.people.permissions import Scope
from zhiyin.people.policies import may_grant
from zhiyin.people.sessions import end_sessions
from zhiyin.people.telling import tell
from zhiyin.platform.http.errors import DomainError

M = TypeVar("M", Role, Group)
PREFERENCES = ("name", "locale", "theme", "signature")


class NotYourself(DomainError):
    code = "people.not_yourself"
    status = 409
    messages = {
        "zh": "不能停用自己的账号，请由另一位管理者操作。",
        "en": "You can't deactivate your own account; ask a colleague who manages people.",
    }


class RoleAboveYou(DomainError):
    code = "people.role_above_you"
    status = 403
    messages = {
        "zh": "角色“{role}”的权限超过您的权限，您不能授予或收回它。",
        "en": "The role {role} may do more than you, so you can't give or take it.",
    }


class AddressTaken(DomainError):
    code = "people.address_taken"
    status = 409
    messages = {
        "zh": "{email} 已是另一位同事的登录邮箱，请换一个地址。",
        "en": "{email} is already a colleague's address; use another.",
    }


class UnknownChoice(DomainError):
    code = "people.unknown_choice"
    status = 422
    messages = {
        "zh": "所选的角色或小组不存在，可能刚被删除。请刷新后重选。",
        "en": "One of the chosen roles or groups does not exist, perhaps no longer. Reload and choose again.",
    }


@transaction.atomic
def change_profile(*, changes: dict[str, str], by: Staff, now: datetime) -> Staff:
    """Change one's own name and preferences; `changes` maps PREFERENCES to values."""
    staff = Staff.objects.select_for_update().get(pk=by.pk)
    _set(staff, changes)
    tell(StaffChanged(staff_id=staff.pk, fields=sorted(changes), by_id=by.pk, at=now))
    return staff


@transaction.atomic
def change_staff(*, staff_id: int, changes: dict[str, str], by: Staff, now: datetime) -> Staff:
    """Change a colleague's name, language or address; a new address signs them out. Raises AddressTaken."""
    staff = lock_colleague(staff_id=staff_id, by=by)
    email = changes.get("email", staff.email).strip().lower()
    if email != staff.email:
        if Staff.objects.filter(email__iexact=email).exclude(pk=staff.pk).exists():
            raise AddressTaken(email=email)
        EmailAddress.objects.filter(user=staff).delete()
        EmailAddress.objects.create(user=staff, email=email, verified=True, primary=True)
        end_sessions(staff_id=staff.pk)
    _set(staff, {**changes, **({"email": email} if "email" in changes else {})})
    tell(StaffChanged(staff_id=staff.pk, fields=sorted(changes), by_id=by.pk, at=now))
    return staff


@transaction.atomic
def set_roles(*, staff_id: int, role_ids: Iterable[int], by: Staff, now: datetime) -> Staff:
    """Give a colleague exactly these roles. Raises RoleAboveYou, LastAdministrator, UnknownChoice."""
    staff = lock_colleague(staff_id=staff_id, by=by)
    before = set(staff.roles.all())
    after = set(roles_to_grant(role_ids, by=by, unless=before))
    if any(role.code == ADMINISTRATOR for role in before - after):
        refuse_if_last_administrator(staff)
    if before != after:
        staff.roles.set(after)
        added, removed = (sorted(role.pk for role in roles) for roles in (after - before, before - after))
        tell(RolesOfStaffChanged(staff_id=staff.pk, added=added, removed=removed, by_id=by.pk, at=now))
    return staff


@transaction.atomic
def set_groups(*, staff_id: int, group_ids: Iterable[int], by: Staff, now: datetime) -> Staff:
    """Put a colleague into exactly these groups. Raises UnknownChoice."""
    staff = lock_colleague(staff_id=staff_id, by=by)
    before = set(staff.memberships.values_list("group_id", flat=True))
    after = {group.pk for group in existing(Group.objects.all(), group_ids)}
    staff.memberships.filter(group_id__in=before - after).delete()
    Membership.objects.bulk_create(Membership(staff=staff, group_id=pk) for pk in sorted(after - before))
    if before != after:
        tell(
            MembershipChanged(
                staff_id=staff.pk,
                joined=sorted(after - before),
                left=sorted(before - after),
                by_id=by.pk,
                at=now,
            )
        )
    return staff


@transaction.atomic
def deactivate_staff(*, staff_id: int, by: Staff, now: datetime) -> Staff:
    """Close an account; sessions and tokens end in the same moment. Raises NotYourself, LastAdministrator."""
    staff = lock_colleague(staff_id=staff_id, by=by)
    if staff.pk == by.pk:
        raise NotYourself
    if not staff.is_active:
        return staff
    refuse_if_last_administrator(staff)
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    end_sessions(staff_id=staff.pk)
    ApiToken.objects.filter(staff=staff, revoked_at=None).update(revoked_at=now)
    tell(StaffDeactivated(staff_id=staff.pk, by_id=by.pk, at=now))
    return staff


@transaction.atomic
def reactivate_staff(*, staff_id: int, by: Staff, now: datetime) -> Staff:
    """Open a closed account again; its tokens stay revoked."""
    staff = lock_colleague(staff_id=staff_id, by=by)
    if staff.is_active:
        return staff
    staff.is_active = True
    staff.save(update_fields=["is_active"])
    tell(StaffReactivated(staff_id=staff.pk, by_id=by.pk, at=now))
    return staff


def roles_to_grant(role_ids: Iterable[int], *, by: Staff, unless: Iterable[Role] = ()) -> list[Role]:
    """The roles, all within `by`'s own powers, except those the person has anyway. Raises RoleAboveYou, UnknownChoice."""
    roles = existing(Role.objects.prefetch_related("grants"), role_ids)
    for role in roles:
        scopes = {grant.permission: Scope(grant.scope) for grant in role.grants.all()}
        if role not in unless and not may_grant(by, scopes):
            raise RoleAboveYou(role=role.name_zh if by.locale == "zh-CN" else role.name_en)
    return roles


def existing(rows: QuerySet[M], ids: Iterable[int]) -> list[M]:
    """The rows with these ids. Raises UnknownChoice if one is missing."""
    wanted = set(ids)
    found = list(rows.filter(pk__in=wanted))
    if len(found) != len(wanted):
        raise UnknownChoice
    return found


def _set(staff: Staff, changes: dict[str, str]) -> None:
    for field, value in changes.items():
        setattr(staff, field, value.strip() if field != "signature" else value)
    staff.save(update_fields=list(changes))
