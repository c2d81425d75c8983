"""One fact, one reason: who hears of it, by which ways, and what held it back from whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.notifications.commands.owing import Outward, look_outward, owe_sendings
from zhiyin.notifications.commands.rows import Kept, Notice, keep_decisions, keep_notices
from zhiyin.notifications.models import Decision
from zhiyin.notifications.queries.hearers import CompanyRules, Hearer, bundle_of, company_rules, hearers_of
from zhiyin.notifications.reasons import Reason
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.stream.messages import publish
from zhiyin.tickets.models import Ticket

Rule = Decision.Rule
_ROOMS_AT_ONCE = 300  # a fleeting message is small


@dataclass(frozen=True)
class Telling:
    """What is told, and by whom it was done."""

    reason: Reason
    fact: Any
    ticket: Ticket
    by_id: int | None
    rules: CompanyRules
    at: datetime


@dataclass
class Verdict:
    """What was decided for one person."""

    hearer: Hearer
    rule: Rule
    outward: Outward = field(default_factory=Outward)
    notification_id: int | None = None

    @property
    def is_told(self) -> bool:
        return self.rule in (Rule.TOLD, Rule.MASS)


@transaction.atomic
def tell_people(*, reason: Reason, fact: Fact, now: datetime) -> None:
    """Tell everybody whom the fact concerns for this reason, and note each decision."""
    ticket_id: int = fact.payload()["ticket_id"]
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    if ticket is None:
        return
    staff_ids = {one for one in reason.hears(fact, ticket) if one is not None}
    if not staff_ids:
        return
    telling = Telling(reason, fact, ticket, reason.by(fact), company_rules(), now)
    hearers = hearers_of(reason=reason, ticket=ticket, staff_ids=staff_ids, rules=telling.rules, at=now)
    verdicts = [Verdict(hearer, rule_for(hearer, reason, telling.by_id)) for hearer in hearers]
    told = [verdict for verdict in verdicts if verdict.is_told]
    if told:
        _tell(told, telling)
    _note(verdicts, telling)


def rule_for(hearer: Hearer, reason: Reason, by_id: int | None) -> Rule:
    """Which rule decides for this person. What one did oneself or may not see is never told, whatever was chosen."""
    if hearer.staff.pk == by_id:
        return Rule.OWN_ACTION
    if not hearer.may_see:
        return Rule.NO_PERMISSION
    if hearer.is_muted and not reason.pierces_mute:
        return Rule.MUTED
    if not hearer.ways:
        return Rule.SWITCHED_OFF
    if hearer.covered_by is not None:
        return Rule.COVERED
    return Rule.MASS if hearer.is_burst else Rule.TOLD


def _tell(told: list[Verdict], telling: Telling) -> None:
    look_outward([(verdict.hearer, verdict.outward) for verdict in told], telling.rules, telling.at)
    kept = keep_notices(
        [_notice(verdict, telling) for verdict in told],
        reason=telling.reason.code,
        by_id=telling.by_id,
        message_id=getattr(telling.fact, "message_id", None),
        position=telling.fact.position,
        at=telling.at,
    )
    for verdict in told:
        row = kept[verdict.hearer.staff.pk]
        verdict.notification_id = row.id
        _hold_repeats(verdict, row, telling.at)
        if verdict.rule == Rule.TOLD and row.count > 1:
            verdict.rule = Rule.BUNDLED
    owe_sendings(
        [
            (verdict.hearer.staff.pk, verdict.notification_id or 0, verdict.outward)
            for verdict in told
            if verdict.outward.send
        ],
        urgency=telling.reason.urgency,
        now=telling.at,
    )
    _ring(told, telling)


def _notice(verdict: Verdict, telling: Telling) -> Notice:
    is_mass = verdict.rule == Rule.MASS
    return Notice(
        staff_id=verdict.hearer.staff.pk,
        ticket_id=None if is_mass else telling.ticket.pk,
        bundle=f"mass:{telling.reason.code}" if is_mass else bundle_of(telling.reason, telling.ticket),
        in_app="app" in verdict.hearer.ways,
        is_quiet=verdict.outward.quiet_until is not None,
        digest_due_at=verdict.outward.digest_due_at,
    )


def _hold_repeats(verdict: Verdict, row: Kept, at: datetime) -> None:
    """A row that grows is not mailed or pushed again before long."""
    for way in verdict.outward.repeated(row.id, at) if row.count > 1 else []:
        verdict.outward.hold(way, "bundled")


def _note(verdicts: list[Verdict], telling: Telling) -> None:
    keep_decisions(
        [
            {
                "staff_id": verdict.hearer.staff.pk,
                "rule": verdict.rule.value,
                "ways": verdict.outward.used(verdict.hearer.ways) if verdict.notification_id else [],
                "held": verdict.outward.held,
                "source": verdict.hearer.source,
                "notification_id": verdict.notification_id or verdict.hearer.covered_by,
            }
            for verdict in verdicts
        ],
        ticket_id=telling.ticket.pk,
        reason=telling.reason.code,
        fact=telling.fact.type,
        position=telling.fact.position,
        at=telling.at,
    )


def _ring(told: list[Verdict], telling: Telling) -> None:
    """Open desks hear of it when this commits; only what is urgent enough and not in quiet hours makes a sound."""
    for is_loud in (True, False):
        rooms = [
            f"staff:{verdict.hearer.staff.pk}"
            for verdict in told
            if "app" in verdict.hearer.ways
            and is_loud == (telling.reason.urgency != "low" and verdict.outward.quiet_until is None)
        ]
        data = {"ticket_id": telling.ticket.pk, "reason": telling.reason.code, "sound": is_loud}
        for start in range(0, len(rooms), _ROOMS_AT_ONCE):
            publish(rooms=set(rooms[start : start + _ROOMS_AT_ONCE]), name="notification", data=data)
