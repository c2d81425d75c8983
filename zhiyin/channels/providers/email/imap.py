"""A line to the mailbox's IMAP server. It only reads: no flag is set, nothing is moved or deleted."""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.email.oauth import access_token
from zhiyin.channels.providers.email.settings import MailboxSettings

TIMEOUT = 60.0
_SLICE = 1.0
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_ARRIVED = re.compile(rb'\bINTERNALDATE "([^"]+)"')
_MONTHS = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]  # IMAP speaks English whatever the locale
imaplib.Commands.setdefault("ID", ("NONAUTH", "AUTH", "SELECTED"))  # RFC 2971


class NoSuchFolder(Exception):
    """The server has no such folder; the text names those it has."""


class ServerRefused(Exception):
    """The server answered NO or BAD."""


@dataclass(frozen=True, slots=True)
class Selected:
    uid_validity: int
    exists: int


@dataclass(frozen=True, slots=True)
class Header:
    """What the server says of a mail before it is fetched."""

    size: int
    arrived_at: datetime | None


@contextmanager
def imap_line(channel: Channel, *, now: float, timeout: float | None = None) -> Iterator[ImapLine]:
    """Connected, encrypted and signed in. Raises OSError, imaplib's, imap_tools' and oauth's errors."""
    mailbox = MailboxSettings.of(channel)
    box = _connect(mailbox, TIMEOUT if timeout is None else timeout)
    try:
        _sign_in(box, channel, mailbox, now)
        yield ImapLine(box)
    finally:
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            box.logout()
        with suppress(OSError):
            box.client.shutdown()


class ImapLine:
    def __init__(self, box: BaseMailBox) -> None:
        self._box = box
        self._client = box.client

    @property
    def idles(self) -> bool:
        return "IDLE" in self._client.capabilities

    def folders(self) -> list[str]:
        return [found.name for found in self._box.folder.list()]

    def select(self, folder: str) -> Selected:
        """Open a folder for reading. Raises NoSuchFolder."""
        try:
            _, (exists,) = self._box.folder.set(folder, readonly=True)
        except ImapToolsError as refusal:
            raise NoSuchFolder(", ".join(self.folders())) from refusal
        told = self._client.response("UIDVALIDITY")[1]
        return Selected(uid_validity=int(told[0]) if told and told[0] else 0, exists=int(exists))

    def uids_from(self, first: int) -> list[int]:
        return [
            uid for uid in self._search(f"UID {first}:*") if uid >= first
        ]  # `*` gives the last one at least

    def uids_since(self, day: date) -> list[int]:
        return self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def count(self, first: int, last: int) -> int:
        """How many mails the folder has under these numbers."""
        return len([uid for uid in self._search(f"UID {first}:{last}") if first <= uid <= last])

    def headers(self, uids: Sequence[int]) -> dict[int, Header]:
        found = {}
        for meta, _ in self._fetch(uids, "(UID INTERNALDATE RFC822.SIZE)"):
            uid, size = _UID.search(meta), _SIZE.search(meta)
            if uid and size:
                found[int(uid[1])] = Header(int(size[1]), _moment(meta))
        return found

    def mails(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The bytes of each mail that the server gives."""
        found = {}
        for meta, content in self._fetch(uids, "(UID BODY.PEEK[])"):
            uid = _UID.search(meta)
            if uid and content is not None:
                found[int(uid[1])] = content
        return found

    def wait(self, seconds: float, ended: Callable[[], bool]) -> None:
        """Until the server tells of something new, for this long where it doesn't, or until `ended`."""
        until = time.monotonic() + seconds
        if self.idles:
            self._box.idle.start()  # type: ignore[no-untyped-call]
            while (left := until - time.monotonic()) > 0 and not ended():
                began = time.monotonic()
                if self._box.idle.poll(timeout=min(left, _SLICE)) or time.monotonic() - began < _SLICE / 2:
                    break  # told of something, or the line is dead, which `stop` finds out
            self._box.idle.stop()  # type: ignore[no-untyped-call]
            return
        while (left := until - time.monotonic()) > 0 and not ended():
            time.sleep(min(left, _SLICE))
        self._client.noop()

    def _search(self, criteria: str) -> list[int]:
        told = self._said(self._client.uid("SEARCH", criteria))
        return sorted({int(number) for line in told if isinstance(line, bytes) for number in line.split()})

    def _fetch(self, uids: Sequence[int], items: str) -> Iterator[tuple[bytes, bytes | None]]:
        """(what is said of a mail, its bytes where they were asked for); `UID` may stand before or after them."""
        if not uids:
            return
        told = self._said(self._client.uid("FETCH", ",".join(map(str, uids)), items))
        for number, line in enumerate(told):
            after = told[number + 1] if number + 1 < len(told) else b""
            if isinstance(line, tuple):
                yield line[0] + (after if isinstance(after, bytes) else b""), line[1]
            elif isinstance(line, bytes) and not (number and isinstance(told[number - 1], tuple)):
                yield line, None

    def _said(
        self, answer: tuple[str, list[bytes | tuple[bytes, bytes] | None]]
    ) -> list[bytes | tuple[bytes, bytes]]:
        status, told = answer
        if status != "OK":
            raise ServerRefused(
                b" ".join(line for line in told if isinstance(line, bytes)).decode("utf-8", "replace")
            )
        return [line for line in told if line is not None]


def _connect(mailbox: MailboxSettings, timeout: float) -> BaseMailBox:
    server = mailbox.imap
    if server.security == "none":
        return MailBoxUnencrypted(server.host, server.port, timeout=timeout)
    context = ssl.create_default_context()
    if server.security == "starttls":
        return MailBoxStartTls(server.host, server.port, timeout=timeout, ssl_context=context)
    return MailBox(server.host, server.port, timeout=timeout, ssl_context=context)


def _sign_in(box: BaseMailBox, channel: Channel, mailbox: MailboxSettings, now: float) -> None:
    server = mailbox.imap
    if mailbox.sign_in != "password":
        box.xoauth2(server.user, access_token(channel, now=now), initial_folder=None)
    elif (server.user + server.password).isascii():
        box.login(server.user, server.password, initial_folder=None)
    else:
        box.login_utf8(server.user, server.password, initial_folder=None)
    _, told = box.client.capability()  # it may offer more now than before
    box.client.capabilities = tuple((told[-1] or b"").decode("ascii", "replace").upper().split())
    if "ID" in box.client.capabilities:  # 163.com and its sisters open no folder for a client without a name
        box.client._simple_command("ID", '("name" "zhiyin" "vendor" "zhiyin" "version" "1")')


def _moment(meta: bytes) -> datetime | None:
    found = _ARRIVED.search(meta)
    try:
        return parsedate_to_datetime(found[1].decode("ascii").strip().replace("-", " ", 2)) if found else None
    except ValueError:
        return None


def day_of(moment: datetime) -> date:
    """The day from which to search so that no time zone of the server's leaves out what came after `moment`."""
    return (moment.astimezone(UTC) - timedelta(days=1)).date()
