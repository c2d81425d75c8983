"""Teams that share work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from zhiyin.people.commands.staff import UnknownChoice
from zhiyin.people.events import GroupChanged, GroupCreated, GroupDeleted, MembershipChanged
from zhiyin.people.models import Group, Membership, Staff
from zhiyin.people.telling import tell
from zhiyin.platform.http.errors import DomainError


class GroupNameTaken(DomainError):
    code = "people.group_name_taken"
    status = 409
    messages = {
        "zh": "已有名为“{name}”的小组，请换一个名称。",
        "en": "There is a group called {name} already; choose another name.",
    }


class GroupNotEmpty(DomainError):
    code = "people.group_not_empty"
    status = 409
    messages = {
        "zh": "小组里还有 {count} 位成员。请先把他们移出小组，再删除。",
        "en": "The group still has {count} members. Take them out first, then delete it.",
    }


class GroupInUse(DomainError):
    code = "people.group_in_use"
    status = 409
    messages = {
        "zh": "还有渠道或工单使用这个小组。请先为它们另选小组，再删除。",
        "en": "Channels or tickets still use this group. Choose another group for them first, then delete it.",
    }


@transaction.atomic
def create_group(*, name: str, description: str, by: Staff, now: datetime) -> Group:
    """A new team without members. Raises GroupNameTaken."""
    _refuse_taken(name)
    group = Group.objects.create(name=name.strip(), description=description.strip(), created_at=now)
    tell(GroupCreated(group_id=group.pk, by_id=by.pk, at=now))
    return group


@transaction.atomic
def change_group(*, group_id: int, changes: dict[str, str], by: Staff, now: datetime) -> Group:
    """Give a team another name or description. Raises GroupNameTaken."""
    group = Group.objects.select_for_update().get(pk=group_id)
    if "name" in changes:
        _refuse_taken(changes["name"], unless=group)
    for field, value in changes.items():
        setattr(group, field, value.strip())
    group.save(update_fields=list(changes))
    tell(GroupChanged(group_id=group.pk, by_id=by.pk, at=now), details={"fields": sorted(changes)})
    return group


@transaction.atomic
def set_members(*, group_id: int, staff_ids: Iterable[int], by: Staff, now: datetime) -> Group:
    """Make exactly these people the team's active members; deactivated ones stay in. Raises UnknownChoice."""
    group = Group.objects.select_for_update().get(pk=group_id)
    wanted = set(staff_ids)
    if Staff.objects.visible_to(by).active().filter(pk__in=wanted).count() != len(wanted):
        raise UnknownChoice
    before = set(group.memberships.filter(staff__is_active=True).values_list("staff_id", flat=True))
    group.memberships.filter(staff_id__in=before - wanted).delete()
    joining = [Membership(staff_id=pk, group=group) for pk in sorted(wanted - before)]
    Membership.objects.bulk_create(joining, ignore_conflicts=True)
    for pk in sorted(before ^ wanted):
        joined, left = ([group.pk], []) if pk in wanted else ([], [group.pk])
        tell(MembershipChanged(staff_id=pk, joined=joined, left=left, by_id=by.pk, at=now))
    return group


@transaction.atomic
def delete_group(*, group_id: int, by: Staff, now: datetime) -> None:
    """Delete a team nobody is in. Raises GroupNotEmpty, GroupInUse."""
    group = Group.objects.select_for_update().get(pk=group_id)
    count = group.memberships.filter(staff__is_active=True).count()
    if count:
        raise GroupNotEmpty(count=count)
    try:
        with transaction.atomic():
            group.delete()
    except ProtectedError as error:
        raise GroupInUse from error
    tell(GroupDeleted(group_id=group_id, by_id=by.pk, at=now), details={"name": group.name})


def _refuse_taken(name: str, *, unless: Group | None = None) -> None:
    same = Group.objects.filter(name__iexact=name.strip())
    if (same.exclude(pk=unless.pk) if unless else same).exists():
        raise GroupNameTaken(name=name.strip())
