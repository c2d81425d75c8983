"""Handing a system mail to the server: one door for every domain that writes to staff."""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from zhiyin.platform.ledger.ledger import GiveUp, RetryLater


def mail_domain() -> str:
    """The domain of our sender's address, which ids of our mails end with."""
    return settings.SYSTEM_MAIL_FROM.rpartition("@")[2].strip(">") or "localhost"


def hand_over(mail: EmailMessage, *, effect_id: int) -> None:
    """Send the mail; its Message-ID is the effect's, so that a second try can be recognised. Raises GiveUp, RetryLater."""
    mail.extra_headers = {
        "Message-ID": f"<zhiyin-{effect_id}@{mail_domain()}>",
        "Auto-Submitted": "auto-generated",
        **mail.extra_headers,
    }
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        reason = f"the address is refused: {', '.join(map(str, codes))}"
        raise (GiveUp(reason) if min(codes) >= 500 else RetryLater(reason)) from refused
    except (OSError, smtplib.SMTPException) as problem:
        raise RetryLater(f"{type(problem).__name__}: {problem}") from problem
