"""What other domains ask of channels."""

from __future__ import annotations

from zhiyin.channels.models import Channel


def own_addresses() -> set[str]:
    """The addresses of all our mailboxes, as they are compared: lower case, without a plus tag."""
    found: set[str] = set()
    for settings in Channel.objects.filter(kind="email").values_list("settings", flat=True):
        aliases = settings.get("aliases") or []
        found |= {plain_address(str(address)) for address in [settings.get("address", ""), *aliases]}
    return found - {""}


def plain_address(address: str) -> str:
    """Lower case, without a plus tag: 'Help+a1@Shop.example' is 'help@shop.example'."""
    local, at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def channels_with_setting(name: str, value: str) -> list[str]:
    """The names of channels that have been told this value."""
    using = Channel.objects.filter(settings__contains={name: value}).order_by("name")
    return list(using.values_list("name", flat=True))
