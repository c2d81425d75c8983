"""The account API under /_allauth/browser/v1/, and the address an OpenID Connect issuer sends people back to."""

from allauth.headless.constants import Client
from django.urls import include, path

from zhiyin.people.signing_in.views import ManagePasskeys, ManageTotp, NotOffered

_ACCOUNT = "_allauth/browser/v1/account"

urlpatterns = [
    path(f"{_ACCOUNT}/email", NotOffered.as_api_view(client=Client.BROWSER)),
    path(f"{_ACCOUNT}/phone", NotOffered.as_api_view(client=Client.BROWSER)),
    path(f"{_ACCOUNT}/authenticators/totp", ManageTotp.as_api_view(client=Client.BROWSER)),
    path(f"{_ACCOUNT}/authenticators/webauthn", ManagePasskeys.as_api_view(client=Client.BROWSER)),
    path("_allauth/", include("allauth.headless.urls")),
    path("accounts/", include("allauth.urls")),
]
