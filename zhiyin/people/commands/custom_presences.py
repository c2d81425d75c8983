"""Presence states of the company's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from zhiyin.people.commands.presence import enter_state
from zhiyin.people.events import CustomPresenceSaved
from zhiyin.people.models import CustomPresence, Presence, Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError


class PresenceNameTaken(DomainError):
    code = "people.presence_name_taken"
    status = 409
    messages = {
        "zh": "已有名为“{name}”的状态，请换一个名称。",
        "en": "There is a state called {name} already; choose another name.",
    }


class OnlyTheAvailableTakeWork(DomainError):
    code = "people.only_the_available_take_work"
    status = 422
    messages = {
        "zh": "只有计为“在线”的状态可以限定渠道，请清空渠道或改为计入在线。",
        "en": "Only a state that counts as available can be limited to channels; clear them, or let it count as available.",
    }


@dataclass(frozen=True, kw_only=True)
class CustomPresenceContent:
    """As `models.CustomPresence` has it; `kinds` are of channels."""

    name_zh: str
    name_en: str
    state: str
    kinds: Sequence[str] = ()
    reasons: Sequence[str] = ()
    asks_reason: bool = False
    position: int = 0
    active: bool = True


@transaction.atomic
def save_custom_presence(
    *, custom_id: int | None, content: CustomPresenceContent, by: Staff, now: datetime
) -> CustomPresence:
    """Add a state (None) or change one; who is in it goes on in it, counted as it now counts. Raises
    PresenceNameTaken, OnlyTheAvailableTakeWork, CustomPresence.DoesNotExist."""
    zh, en = content.name_zh.strip(), content.name_en.strip()
    taken = CustomPresence.objects.filter(Q(name_zh=zh) | Q(name_en=en)).exclude(pk=custom_id or 0).first()
    if taken is not None:
        raise PresenceNameTaken(name=taken.name_zh if taken.name_zh == zh else taken.name_en)
    if content.kinds and content.state != Presence.State.AVAILABLE:
        raise OnlyTheAvailableTakeWork
    known = CustomPresence.objects.select_for_update()
    custom = known.get(pk=custom_id) if custom_id is not None else CustomPresence()
    custom.name_zh, custom.name_en, custom.state = zh, en, content.state
    custom.kinds = sorted(set(content.kinds))
    custom.reasons = list(dict.fromkeys(reason.strip() for reason in content.reasons if reason.strip()))
    custom.asks_reason, custom.position, custom.active = content.asks_reason, content.position, content.active
    custom.save()
    for presence in Presence.objects.select_for_update().filter(custom=custom).exclude(state=custom.state):
        if presence.state != Presence.State.AWAY:
            enter_state(presence, custom.state, presence.reason, by, now, custom_id=custom.pk)
    emit(CustomPresenceSaved(custom_id=custom.pk, by_id=by.pk, at=now))
    record_audit(
        action="people.custom_presence_saved",
        by=by.pk,
        target=f"presence:{custom.pk}",
        details=asdict(content) | {"kinds": custom.kinds, "reasons": custom.reasons},
        now=now,
    )
    return custom
