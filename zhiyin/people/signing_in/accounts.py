"""django-allauth's account hooks: closed to sign-up, links to our own pages, nothing goes unrecorded."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.utils import url_str_to_user_pk
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from zhiyin.people.commands.security import note_security_change, note_sign_in, request_password_reset
from zhiyin.people.models import Staff

RESET_MAIL = "account/email/password_reset_key"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who signed in a moment ago need not do so again to set up a second factor."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        newest = max(
            (shown["at"] for shown in get_authentication_records(self.request, self.request.user)), default=0
        )
        return bool(time.time() - newest > app_settings.REAUTHENTICATION_TIMEOUT)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Owe the mail in our own words. Mails of flows we do not offer must not slip out."""
        if template_prefix != RESET_MAIL:
            raise NotImplementedError(template_prefix)
        request_password_reset(staff_id=url_str_to_user_pk(context["uid"]), now=timezone.now())

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Staff,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        note_security_change(
            staff_id=user.pk,
            what=template_prefix.rsplit("/", 1)[-1],
            address=self.get_client_ip(self.request),
            now=timezone.now(),
        )

    def post_login(self, request: HttpRequest, user: Staff, **kwargs: Any) -> HttpResponse:
        methods = {shown["method"] for shown in get_authentication_records(request, user)}
        note_sign_in(staff_id=user.pk, methods=sorted(methods), now=timezone.now())
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # upstream puts the Host header in, with its port, so that every made-up port would be a fresh start
        return str(credentials.get("email", "")).lower()
