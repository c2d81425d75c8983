"""Sign-ins and what people change about how they sign in; and help for who lost their second factor."""

from __future__ import annotations

import secrets
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from zhiyin.people.commands.locking import lock_colleague
from zhiyin.people.events import OwnSecurityChanged, SecondFactorRemoved, SessionsEnded, StaffSignedIn
from zhiyin.people.mails import owe_mail
from zhiyin.people.models import Staff
from zhiyin.people.sessions import end_sessions
from zhiyin.people.telling import tell


@transaction.atomic
def note_sign_in(*, staff_id: int, methods: list[str], now: datetime) -> None:
    """Record that a session began."""
    tell(StaffSignedIn(staff_id=staff_id, methods=methods, at=now))


@transaction.atomic
def note_security_change(*, staff_id: int, what: str, address: str, now: datetime) -> None:
    """Record a change of password or second factor and owe its owner a notice, in case it was not them."""
    owe_mail(
        f"security:{staff_id}:{secrets.token_hex(8)}",
        mail="security_notice",
        staff_id=staff_id,
        what=what,
        address=address,
        at=now.isoformat(),
    )
    tell(OwnSecurityChanged(staff_id=staff_id, what=what, at=now), details={"address": address})


@transaction.atomic
def request_password_reset(*, staff_id: int, now: datetime) -> None:
    """Owe the mail with the reset link; the link itself is made only when the mail leaves."""
    owe_mail(f"password_reset:{staff_id}:{secrets.token_hex(8)}", mail="password_reset", staff_id=staff_id)
    tell(OwnSecurityChanged(staff_id=staff_id, what="password_reset_requested", at=now))


@transaction.atomic
def remove_second_factor(*, staff_id: int, by: Staff, now: datetime) -> None:
    """Remove a colleague's second factors and end their sessions; they sign in by password and enrol anew."""
    staff = lock_colleague(staff_id=staff_id, by=by)
    Authenticator.objects.filter(user=staff).delete()
    end_sessions(staff_id=staff.pk)
    tell(SecondFactorRemoved(staff_id=staff.pk, by_id=by.pk, at=now))


@transaction.atomic
def sign_out_everywhere(*, staff_id: int, by: Staff, now: datetime) -> int:
    """End all sessions of a colleague; returns how many."""
    staff = lock_colleague(staff_id=staff_id, by=by)
    ended = end_sessions(staff_id=staff.pk)
    tell(SessionsEnded(staff_id=staff.pk, by_id=by.pk, at=now))
    return ended
