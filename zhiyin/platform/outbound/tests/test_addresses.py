import socket
from typing import Any

import pytest
from pytest_django import Settings

from zhiyin.platform.outbound.addresses import AddressRefused, callable_addresses, check_url, is_public
from zhiyin.platform.outbound.posting import post


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # the metadata service of clouds
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff0e::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1:0:0:80ff:fffe",
    ],
)
def test_addresses_of_inner_networks_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://",
        "example.com/hook",
        "https://user:password@example.com/",
        "https://exa mple.com/",
        "https://example.com:port/",
        "https://[::1/",
        "https://example.com/\r\nX-Evil: 1",
        "gopher://127.0.0.1",
    ],
)
def test_what_is_no_proper_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "0.0.0.0"])
def test_this_machine_is_refused_unless_allowed(host: str, settings: Settings) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    with pytest.raises(AddressRefused, match="ZHIYIN_ALLOW_PRIVATE_WEBHOOKS"):
        callable_addresses(host, 80)
    settings.ALLOW_PRIVATE_WEBHOOKS = True
    assert callable_addresses(host, 80)


def test_a_name_with_one_inner_address_among_others_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False

    def answer(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with pytest.raises(AddressRefused):
        callable_addresses("rebinding.example", 80)


def test_a_name_that_answers_differently_the_second_time_gains_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is asked once; the connection goes to the address that was judged."""
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    asked: list[str] = []
    connected: list[str] = []

    def answer(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        ip = "8.8.8.8" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80))]

    def connect(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Exception, match="ConnectionRefusedError"):
        post("http://rebinding.example/", content=b"", headers={})
    assert asked == ["rebinding.example"]
    assert connected == ["8.8.8.8"]
