"""Mail to staff: owed through the ledger, worded in the reader's language, with links made only as it leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account import app_settings as allauth_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings

from zhiyin.people.invitation_links import invitation_link
from zhiyin.people.mail_words import CHANGES, INVITATION, PASSWORD_RESET, SECURITY_NOTICE
from zhiyin.people.models import Company, Invitation, Staff
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.ledger.ledger import record_effect

KIND = "people.mail"


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    text: str


def owe_mail(key: str, **payload: Any) -> None:
    """Owe a mail in the caller's transaction; the payload holds ids, never a working link."""
    record_effect(kind=KIND, key=f"{KIND}:{key}", payload=payload)


def compose(payload: dict[str, Any]) -> Mail | None:
    """The mail for a payload; None when it no longer makes sense to send it."""
    composers: dict[str, Callable[[dict[str, Any], Company], Mail | None]] = {
        "invitation": _invitation,
        "password_reset": _password_reset,
        "security_notice": _security_notice,
    }
    return composers[payload["mail"]](payload, company_or_blank())


def _invitation(payload: dict[str, Any], company: Company) -> Mail | None:
    invitation = Invitation.objects.open().filter(pk=payload["invitation_id"]).first()
    if invitation is None:
        return None
    told = {
        "company": company.name,
        "inviter": invitation.invited_by.name,
        "link": invitation_link(invitation),
        "until": _moment(invitation.expires_at, company),
    }
    return _mail(invitation.email, INVITATION[invitation.locale], told)


def _password_reset(payload: dict[str, Any], company: Company) -> Mail | None:
    staff = Staff.objects.filter(pk=payload["staff_id"], is_active=True).first()
    if staff is None:
        return None
    key = f"{user_pk_to_url_str(staff)}-{allauth_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(staff)}"
    told = {
        "name": staff.name,
        "company": company.name,
        "link": f"{settings.BASE_URL}/password-reset/{key}",
        "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
    }
    return _mail(staff.email, PASSWORD_RESET[staff.locale], told)


def _security_notice(payload: dict[str, Any], company: Company) -> Mail | None:
    staff = Staff.objects.filter(pk=payload["staff_id"]).first()
    if staff is None or payload["what"] not in CHANGES:
        return None
    zh, en = CHANGES[payload["what"]]
    told = {
        "name": staff.name,
        "company": company.name,
        "what": zh if staff.locale == "zh-CN" else en,
        "at": _moment(datetime.fromisoformat(payload["at"]), company),
        "address": payload["address"],
        "link": f"{settings.BASE_URL}/password-reset",
    }
    return _mail(staff.email, SECURITY_NOTICE[staff.locale], told)


def _mail(to: str, words: str, told: dict[str, Any]) -> Mail:
    """The words' first paragraph is the subject, which stays on one line whatever a name holds."""
    subject, _, text = words.partition("\n\n")
    return Mail(to, " ".join(subject.format(**told).split()), text.format(**told))


def _moment(at: datetime, company: Company) -> str:
    return f"{at.astimezone(ZoneInfo(company.timezone)):%Y-%m-%d %H:%M} ({company.timezone})"
