"""Inviting colleagues, and accepting an invitation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema, Status

from zhiyin.people.access import Signed, needs, public
from zhiyin.people.api.router import Email, Ids, Locale, Name, OptionalName, Password, router
from zhiyin.people.commands.invitations import (
    accept_invitation,
    invite_staff,
    resend_invitation,
    revoke_invitation,
)
from zhiyin.people.models import Invitation
from zhiyin.people.queries.company import company_or_blank
from zhiyin.people.queries.invitations import invitation_for_token, list_invitations
from zhiyin.people.shapes import InvitationSeen, InvitationShape, Profile
from zhiyin.people.signing_in.entering import begin_session


class NewInvitation(Schema):
    email: Email
    name: OptionalName = ""
    locale: Locale | None = None  # of the mail; the company's unless told
    role_ids: Ids
    group_ids: Ids = []


class Acceptance(Schema):
    name: Name
    password: Password
    locale: Locale = "zh-CN"


@router.get("/people/invitations", response=list[InvitationShape], auth=needs("people.manage"))
def get_invitations(request: Signed) -> Any:
    """Open invitations, newest first."""
    return list_invitations()


@router.post("/people/invitations", response={201: InvitationShape}, auth=needs("people.manage"))
def post_invitation(request: Signed, body: NewInvitation) -> Any:
    """Keep a place for somebody and send them the link."""
    invitation = invite_staff(
        email=body.email,
        name=body.name,
        locale=body.locale or company_or_blank().locale,
        role_ids=body.role_ids,
        group_ids=body.group_ids,
        by=request.auth,
        now=timezone.now(),
    )
    return Status(201, _invitation(invitation.pk))


@router.post(
    "/people/invitations/{int:invitation_id}/mails",
    response={201: InvitationShape},
    auth=needs("people.manage"),
)
def post_invitation_mail(request: Signed, invitation_id: int) -> Any:
    """Send the invitation again with a new link and a new term; the old link ends."""
    resend_invitation(invitation_id=invitation_id, by=request.auth, now=timezone.now())
    return Status(201, _invitation(invitation_id))


@router.delete("/people/invitations/{int:invitation_id}", response={204: None}, auth=needs("people.manage"))
def delete_invitation(request: Signed, invitation_id: int) -> Any:
    """Take an invitation back."""
    revoke_invitation(invitation_id=invitation_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/people/invitations/{str:token}", response=InvitationSeen, auth=public)
def get_invitation_seen(request: HttpRequest, token: str) -> Any:
    """What the invited person sees; whoever has the link may."""
    invitation = invitation_for_token(token=token, now=timezone.now())
    return {"email": invitation.email, "name": invitation.name, "company": company_or_blank().name}


@router.post("/people/invitations/{str:token}/acceptance", response={201: Profile}, auth=public)
def post_acceptance(request: HttpRequest, token: str, body: Acceptance) -> Any:
    """Join: sets name and password and signs in."""
    staff = accept_invitation(
        token=token, name=body.name, password=body.password, locale=body.locale, now=timezone.now()
    )
    begin_session(request, staff)
    return Status(201, staff)


def _invitation(invitation_id: int) -> Invitation:
    return list_invitations().get(pk=invitation_id)
