"""How people stand: available or not, with the reason, kept to the second."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.people.events import PresenceChanged
from zhiyin.people.models import CustomPresence, Presence, PresenceSpell, Staff
from zhiyin.people.queries.standing import led_by
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.timers.timers import bring_forward, set_timer

TIMER = "people.presence"
AWAY_AFTER = timedelta(seconds=90)  # without a heartbeat of the desk, which comes every 30 s
CHOSEN = [state for state in Presence.State.values if state != Presence.State.AWAY]


class NotAState(DomainError):
    code = "people.not_a_presence"
    status = 422
    messages = {
        "zh": "没有“{wanted}”这个在线状态，请从列表中选择。",
        "en": "There is no presence called {wanted}; choose one from the list.",
    }


class ReasonMissing(DomainError):
    code = "people.presence_needs_reason"
    status = 422
    messages = {
        "zh": "“{name_zh}”需要填写原因，请填写后再选一次。",
        "en": "{name_en} asks for a reason; enter one and choose it again.",
    }


@transaction.atomic
def change_presence(
    *, staff_id: int, state: str, custom_id: int | None = None, reason: str = "", by: Staff, now: datetime
) -> Presence:
    """Set one's own state, or that of somebody one leads; `custom_id` goes before `state`. Raises NotAState,
    ReasonMissing, Staff.DoesNotExist."""
    custom = CustomPresence.objects.filter(pk=custom_id, active=True).first() if custom_id else None
    state = custom.state if custom is not None else state
    if state not in CHOSEN or (custom_id and custom is None):
        raise NotAState(wanted=custom_id or state)
    if custom is not None and custom.asks_reason and not reason.strip() and staff_id == by.pk:
        raise ReasonMissing(name_zh=custom.name_zh, name_en=custom.name_en)
    staff = by if staff_id == by.pk else led_by(by).get(pk=staff_id, is_active=True)
    presence = _lock(staff, now)
    if staff_id == by.pk:
        presence.seen_at = now
        presence.save(update_fields=["seen_at"])
    else:
        record_audit(
            action="people.presence_forced",
            by=by.pk,
            target=f"staff:{staff_id}",
            details={"was": presence.state, "state": state, "custom": custom_id},
            now=now,
        )
    enter_state(presence, state, reason.strip(), by, now, custom_id=custom_id)
    if state != Presence.State.OFFLINE:
        set_timer(kind=TIMER, key=str(staff_id), due_at=now + AWAY_AFTER)
    return presence


@transaction.atomic
def note_heartbeat(*, by: Staff, now: datetime) -> Presence:
    """The person's desk is open; somebody who was away is back as they were before."""
    presence = _lock(by, now)
    presence.seen_at = now
    presence.save(update_fields=["seen_at"])
    if presence.state == Presence.State.AWAY:
        before = PresenceSpell.objects.filter(staff=by, ended_at=presence.since).order_by("-pk").first()
        enter_state(
            presence,
            before.state if before else Presence.State.AVAILABLE,
            before.reason if before else "",
            by,
            now,
            custom_id=before.custom_id if before else None,
        )
        set_timer(kind=TIMER, key=str(by.pk), due_at=now + AWAY_AFTER)
    return presence


@transaction.atomic
def leave_if_unheard(*, staff_id: int, now: datetime) -> Presence | None:
    """Mark somebody away whose desk was not heard of; otherwise look again later."""
    presence = Presence.objects.select_for_update().filter(pk=staff_id).first()
    if presence is None or presence.state in (Presence.State.OFFLINE, Presence.State.AWAY):
        return presence
    if presence.seen_at > now:  # the clock was set back since
        presence.seen_at = now
        presence.save(update_fields=["seen_at"])
    if presence.seen_at + AWAY_AFTER > now:
        set_timer(kind=TIMER, key=str(staff_id), due_at=presence.seen_at + AWAY_AFTER)
        return presence
    return enter_state(presence, Presence.State.AWAY, "", None, now)


@transaction.atomic
def heed_the_clock(*, now: datetime) -> int:
    """After the clock was set back nobody waits for a moment that is far off now: desks are looked after within the
    usual time again. Returns how many looks were brought forward."""
    return bring_forward(kind=TIMER, latest=now + AWAY_AFTER)


@transaction.atomic
def send_into_break(*, staff_id: int, reason: str, now: datetime) -> Presence | None:
    """Send somebody who did not react into a break, from which they come back themselves."""
    presence = Presence.objects.select_for_update().filter(pk=staff_id).first()
    if presence is None or presence.state != Presence.State.AVAILABLE:
        return presence
    return enter_state(presence, Presence.State.BREAK, reason, None, now)


def enter_state(
    presence: Presence,
    state: str,
    reason: str,
    by: Staff | None,
    now: datetime,
    *,
    custom_id: int | None = None,
) -> Presence:
    """Begin another spell of a locked presence and tell of it; the same state again is no new one."""
    if (presence.state, presence.custom_id, presence.reason) == (state, custom_id, reason):
        return presence
    ends = max(now, presence.since)  # a clock that was set back makes no spell of negative length
    PresenceSpell.objects.create(
        staff_id=presence.pk,
        state=presence.state,
        custom_id=presence.custom_id,
        reason=presence.reason,
        began_at=presence.since,
        ended_at=ends,
        by_id=presence.by_id,
    )
    was = presence.state, presence.custom_id
    presence.state, presence.custom_id, presence.reason = state, custom_id, reason
    presence.since, presence.by = ends, by
    presence.save(update_fields=["state", "custom", "reason", "since", "by"])
    if was != (state, custom_id):
        emit(
            PresenceChanged(
                staff_id=presence.pk,
                was=was[0],
                state=state,
                custom_id=custom_id,
                by_id=by.pk if by is not None else None,
                at=now,
            )
        )
    return presence


def _lock(staff: Staff, now: datetime) -> Presence:
    Presence.objects.get_or_create(
        staff=staff, defaults={"state": Presence.State.OFFLINE, "since": now, "seen_at": now}
    )
    return Presence.objects.select_for_update().get(pk=staff.pk)
