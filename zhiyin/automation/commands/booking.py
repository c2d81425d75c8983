"""Telling every process that rules have changed."""

from __future__ import annotations

import secrets
from datetime import datetime

from zhiyin.automation.events import RulesChanged
from zhiyin.automation.models import RuleBook
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit


def lock_book() -> RuleBook:
    """Changes of rules come one after the other; what runs need not wait for them."""
    RuleBook.objects.bulk_create([RuleBook(pk=1)], ignore_conflicts=True)
    return RuleBook.objects.select_for_update().get(pk=1)


def turn_the_page(*, by: Staff | None, now: datetime) -> None:
    """Rules are read anew from now, wherever they are kept."""
    RuleBook.objects.bulk_create([RuleBook(pk=1)], ignore_conflicts=True)
    RuleBook.objects.filter(pk=1).update(turn=secrets.randbits(62) + 1)
    emit(RulesChanged(by_id=by.pk if by is not None else None, at=now))
