"""django-allauth's account API where our rules differ."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.core.internal.httpkit import authenticated_user
from allauth.headless.base.response import ForbiddenResponse
from allauth.headless.base.views import APIView
from allauth.headless.internal.restkit.response import ErrorResponse
from allauth.headless.mfa.views import ManageTOTPView, ManageWebAuthnView
from allauth.mfa.adapter import get_adapter
from django.http import HttpRequest

from zhiyin.people.signing_in.second_factor import is_needed


class NotOffered(APIView):  # type: ignore[misc]
    """Addresses are changed by who manages people, so that nobody can add one to sign in with."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return ForbiddenResponse(request)


class ManageTotp(ManageTOTPView):  # type: ignore[misc]
    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        authenticator = self._get_authenticator()
        if authenticator is not None and not get_adapter().can_delete_authenticator(authenticator):
            return _refused(request)
        return super().delete(request, *args, **kwargs)


class ManagePasskeys(ManageWebAuthnView):  # type: ignore[misc]
    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        leaving = [authenticator.pk for authenticator in self.input.cleaned_data["authenticators"]]
        if is_needed(authenticated_user(request), without=leaving):
            return _refused(request)
        return super().delete(request, *args, **kwargs)


def _refused(request: HttpRequest) -> Any:
    refusal = get_adapter().validation_error("cannot_delete_authenticator")
    return ErrorResponse(request, status=HTTPStatus.CONFLICT, exception=refusal)
