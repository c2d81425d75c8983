"""A line to the mailbox's SMTP server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.email.oauth import access_token
from zhiyin.channels.providers.email.settings import MailboxSettings

# all steps together stay well within the five minutes for which the ledger leaves an effect to us
CONNECT_SECONDS = 20.0
SEND_SECONDS = 150.0


class NoServer(Exception):
    """The channel names no SMTP server."""


@contextmanager
def smtp_line(channel: Channel, *, now: float, timeout: float = CONNECT_SECONDS) -> Iterator[smtplib.SMTP]:
    """Connected, encrypted and signed in. Raises NoServer, OSError, smtplib's and oauth's errors."""
    mailbox = MailboxSettings.of(channel)
    server = mailbox.smtp
    if not server.host:
        raise NoServer
    line = _connect(mailbox, timeout)
    try:
        line.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            line.starttls(context=ssl.create_default_context())
            line.ehlo()
        _sign_in(line, channel, mailbox, now)
        yield line
    finally:
        with suppress(OSError, smtplib.SMTPException):
            line.quit()
        line.close()


def _connect(mailbox: MailboxSettings, timeout: float) -> smtplib.SMTP:
    server = mailbox.smtp
    name = mailbox.domain  # what we call ourselves; this machine's own name may tell more than it should
    if server.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=name, timeout=timeout, context=context
        )
    return smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=timeout)


def _sign_in(line: smtplib.SMTP, channel: Channel, mailbox: MailboxSettings, now: float) -> None:
    server = mailbox.smtp
    if mailbox.sign_in != "password":
        token = access_token(channel, now=now)
        said = f"user={server.user}\x01auth=Bearer {token}\x01\x01"
        # on refusal the server tells why in a challenge, which wants an empty answer
        line.auth(
            "XOAUTH2", lambda challenge=None: said if challenge is None else "", initial_response_ok=True
        )
    elif server.password and line.has_extn("auth"):
        line.login(server.user, server.password)
    elif server.password and server.security != "none":
        raise smtplib.SMTPNotSupportedError("the server offers no sign-in")
