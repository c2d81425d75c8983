"""Reading all mailboxes: in every worker, each mailbox by one of them, for as long as the worker runs."""

from __future__ import annotations

import imaplib
import logging
import random
import threading
import time
from contextlib import suppress

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from imap_tools import ImapToolsError

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.email.fetching import HoldLost, note_trouble, take_new
from zhiyin.channels.providers.email.holding import keep_holds, let_go, new_holder, take_hold
from zhiyin.channels.providers.email.imap import NoSuchFolder, ServerRefused, imap_line
from zhiyin.channels.providers.email.oauth import SignInRefused, SignInUnreachable
from zhiyin.channels.providers.email.settings import MailboxSettings

log = logging.getLogger(__name__)
LOOK_AFTER_CHANNELS = 2.0
WAIT = 20.0  # between looks where the server doesn't tell; some tell late or never, so we look all the same
LINE_LASTS = 25 * 60.0  # servers hang up after half an hour; we do so before them
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 300.0
_EXPECTED = (
    OSError,
    imaplib.IMAP4.error,
    ImapToolsError,
    NoSuchFolder,
    ServerRefused,
    SignInRefused,
    SignInUnreachable,
)


def keep_reading(stop: threading.Event) -> None:
    """Keep a reader on every mailbox that nobody else reads; begin anew with one whose settings changed."""
    readers: dict[int, Reader] = {}
    try:
        while not stop.is_set():
            _look_after(readers)
            stop.wait(LOOK_AFTER_CHANNELS)
    finally:
        for reader in readers.values():
            reader.stop()
        for reader in readers.values():
            reader.join(timeout=8)


def _look_after(readers: dict[int, Reader]) -> None:
    wanted = {
        channel.pk: channel
        for channel in Channel.objects.filter(kind="email", active=True)
        if MailboxSettings.of(channel).fetches
    }
    holders = {channel_id: reader.holder for channel_id, reader in readers.items()}
    ours = keep_holds(holders=holders, now=timezone.now())
    for channel_id, reader in list(readers.items()):
        current = wanted.get(channel_id)
        if (
            channel_id not in ours
            or current is None
            or (current.settings, current.secrets) != reader.made_with
        ):
            reader.stop()
        if not reader.is_alive():
            del readers[channel_id]
    for channel_id in wanted.keys() - readers.keys():
        holder = new_holder()
        if take_hold(channel_id=channel_id, holder=holder, now=timezone.now()):
            readers[channel_id] = Reader(wanted[channel_id], holder)
            readers[channel_id].start()


class Reader(threading.Thread):
    """Reads one mailbox while it holds it: look, sleep until the server tells of more, look again."""

    def __init__(self, channel: Channel, holder: str) -> None:
        super().__init__(name=f"mailbox-{channel.pk}", daemon=True)
        self.made_with = (channel.settings, channel.secrets)
        self.holder = holder
        self._channel = channel
        self._stop_asked = threading.Event()

    def stop(self) -> None:
        self._stop_asked.set()

    def run(self) -> None:
        try:
            while not self._stop_asked.is_set():
                self._read_until_trouble()
        except HoldLost:
            log.info("another worker reads this mailbox now", extra={"channel": self._channel.pk})
        except Exception:  # the edge of a thread: the mailbox is let go of, and a new reader takes it up
            log.exception("mailbox reader failed", extra={"channel": self._channel.pk})
        finally:
            with suppress(DatabaseError):
                let_go(channel_id=self._channel.pk, holder=self.holder)
            connection.close()

    def _read_until_trouble(self) -> None:
        try:
            self._read()
        except _EXPECTED as problem:
            told = " ".join(f"{type(problem).__name__}: {problem}".split())
            failures = note_trouble(channel_id=self._channel.pk, problem=told, now=timezone.now())
            log.warning("mailbox could not be read", extra={"channel": self._channel.pk, "why": told})
            self._pause(min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE))

    def _read(self) -> None:
        """One connection's life."""
        began = time.monotonic()
        with imap_line(self._channel, now=time.time()) as line:
            while not self._stop_asked.is_set() and time.monotonic() - began < LINE_LASTS:
                take_new(channel=self._channel, line=line, holder=self.holder, now=timezone.now())
                line.wait(WAIT, self._stop_asked.is_set)

    def _pause(self, seconds: float) -> None:
        """A little longer or shorter, so that not all mailboxes come back together."""
        self._stop_asked.wait(seconds * (0.75 + random.random() / 2))  # noqa: S311  (jitter, not a secret)
        close_old_connections()
