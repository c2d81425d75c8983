"""Which addresses may be called.

A name is resolved once, every address it has is judged, and the connection goes to one that was
judged: a name that answers differently the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.conf import settings

_NAT64 = IPv6Network("64:ff9b::/96")


class AddressRefused(Exception):
    """The address must not be called; the text says why and what to do."""


def check_url(url: str) -> None:
    """Raise AddressRefused for a URL whose form alone rules it out."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressRefused(f"The address is not a URL / 地址格式有误: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise AddressRefused("The address must begin with https:// (or http://) / 地址必须以 https:// 开头")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("Leave name and password out of the address / 地址中不能包含用户名和密码")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise AddressRefused("The address has spaces or invisible characters / 地址中有空格或不可见字符")


def callable_addresses(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host that may be called. Raises AddressRefused or OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    if not settings.ALLOW_PRIVATE_WEBHOOKS:
        for address in addresses:
            if not is_public(address):
                raise AddressRefused(
                    f"{host} is inside a private network; set ZHIYIN_ALLOW_PRIVATE_WEBHOOKS=1 to allow that / "
                    f"{host} 属于内部网络，如需允许请设置 ZHIYIN_ALLOW_PRIVATE_WEBHOOKS=1"
                )
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also when it wraps another address."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        return _is_public(ip) and all(_is_public(inside) for inside in _wrapped(ip))
    return _is_public(ip)


def _wrapped(ip: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for (mapped, 6to4, Teredo, NAT64)."""
    inside = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in _NAT64:
        inside.append(IPv4Address(int(ip) & 0xFFFFFFFF))
    return [address for address in inside if address is not None]


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv6Address) and (ip.ipv4_mapped is not None or ip in _NAT64):
        return True  # judged by the address inside
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def check_reachable(url: str) -> None:
    """Raise AddressRefused for a URL that would be refused now; a name that has no address yet passes."""
    check_url(url)
    parts = urlsplit(url)
    try:
        callable_addresses(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    except OSError:
        return
