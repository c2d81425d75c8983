"""Many people at once with all that their permissions reach."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from zhiyin.people.models import Membership, Role, Staff
from zhiyin.people.permissions import powers_of

S = TypeVar("S", bound=Staff)


def with_reach(people: QuerySet[S]) -> list[S]:
    """These people, their roles' powers and their groups filled in; one query however many they are."""
    told = JSONObject(asks="second_factor_required", permission="grants__permission", scope="grants__scope")
    granted = Role.objects.filter(staff=OuterRef("pk")).values(told=told)
    groups = Membership.objects.filter(staff=OuterRef("pk")).values("group_id")
    annotated: Any = people.annotate(in_groups=ArraySubquery(groups), granted=ArraySubquery(granted))
    found = list(annotated)
    for staff in found:
        staff.group_ids = staff.in_groups
        staff.powers = powers_of((one["asks"], one["permission"], one["scope"]) for one in staff.granted)
    return found


def who_may(permission: str) -> list[int]:
    """Ids of the active people who have the permission, in whatever scope; two queries at most."""
    granted = Staff.objects.filter(roles__grants__permission=permission).values("pk")
    return [
        staff.pk
        for staff in with_reach(Staff.objects.active().filter(pk__in=granted))
        if staff.may(permission)
    ]
