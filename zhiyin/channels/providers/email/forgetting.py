"""What mail forgets of people: the keys by which it knew them."""

from __future__ import annotations

from collections.abc import Collection

from zhiyin.channels.providers.email.models import CorrespondentKey


def forget_keys(addresses: Collection[str]) -> None:
    """Forget the certificates and keys of these addresses."""
    CorrespondentKey.objects.filter(address__in=[address.lower() for address in addresses]).delete()
