"""What the application needs to know at its start, in one answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router, Schema

from zhiyin.people.access import is_second_factor_pending, public
from zhiyin.people.models import Staff
from zhiyin.people.queries.company import company_or_blank, is_setup_needed

router = Router(tags=["session"])


class OwnGroupShape(Schema):
    id: int
    name: str


class StaffInSession(Schema):
    id: int
    name: str
    email: str
    locale: str
    theme: str
    signature: str
    roles: list[str]
    permissions: dict[str, str]
    groups: list[OwnGroupShape]


class Session(Schema):
    staff: StaffInSession | None
    csrf_token: str
    company: dict[str, str]
    stream_url: str
    setup_needed: bool
    second_factor_required: bool


@router.get("/session", response=Session, auth=public)
def get_session(request: HttpRequest) -> Any:
    """Who is signed in (`staff` is null for nobody) and what the application should show first."""
    user = request.user
    staff = user if isinstance(user, Staff) and user.is_active else None
    return Session(
        staff=_staff(staff) if staff else None,
        csrf_token=get_token(request),
        company={"name": company_or_blank().name},
        stream_url="/api/v1/stream",
        setup_needed=staff is None and is_setup_needed(),
        second_factor_required=staff is not None and is_second_factor_pending(request, staff),
    )


def _staff(staff: Staff) -> StaffInSession:
    return StaffInSession(
        id=staff.pk,
        name=staff.name,
        email=staff.email,
        locale=staff.locale,
        theme=staff.theme,
        signature=staff.signature,
        roles=list(staff.roles.order_by("pk").values_list("code", flat=True)),
        permissions={permission: str(scope) for permission, scope in staff.scopes.items()},
        groups=[OwnGroupShape(id=group.pk, name=group.name) for group in staff.groups.order_by("name")],
    )
