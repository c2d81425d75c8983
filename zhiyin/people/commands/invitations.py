"""Keeping a place for somebody: invited by mail, they set name and password themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from zhiyin.people.commands.passwords import refuse_weak
from zhiyin.people.commands.staff import AddressTaken, existing, roles_to_grant
from zhiyin.people.events import InvitationResent, InvitationRevoked, StaffInvited, StaffJoined
from zhiyin.people.invitation_links import new_nonce
from zhiyin.people.mails import owe_mail
from zhiyin.people.models import Group, Invitation, Membership, Staff
from zhiyin.people.queries.invitations import invitation_for_token
from zhiyin.people.telling import tell
from zhiyin.platform.http.errors import DomainError

VALID_FOR = timedelta(days=7)


class AlreadyInvited(DomainError):
    code = "people.already_invited"
    status = 409
    messages = {
        "zh": "{email} 已有一份未接受的邀请。请重新发送那一份，或先撤回它。",
        "en": "{email} has an open invitation already. Send that one again, or take it back first.",
    }


@transaction.atomic
def invite_staff(
    *,
    email: str,
    name: str,
    role_ids: Iterable[int],
    group_ids: Iterable[int],
    locale: str,
    by: Staff,
    now: datetime,
) -> Invitation:
    """Keep a place and owe the mail. Raises AddressTaken, AlreadyInvited, RoleAboveYou, UnknownChoice."""
    email = email.strip().lower()
    if Staff.objects.filter(email__iexact=email).exists():
        raise AddressTaken(email=email)
    roles = roles_to_grant(role_ids, by=by)
    groups = existing(Group.objects.all(), group_ids)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=email,
                name=name.strip(),
                locale=locale,
                invited_by=by,
                nonce=new_nonce(),
                created_at=now,
                expires_at=now + VALID_FOR,
            )
    except IntegrityError as error:
        raise AlreadyInvited(email=email) from error
    invitation.roles.set(roles)
    invitation.groups.set(groups)
    _owe(invitation)
    tell(
        StaffInvited(invitation_id=invitation.pk, by_id=by.pk, at=now),
        details={"roles": [role.pk for role in roles], "groups": [group.pk for group in groups]},
    )
    return invitation


@transaction.atomic
def resend_invitation(*, invitation_id: int, by: Staff, now: datetime) -> Invitation:
    """Send a new link with a new term; the old one stops working."""
    invitation = _lock(invitation_id)
    invitation.nonce, invitation.expires_at = new_nonce(), now + VALID_FOR
    invitation.save(update_fields=["nonce", "expires_at"])
    _owe(invitation)
    tell(InvitationResent(invitation_id=invitation.pk, by_id=by.pk, at=now))
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation_id: int, by: Staff, now: datetime) -> None:
    """Take an open invitation back."""
    invitation = _lock(invitation_id)
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    tell(InvitationRevoked(invitation_id=invitation.pk, by_id=by.pk, at=now))


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str, locale: str, now: datetime) -> Staff:
    """Make the account the link stands for. Raises InvitationGone, WeakPassword, AddressTaken."""
    invitation = _lock(invitation_for_token(token=token, now=now).pk)
    refuse_weak(password, email=invitation.email, name=name)
    return _join(invitation, name=name, password=password, locale=locale, now=now)


@transaction.atomic
def join_by_single_sign_on(*, emails: list[str], name: str, now: datetime) -> Staff | None:
    """Make the account of the open invitation to one of these verified addresses; None when there is none."""
    usable = Invitation.objects.open().filter(
        expires_at__gt=now, email__in=[email.lower() for email in emails]
    )
    invitation = _for_update(usable).first()
    if invitation is None:
        return None
    called = name or invitation.name or invitation.email.split("@")[0]
    return _join(invitation, name=called, password=None, locale=invitation.locale, now=now)


def _join(invitation: Invitation, *, name: str, password: str | None, locale: str, now: datetime) -> Staff:
    if Staff.objects.filter(email__iexact=invitation.email).exists():
        raise AddressTaken(email=invitation.email)
    staff = Staff.objects.create_user(
        invitation.email, password, name=name.strip(), locale=locale, created_at=now
    )
    staff.roles.set(invitation.roles.all())
    Membership.objects.bulk_create(Membership(staff=staff, group=group) for group in invitation.groups.all())
    invitation.accepted_at, invitation.accepted_by = now, staff
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    tell(StaffJoined(staff_id=staff.pk, invitation_id=invitation.pk, by_id=invitation.invited_by_id, at=now))
    return staff


def _owe(invitation: Invitation) -> None:
    owe_mail(f"invitation:{invitation.pk}:{invitation.nonce}", mail="invitation", invitation_id=invitation.pk)


def _lock(invitation_id: int) -> Invitation:
    return _for_update(Invitation.objects.open()).get(pk=invitation_id)


def _for_update(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    return invitations.select_for_update(of=("self",)).order_by("pk")
