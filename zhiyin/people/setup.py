"""The first start: a one-time link instead of a default password."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone as clock

from zhiyin.people.access import token_hash
from zhiyin.people.commands.company import refuse_unknown_time_zone
from zhiyin.people.commands.locking import ADMINISTRATOR
from zhiyin.people.commands.passwords import refuse_weak
from zhiyin.people.events import CompanySetUp, StaffJoined
from zhiyin.people.models import Company, Role, SetupLink, Staff
from zhiyin.people.queries.company import is_setup_link_valid, is_setup_needed
from zhiyin.people.telling import tell
from zhiyin.platform.http.errors import DomainError

VALID_FOR = timedelta(hours=24)
_LOCK = 0x5A48_0010  # one set-up at a time


class SetupLinkInvalid(DomainError):
    code = "people.setup_link_invalid"
    status = 410
    messages = {
        "zh": "初始设置链接无效、已过期，或设置已完成。如果还没有管理员账号，请重新启动 zhiyin up 获取新链接；否则请直接登录。",
        "en": "This set-up link is wrong, expired or no longer needed. If there is no administrator yet, start "
        "`zhiyin up` again for a new link; otherwise sign in.",
    }


@transaction.atomic
def setup_link(base_url: str, *, now: datetime | None = None) -> str | None:
    """A fresh one-time link while there is no staff, else None; earlier links end."""
    _lock()
    if not is_setup_needed():
        return None
    token = secrets.token_urlsafe(32)
    SetupLink.objects.all().delete()
    SetupLink.objects.create(hash=token_hash(token), expires_at=(now or clock.now()) + VALID_FOR)
    return f"{base_url}/setup?token={token}"


@transaction.atomic
def complete_setup(
    *,
    token: str,
    company: str,
    name: str,
    email: str,
    password: str,
    now: datetime,
    locale: str = "zh-CN",
    timezone: str = "Asia/Shanghai",
) -> Staff:
    """Make the first administrator and the company. Raises SetupLinkInvalid, WeakPassword, UnknownTimeZone."""
    _lock()
    if not is_setup_link_valid(token_hash=token_hash(token), now=now):
        raise SetupLinkInvalid
    refuse_weak(password, email=email, name=name)
    refuse_unknown_time_zone(timezone)
    SetupLink.objects.all().delete()
    Company.objects.update_or_create(
        pk=Company.ONLY,
        defaults={"name": company.strip(), "locale": locale, "timezone": timezone, "created_at": now},
    )
    staff = Staff.objects.create_user(email, password, name=name.strip(), locale=locale, created_at=now)
    staff.roles.add(Role.objects.get(code=ADMINISTRATOR))
    tell(StaffJoined(staff_id=staff.pk, invitation_id=None, by_id=None, at=now))
    tell(CompanySetUp(by_id=staff.pk, at=now))
    return staff


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
