"""What people look like in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from ninja import Schema

from zhiyin.people.invitation_links import invitation_link
from zhiyin.people.models import Company, Invitation, Role, Staff
from zhiyin.people.permissions import Scope
from zhiyin.people.policies import may_grant
from zhiyin.platform.http.errors import language_of
from zhiyin.platform.http.shapes import Shape


class Named(Shape):
    id: int
    name: str


class RoleName(Schema):
    id: int
    code: str
    name: str

    @staticmethod
    def resolve_name(role: Role, context: dict[str, Any]) -> str:
        return role.name_zh if language_of(context["request"]) == "zh" else role.name_en


class RoleShape(RoleName):
    name_zh: str
    name_en: str
    builtin: bool
    second_factor_required: bool
    grants: dict[str, Scope]
    staff_count: int

    @staticmethod
    def resolve_grants(role: Role) -> dict[str, Scope]:
        return grants_of(role)


class PermissionShape(Schema):
    code: str
    zh: str
    en: str
    scoped: bool


class PermissionMatrix(Schema):
    permissions: list[PermissionShape]
    roles: list[RoleShape]


class StaffShape(Schema):
    """`has_second_factor` and `last_seen_at` are null for readers who do not manage people."""

    id: int
    name: str
    email: str
    locale: str
    is_active: bool
    roles: list[RoleName]
    groups: list[Named]
    has_second_factor: bool | None
    last_seen_at: datetime | None
    created_at: datetime

    @staticmethod
    def resolve_has_second_factor(staff: Any, context: dict[str, Any]) -> bool | None:
        return staff.has_second_factor if _manages(context) else None

    @staticmethod
    def resolve_last_seen_at(staff: Any, context: dict[str, Any]) -> datetime | None:
        return staff.last_seen_at if _manages(context) else None


class StaffList(Schema):
    items: list[StaffShape]
    next_cursor: str | None = None


class Profile(Schema):
    id: int
    name: str
    email: str
    locale: str
    theme: str
    signature: str


class GroupShape(Schema):
    id: int
    name: str
    description: str
    members: list[Named]


class InvitationShape(Schema):
    """`link` is there only while the installation cannot send mail, so that it can be handed over."""

    id: int
    email: str
    name: str
    locale: str
    roles: list[RoleName]
    groups: list[Named]
    invited_by: Named
    created_at: datetime
    expires_at: datetime
    link: str | None

    @staticmethod
    def resolve_link(invitation: Invitation, context: dict[str, Any]) -> str | None:
        # whoever reads the link can take the place, so it is shown only to those who may give these roles
        by: Staff = context["request"].auth
        if settings.SYSTEM_MAIL or not all(may_grant(by, grants_of(role)) for role in invitation.roles.all()):
            return None
        return invitation_link(invitation)


class InvitationSeen(Schema):
    email: str
    name: str
    company: str


class TokenShape(Schema):
    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class NewTokenShape(TokenShape):
    """`token` is the key itself; it is never told again."""

    token: str


class CompanyShape(Schema):
    name: str
    locale: str
    timezone: str
    currency: str


class SetupState(Schema):
    """`needed`: nobody can sign in yet; `valid`: the link's token opens the set-up."""

    needed: bool
    valid: bool


def grants_of(role: Role) -> dict[str, Scope]:
    return {grant.permission: Scope(grant.scope) for grant in role.grants.all()}


def company_shape(company: Company) -> CompanyShape:
    return CompanyShape(
        name=company.name, locale=company.locale, timezone=company.timezone, currency=company.currency
    )


def _manages(context: dict[str, Any]) -> bool:
    staff: Staff = context["request"].auth
    return staff.may("people.manage")
