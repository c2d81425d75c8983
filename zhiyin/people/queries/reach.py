"""Many people at once with all that their permissions reach."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from zhiyin.people.models import Membership, Role, Staff
from zhiyin.people.permissions import powers_of


def with_reach(people: QuerySet[Staff]) -> list[Staff]:
    """These people, their roles' powers and their groups filled in; one query however many they are."""
    told = JSONObject(asks="second_factor_required", permission="grants__permission", scope="grants__scope")
    granted = Role.objects.filter(staff=OuterRef("pk")).values(told=told)
    groups = Membership.objects.filter(staff=OuterRef("pk")).values("group_id")
    found = list(people.annotate(group_ids=ArraySubquery(groups), granted=ArraySubquery(granted)))
    for staff in found:
        staff.powers = powers_of((one["asks"], one["permission"], one["scope"]) for one in staff.granted)
    return found
