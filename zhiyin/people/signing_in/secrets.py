"""The secrets of authenticators, which django-allauth keeps as text inside its own rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.db import transaction

from zhiyin.platform.crypto.key_ring import key_ring

CONTEXT = "people.second_factor"
_SECRETS = ("secret", "seed")  # of an authenticator app, of recovery codes


def seal(text: str) -> str:
    return key_ring().encrypt(text.encode(), context=CONTEXT)


def unseal(sealed: str) -> str:
    return key_ring().decrypt(sealed, context=CONTEXT).decode()


class AuthenticatorSecrets:
    """Their part in key rotation; see platform.crypto.rotation.OtherStore."""

    @transaction.atomic
    def rotate(self) -> int:
        rotated = 0
        for authenticator, name in _stored(lock=True):
            if not authenticator.data[name].startswith(key_ring().current_prefix):
                authenticator.data[name] = seal(unseal(authenticator.data[name]))
                authenticator.save(update_fields=["data"])
                rotated += 1
        return rotated

    def keys_in_use(self) -> Counter[str]:
        return Counter(authenticator.data[name].split(":")[1] for authenticator, name in _stored(lock=False))


def _stored(*, lock: bool) -> Iterator[tuple[Authenticator, str]]:
    rows = Authenticator.objects.filter(data__has_any_keys=list(_SECRETS)).order_by("pk")
    for authenticator in (rows.select_for_update() if lock else rows).iterator():
        yield from ((authenticator, name) for name in _SECRETS if name in authenticator.data)
