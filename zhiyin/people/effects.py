"""Carrying out what people owe to the outside: mail to staff."""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMessage

from zhiyin.people.mailing import hand_over
from zhiyin.people.mails import KIND, compose
from zhiyin.platform.ledger.ledger import effect
from zhiyin.platform.ledger.models import Effect


@effect(KIND)
def send_mail(effect: Effect) -> dict[str, Any]:
    """Send one mail."""
    mail = compose(effect.payload)
    if mail is None:
        return {"sent": False}
    hand_over(EmailMessage(mail.subject, mail.text, to=[mail.to]), effect_id=effect.pk)
    return {"sent": True}
