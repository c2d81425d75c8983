"""Whether what was owed may still leave: rights, readings and choices may have changed since."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.notifications.models import Mute, Notification, Preferences, RoleWays, Sending
from zhiyin.notifications.queries.hearers import CompanyRules, company_rules, ways_for
from zhiyin.notifications.quiet import quiet_of
from zhiyin.notifications.reasons import Way, reason_called
from zhiyin.people.models import Staff
from zhiyin.platform.ledger.models import Effect


def why_not_now(row: Notification, way: Way, *, now: datetime) -> str:
    """The rule that withholds it at this moment; empty when it may leave."""
    staff, reason = row.staff, reason_called(row.reason)
    if row.read_at is not None:
        return "already_read"
    if not staff.is_active or not Notification.objects.visible_to(staff).filter(pk=row.pk).exists():
        return "no_permission"
    rules, preferences = company_rules(), preferences_of(staff)
    roles = list(RoleWays.objects.filter(role__staff=staff).values_list("ways", flat=True))
    if reason is None or way not in ways_for(reason, preferences, roles, rules.policy)[0]:
        return "switched_off"
    if not reason.pierces_mute and Mute.objects.filter(staff=staff, ticket=row.ticket_id).exists():
        return "muted"
    quiet_until = quiet_of(preferences, company_zone=rules.zone).ends_at(now)
    if quiet_until is None:
        return ""
    if way == "mail":
        Notification.objects.filter(pk=row.pk).update(digest_due_at=quiet_until)
    return "quiet_hours"


def preferences_of(staff: Staff) -> Preferences:
    """What the person has chosen; a blank row that is not stored when nothing yet."""
    return Preferences.objects.filter(pk=staff.pk).first() or Preferences(staff=staff)


def may_show_content(preferences: Preferences, rules: CompanyRules) -> bool:
    """Whether customers' words may leave by mail and push: the company and the person must both want it."""
    return rules.policy.allows_content and preferences.shows_content


@transaction.atomic
def settle_sending(effect: Effect, *, now: datetime) -> None:
    """Note on the sending what became of its effect; one that reached a device stays sent."""
    sending = Sending.objects.select_for_update().filter(pk=effect.payload.get("sending_id")).first()
    if sending is None or sending.state == Sending.State.SENT:
        return
    why = effect.result.get("withheld", "")
    if effect.state != Effect.State.DONE:
        sending.state, sending.why = Sending.State.FAILED, effect.error[:300]
    elif why:
        sending.state, sending.why = Sending.State.WITHHELD, why
    else:
        sending.state, sending.why = Sending.State.SENT, ""
    sending.settled_at = now
    sending.save(update_fields=["state", "why", "settled_at"])
