"""Reaching the rows that commands change, and the refusals they share."""

from __future__ import annotations

from zhiyin.people.models import Role, Staff
from zhiyin.people.policies import may_manage
from zhiyin.platform.http.errors import DomainError

ADMINISTRATOR = "administrator"


class AboveYou(DomainError):
    code = "people.above_you"
    status = 403
    messages = {
        "zh": "该同事的权限超过您的权限，您不能修改其账号。请联系管理员。",
        "en": "This colleague may do more than you, so you can't change their account. Ask an administrator.",
    }


class LastAdministrator(DomainError):
    code = "people.last_administrator"
    status = 409
    messages = {
        "zh": "{name} 是最后一位管理员，不能停用，也不能取消管理员角色。请先把管理员角色交给另一位同事。",
        "en": "{name} is the last administrator and can't be deactivated or lose that role. "
        "Give the role to another colleague first.",
    }


def lock_colleague(*, staff_id: int, by: Staff) -> Staff:
    """The account, locked, if `by` may change it. Raises AboveYou; DoesNotExist if it is not theirs to see."""
    staff = Staff.objects.visible_to(by).select_for_update(of=("self",)).get(pk=staff_id)
    if not may_manage(by, staff):
        raise AboveYou(staff_id=staff_id)
    return staff


def refuse_if_last_administrator(staff: Staff) -> None:
    """Raise LastAdministrator when no other active one would be left; call before taking the role or account away.

    Locks the role, so that two administrators cannot remove each other at once.
    """
    role = Role.objects.select_for_update().get(code=ADMINISTRATOR)
    administrators = Staff.objects.filter(roles=role, is_active=True)
    if administrators.filter(pk=staff.pk).exists() and not administrators.exclude(pk=staff.pk).exists():
        raise LastAdministrator(name=staff.name)
