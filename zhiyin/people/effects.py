"""Carrying out what people owe to the outside: mail to staff."""

from __future__ import annotations

import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from zhiyin.people.mails import KIND, compose
from zhiyin.platform.ledger.ledger import GiveUp, RetryLater, effect
from zhiyin.platform.ledger.models import Effect


@effect(KIND)
def send_mail(effect: Effect) -> dict[str, Any]:
    """Send one mail; its Message-ID is the effect's, so that a second try can be recognised."""
    mail = compose(effect.payload)
    if mail is None:
        return {"sent": False}
    domain = settings.SYSTEM_MAIL_FROM.rpartition("@")[2].strip(">") or "localhost"
    headers = {"Message-ID": f"<zhiyin-{effect.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(mail.subject, mail.text, to=[mail.to], headers=headers).send()
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        reason = f"the address is refused: {', '.join(map(str, codes))}"
        raise (GiveUp(reason) if min(codes) >= 500 else RetryLater(reason)) from refused
    except (OSError, smtplib.SMTPException) as problem:
        raise RetryLater(f"{type(problem).__name__}: {problem}") from problem
    return {"sent": True}
