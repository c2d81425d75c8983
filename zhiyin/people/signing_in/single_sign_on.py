"""OpenID Connect: who the issuer vouches for gets in if they are staff or invited, and nobody else."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.utils import timezone

from zhiyin.people.commands.invitations import join_by_single_sign_on


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Somebody with an open invitation to a verified address joins by signing in."""
        if sociallogin.is_existing:
            return
        verified = [address.email for address in sociallogin.email_addresses if address.verified]
        name = _name_of(sociallogin.account.extra_data)
        staff = join_by_single_sign_on(emails=verified, name=name, now=timezone.now())
        if staff is not None:
            sociallogin.connect(request, staff)


def _name_of(told: dict[str, Any]) -> str:
    claims = told.get("userinfo") or told.get("id_token") or told
    return str(claims.get("name") or "")
