"""Beginning a session outside the sign-in page: right after set-up or an accepted invitation."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.http import HttpRequest

from zhiyin.people.models import Staff


def begin_session(request: HttpRequest, staff: Staff) -> None:
    """Sign in somebody who has just chosen their password, with everything a sign-in brings along."""
    perform_password_login(request, {"email": staff.email}, Login(user=staff, email=staff.email))
