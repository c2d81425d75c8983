"""Mail and push: what may leave for whom now, what waits for a summary, and the effects that are owed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from zhiyin.notifications.models import PushSubscription, Sending
from zhiyin.notifications.queries.hearers import CompanyRules, Hearer
from zhiyin.notifications.queries.rows import Row
from zhiyin.notifications.quiet import next_digest, quiet_of
from zhiyin.notifications.reasons import Urgency, Way
from zhiyin.platform.ledger.ledger import record_effects

MAIL, PUSH = "notifications.mail", "notifications.push"
MAIL_WAIT = timedelta(minutes=2)  # what is read in the desk meanwhile needs no mail, and more may come
REPEAT_AFTER = {"mail": timedelta(hours=1), "push": timedelta(minutes=10)}  # for a row that grows
RATE_WINDOW = timedelta(hours=1)
_CONSOLE = "django.core.mail.backends.console.EmailBackend"


@dataclass
class Outside:
    """What reaches one person outside the desk, and what was owed to them of late."""

    devices: list[int] = field(default_factory=list)
    recent: list[tuple[int | Row, str, datetime]] = field(
        default_factory=list
    )  # (notification, way, owed at)


@dataclass
class Outward:
    """What leaves the house for one person on one fact."""

    send: list[Way] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    quiet_until: datetime | None = None
    digest_due_at: datetime | None = None
    outside: Outside = field(default_factory=Outside)

    def hold(self, way: Way, why: str) -> None:
        self.held[way] = why
        if way in self.send:
            self.send.remove(way)

    def repeated(self, row: Row, at: datetime) -> list[Way]:
        """The ways by which this notification has just been told."""
        return [
            way
            for way in self.send
            if any(
                told == way and (one is row or one == row.stored_id) and at - owed < REPEAT_AFTER[way]
                for one, told, owed in self.outside.recent
            )
        ]

    def note_sent(self, row: Row, at: datetime) -> None:
        """What leaves now counts for what comes next."""
        self.outside.recent += [(row, way, at) for way in self.send]

    def used(self, chosen: Sequence[Way]) -> list[str]:
        return [way for way in chosen if way in ("app", "digest") or way in self.send]

    def wait_for_digest(self, due: datetime) -> None:
        self.digest_due_at = min(self.digest_due_at, due) if self.digest_due_at else due


def mail_is_possible() -> bool:
    """Whether there is a mail server; without one, mails would only fill the log."""
    return bool(settings.EMAIL_BACKEND != _CONSOLE)


def outside_of(people: Collection[int], *, since: datetime) -> dict[int, Outside]:
    """Of each of these people what reaches them outside, and what was owed since an hour before that; two queries."""
    found = {pk: Outside() for pk in people}
    if people:
        sendings = Sending.objects.filter(staff__in=people, owed_at__gt=since - RATE_WINDOW)
        for pk, row, way, owed in sendings.values_list("staff", "notification", "way", "owed_at"):
            found[pk].recent.append((row, way, owed))
        for pk, device in PushSubscription.objects.filter(staff__in=people).values_list("staff", "pk"):
            found[pk].devices.append(device)
    return found


def look_outward(
    hearer: Hearer, outward: Outward, outside: Outside, rules: CompanyRules, at: datetime
) -> None:
    """Fill in what may leave for a person."""
    outward.outside = outside
    preferences = hearer.preferences
    quiet = quiet_of(preferences, company_zone=rules.zone)
    outward.quiet_until = quiet.ends_at(at)
    outward.send = [way for way in hearer.ways if way in ("mail", "push")]
    if "mail" in outward.send and not mail_is_possible():
        outward.hold("mail", "no_mail_server")
    if "push" in outward.send and not outside.devices:
        outward.hold("push", "no_device")
    if outward.quiet_until is not None:
        why = "do_not_disturb" if quiet.until is not None and at < quiet.until else "quiet_hours"
        _hold_all(outward, why, then_mail_at=outward.quiet_until)
    _hold_above_the_rate(outward, rules, at)
    if "digest" in hearer.ways and mail_is_possible():
        outward.wait_for_digest(next_digest(preferences, company_zone=rules.zone, after=at))
    elif "digest" in hearer.ways:
        outward.held["digest"] = "no_mail_server"


def _hold_all(outward: Outward, why: str, *, then_mail_at: datetime) -> None:
    """Nothing leaves now; what would have been mailed is told in one summary afterwards."""
    for way in list(outward.send):
        outward.hold(way, why)
        if way == "mail":
            outward.wait_for_digest(then_mail_at)


def _hold_above_the_rate(outward: Outward, rules: CompanyRules, at: datetime) -> None:
    sent = Counter(way for _, way, owed in outward.outside.recent if at - owed < RATE_WINDOW)
    limits = {"mail": rules.policy.mails_per_hour, "push": rules.policy.pushes_per_hour}
    for way in list(outward.send):
        if sent[way] >= limits[way]:
            outward.hold(way, "rate_limited")
            if way == "mail":
                outward.wait_for_digest(at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1))


def owe_sendings(owed: list[tuple[int, int, Outward]], *, urgency: Urgency, now: datetime) -> None:
    """Owe mails and pushes in the caller's transaction: (staff, notification, outward) each."""
    sendings = Sending.objects.bulk_create(
        Sending(staff_id=staff_id, notification_id=notification_id, way=way, owed_at=now)
        for staff_id, notification_id, outward in owed
        for way in outward.send
    )
    devices = {staff_id: outward.outside.devices for staff_id, _, outward in owed}
    mails = {f"{MAIL}:{one.pk}": {"sending_id": one.pk} for one in sendings if one.way == "mail"}
    pushes = {
        f"{PUSH}:{one.pk}:{device}": {"sending_id": one.pk, "subscription_id": device, "urgency": urgency}
        for one in sendings
        if one.way == "push"
        for device in devices[one.staff_id]
    }
    if mails:
        record_effects(kind=MAIL, owed=mails, not_before=now + MAIL_WAIT)
    if pushes:
        record_effects(kind=PUSH, owed=pushes, not_before=now)
