from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from zhiyin.people.invitation_links import read_token
from zhiyin.people.models import Invitation
from zhiyin.platform.http.errors import DomainError


class InvitationGone(DomainError):
    code = "people.invitation_gone"
    status = 410
    messages = {
        "zh": "邀请链接已使用、已撤回或已过期。请联系邀请您的人重新发送。",
        "en": "This invitation was used, taken back or has expired. Ask whoever invited you to send it again.",
    }


def list_invitations() -> QuerySet[Invitation]:
    """Open invitations, newest first; expired ones stay until revoked, so that they can be sent again."""
    return (
        Invitation.objects.open()
        .select_related("invited_by")
        .prefetch_related("roles", "groups")
        .order_by("-created_at", "-pk")
    )


def invitation_for_token(*, token: str, now: datetime) -> Invitation:
    """The open invitation of a link. Raises InvitationGone for any other."""
    told = read_token(token)
    if told is None:
        raise InvitationGone
    invitation = Invitation.objects.open().filter(pk=told[0], nonce=told[1], expires_at__gt=now).first()
    if invitation is None:
        raise InvitationGone
    return invitation
