"""One POST to an address somebody typed in."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import certifi
import httpcore

from zhiyin.platform.outbound.addresses import AddressRefused, callable_addresses, check_url

WITHIN_SECONDS = 10.0  # for everything together: name, connection, answer
READ_AT_MOST = 64 * 1024
SHOWN_AT_MOST = 500


@dataclass(frozen=True)
class Answer:
    """What the other side said, up to READ_AT_MOST; `excerpt` is the beginning of it, to be shown."""

    status: int
    headers: dict[str, str]
    text: str
    milliseconds: int

    @property
    def excerpt(self) -> str:
        return self.text[:SHOWN_AT_MOST]


class NoAnswer(Exception):
    """The call failed before an answer; the text says how."""


def post(url: str, *, content: bytes, headers: Mapping[str, str], within: float = WITHIN_SECONDS) -> Answer:
    """POST once: no redirects, no proxies, at most `within` seconds. Raises AddressRefused or NoAnswer."""
    check_url(url)
    started = time.monotonic()
    backend = _PinningBackend(deadline=started + within)
    told = {
        "Host": urlsplit(url).netloc,
        "Content-Length": str(len(content)),
        "Connection": "close",
        **headers,
    }
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_trust(), network_backend=backend) as pool,
            pool.stream("POST", url, headers=list(told.items()), content=content) as response,
        ):
            body = _beginning(response.iter_stream())
            answered = {name.decode().lower(): value.decode("latin-1") for name, value in response.headers}
            text = body[:READ_AT_MOST].decode("utf-8", "replace")
            return Answer(response.status, answered, text, round((time.monotonic() - started) * 1000))
    except httpcore.TimeoutException as error:
        raise NoAnswer(f"no answer within {within:g} s / {within:g} 秒内没有应答") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise NoAnswer(_told(error)) from error


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Whom this machine trusts, which may include a company's own authority, and the usual ones."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _beginning(parts: Iterable[bytes]) -> bytes:
    body = b""
    for part in parts:
        body += part
        if len(body) >= READ_AT_MOST:
            break
    return body


def _told(error: BaseException) -> str:
    cause = error.__cause__ or error.__context__ or error
    return f"{type(cause).__name__}: {cause}"[:300]


class _PinningBackend(httpcore.NetworkBackend):
    """Connects to judged addresses only, and ends everything at the deadline."""

    def __init__(self, *, deadline: float) -> None:
        self._inner = httpcore.SyncBackend()
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = NoAnswer(f"{host} has no address / 找不到主机 {host}")
        for address in callable_addresses(host, port):
            try:
                stream = self._inner.connect_tcp(address, port, timeout=left(self._deadline))
                return _DeadlineStream(stream, self._deadline)
            except httpcore.ConnectError as error:
                failure = error
        raise failure

    def connect_unix_socket(self, path: str, *_: object, **__: object) -> httpcore.NetworkStream:
        raise AddressRefused(path)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _DeadlineStream(httpcore.NetworkStream):
    """A connection on which no single step may last beyond the common deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, timeout=left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout=left(self._deadline))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, timeout=left(self._deadline))
        return _DeadlineStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def left(deadline: float) -> float:
    """Return the seconds left; raises httpcore.ReadTimeout when there are none."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout("deadline")
    return seconds
