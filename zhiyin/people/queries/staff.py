from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery

from zhiyin.people.models import Group, Staff

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def list_staff(
    *,
    by: Staff,
    text: str = "",
    group_id: int | None = None,
    role_id: int | None = None,
    active: bool | None = True,
) -> QuerySet[Staff]:
    """Colleagues by name, with roles and groups; `active=None` for both kinds."""
    found = _with_details(Staff.objects.visible_to(by)).order_by("name", "pk")
    if active is not None:
        found = found.filter(is_active=active)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(email__icontains=text))
    if group_id is not None:
        found = found.filter(groups=group_id)
    if role_id is not None:
        found = found.filter(roles=role_id)
    return found


def read_staff(*, staff_id: int, by: Staff) -> Staff:
    """One colleague with roles and groups. Raises DoesNotExist."""
    return _with_details(Staff.objects.visible_to(by)).get(pk=staff_id)


def groups_with_members(*, by: Staff) -> QuerySet[Group]:
    """All groups by name, with their active members."""
    active = Staff.objects.visible_to(by).active().order_by("name", "pk")
    return Group.objects.order_by("name").prefetch_related(Prefetch("staff", active, to_attr="members"))


def groups_of(staff: Staff) -> list[Group]:
    """The groups a person is in, by name."""
    return list(staff.groups.order_by("name"))


def _with_details(staff: QuerySet[Staff]) -> QuerySet[Staff]:
    seen = UserSession.objects.filter(user=OuterRef("pk")).order_by().values("user")
    return staff.prefetch_related("roles", "groups").annotate(
        has_second_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)),
        last_seen_at=Subquery(seen.annotate(at=Max("last_seen_at")).values("at")),
    )
