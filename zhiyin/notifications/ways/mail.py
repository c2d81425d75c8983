"""Carrying out mails about single notifications."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from zhiyin.notifications.commands.owing import MAIL
from zhiyin.notifications.models import Sending
from zhiyin.notifications.queries.hearers import company_rules
from zhiyin.notifications.ways.composing import notice_mail
from zhiyin.notifications.ways.rechecking import (
    may_show_content,
    preferences_of,
    settle_sending,
    why_not_now,
)
from zhiyin.people.mailing import hand_over
from zhiyin.platform.ledger.ledger import effect, effect_settled
from zhiyin.platform.ledger.models import Effect


@effect(MAIL)
def send_notice(effect: Effect) -> dict[str, Any]:
    """Send one mail, if it may still leave."""
    sendings = Sending.objects.select_related(
        "notification__staff", "notification__by", "notification__ticket__customer"
    )
    sending = sendings.filter(pk=effect.payload["sending_id"]).first()
    if sending is None:
        return {"withheld": "gone"}
    row = sending.notification
    if why := why_not_now(row, "mail", now=timezone.now()):
        return {"withheld": why}
    with_content = may_show_content(preferences_of(row.staff), company_rules())
    hand_over(notice_mail(row, with_content=with_content), effect_id=effect.pk)
    return {"sent": True}


@effect_settled(MAIL)
def follow_mail(effect: Effect, *, now: datetime) -> None:
    settle_sending(effect, now=now)
