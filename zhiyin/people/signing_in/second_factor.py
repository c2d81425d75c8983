"""Second factors: their secrets are encrypted, and showing a new one counts for the session that made it."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from zhiyin.people.models import Staff
from zhiyin.people.signing_in.secrets import seal, unseal

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes only stand in for one


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last factor of somebody whose role asks for one: a password alone could enrol another."""
        return not is_needed(authenticator.user, without=[authenticator.pk])


def is_needed(staff: Staff, *, without: list[int]) -> bool:
    """Whether removing these would leave the person without the factor a role asks for."""
    left = Authenticator.objects.filter(user=staff, type__in=FACTORS).exclude(pk__in=without)
    return staff.powers.second_factor_required and not left.exists()


def count_for_this_session(
    *, request: HttpRequest, user: Staff, authenticator: Authenticator, **_: Any
) -> None:
    """Runs on allauth's authenticator_added: the person has just shown that they hold it."""
    if authenticator.type in FACTORS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
