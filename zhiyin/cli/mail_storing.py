"""Storing one piped mail durably; needs Django. Both ends of the pipe, near and far, come here."""

from __future__ import annotations

import logging
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from zhiyin.channels.commands.receiving import NoMailbox, mail_external_id, mailbox_for, receive_raw_message
from zhiyin.channels.models import Channel

log = logging.getLogger(__name__)
_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")


def store_mail(raw: bytes, *, to: str | None, language: str) -> tuple[str, str]:
    """('stored' or 'known', the number) once committed; ('later', why) when it can't be stored now."""
    close_old_connections()
    try:
        number, is_new = receive_raw_message(
            channel=mailbox_of(raw, to=to), content=raw, external_id=mail_external_id(raw), now=timezone.now()
        )
    except (
        NoMailbox
    ) as refusal:  # not a bounce: the administrator may set the mailbox up before the MTA gives up
        return "later", refusal.told(language)
    except (DatabaseError, OSError) as problem:
        log.exception("a mail could not be stored")
        return "later", f"{type(problem).__name__}: {problem}".replace("\n", " ")
    return ("stored" if is_new else "known"), str(number)


def mailbox_of(raw: bytes, *, to: str | None) -> Channel:
    """The mailbox named, else the only one there is, else the first that the mail's headers name."""
    try:
        return mailbox_for(to)
    except NoMailbox:
        if to is not None:
            raise
        head = BytesHeaderParser().parsebytes(raw)
        named = getaddresses([str(value) for name in _RECIPIENTS for value in head.get_all(name, [])])
        for _, address in named:
            try:
                return mailbox_for(address)
            except NoMailbox:
                continue
        raise
