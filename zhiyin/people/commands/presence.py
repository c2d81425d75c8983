"""How people stand: available or not, with the reason, kept to the second."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.people.events import PresenceChanged
from zhiyin.people.models import Presence, PresenceSpell, Staff
from zhiyin.people.queries.standing import led_by
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.timers.timers import set_timer

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


@transaction.atomic
def change_presence(*, staff_id: int, state: str, reason: str = "", by: Staff, now: datetime) -> Presence:
    """Set one's own state, or that of somebody one leads. Raises NotAState, Staff.DoesNotExist."""
    if state not in CHOSEN:
        raise NotAState(wanted=state)
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
            details={"was": presence.state, "state": state},
            now=now,
        )
    _enter(presence, state, reason.strip(), by, now)
    if state != Presence.State.OFFLINE:
        set_timer(kind=TIMER, key=str(staff_id), due_at=now + AWAY_AFTER)
    return presence


@transaction.atomic
def note_heartbeat(*, by: Staff, now: datetime) -> Presence:
    """The person's desk is open; somebody who was away is back as they were before."""
    presence = _lock(by, now)
    presence.seen_at = max(presence.seen_at, now)
    presence.save(update_fields=["seen_at"])
    if presence.state == Presence.State.AWAY:
        before = PresenceSpell.objects.filter(staff=by, ended_at=presence.since).order_by("-pk").first()
        _enter(
            presence,
            before.state if before else Presence.State.AVAILABLE,
            before.reason if before else "",
            by,
            now,
        )
        set_timer(kind=TIMER, key=str(by.pk), due_at=now + AWAY_AFTER)
    return presence


@transaction.atomic
def leave_if_unheard(*, staff_id: int, now: datetime) -> Presence | None:
    """Mark somebody away whose desk was not heard of; otherwise look again later."""
    presence = Presence.objects.select_for_update().filter(pk=staff_id).first()
    if presence is None or presence.state in (Presence.State.OFFLINE, Presence.State.AWAY):
        return presence
    if presence.seen_at + AWAY_AFTER > now:
        set_timer(kind=TIMER, key=str(staff_id), due_at=presence.seen_at + AWAY_AFTER)
        return presence
    return _enter(presence, Presence.State.AWAY, "", None, now)


@transaction.atomic
def send_into_break(*, staff_id: int, reason: str, now: datetime) -> Presence | None:
    """Send somebody who did not react into a break, from which they come back themselves."""
    presence = Presence.objects.select_for_update().filter(pk=staff_id).first()
    if presence is None or presence.state != Presence.State.AVAILABLE:
        return presence
    return _enter(presence, Presence.State.BREAK, reason, None, now)


def _lock(staff: Staff, now: datetime) -> Presence:
    Presence.objects.get_or_create(
        staff=staff, defaults={"state": Presence.State.OFFLINE, "since": now, "seen_at": now}
    )
    return Presence.objects.select_for_update().get(pk=staff.pk)


def _enter(presence: Presence, state: str, reason: str, by: Staff | None, now: datetime) -> Presence:
    if (presence.state, presence.reason) == (state, reason):
        return presence
    now = max(now, presence.since)  # a clock that was set back makes no spell of negative length
    PresenceSpell.objects.create(
        staff_id=presence.pk,
        state=presence.state,
        reason=presence.reason,
        began_at=presence.since,
        ended_at=now,
        by_id=presence.by_id,
    )
    was, presence.state, presence.reason, presence.since, presence.by = presence.state, state, reason, now, by
    presence.save(update_fields=["state", "reason", "since", "by"])
    if was != state:
        emit(
            PresenceChanged(
                staff_id=presence.pk, was=was, state=state, by_id=by.pk if by is not None else None, at=now
            )
        )
    return presence
