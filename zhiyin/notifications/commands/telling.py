"""Facts and their reasons: who hears of each, by which ways, and what held it back from whom.

Many are decided one after the other as if each came alone; what is known is read and what follows is written for all
of them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from zhiyin.notifications.commands.owing import Outside, Outward, look_outward, outside_of, owe_sendings
from zhiyin.notifications.commands.rows import Decided, keep_decisions, keep_notices
from zhiyin.notifications.models import Decision
from zhiyin.notifications.queries.hearers import CompanyRules, Hearer, Hearers, company_rules
from zhiyin.notifications.queries.rows import Row, Rows, bundle_of
from zhiyin.notifications.reasons import Reason
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.stream.messages import Fleeting, publish_all
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

    telling: Telling
    hearer: Hearer
    rule: Rule
    outward: Outward = field(default_factory=Outward)
    row: Row | None = None  # of what they are told now, or were by what covers this

    @property
    def is_told(self) -> bool:
        return self.rule in (Rule.TOLD, Rule.MASS, Rule.BUNDLED)


@transaction.atomic(savepoint=False)
def tell_people(told: Sequence[tuple[Reason, Fact]]) -> None:
    """Tell everybody whom each fact concerns for its reason, and note each decision; as many queries as for one."""
    concerned = _concerned(told)
    if not concerned:
        return
    people = {one for _, staff_ids in concerned for one in staff_ids}
    outside = outside_of(people, since=min(telling.at for telling, _ in concerned))
    hearers, rows = Hearers(people, concerned), Rows(people, [telling for telling, _ in concerned])
    verdicts = []
    for telling, staff_ids in concerned:
        decided = [
            Verdict(telling, hearer, rule_for(hearer, telling.reason, telling.by_id))
            for hearer in hearers.of(telling, staff_ids, telling.rules, rows)
        ]
        _tell([verdict for verdict in decided if verdict.is_told], outside, rows)
        for verdict in decided:
            verdict.row = verdict.row or verdict.hearer.covered_by
        verdicts += decided
    keep_notices(rows.told())
    _owe([verdict for verdict in verdicts if verdict.outward.send])
    keep_decisions([_decided(verdict) for verdict in verdicts])
    publish_all(_rings([verdict for verdict in verdicts if verdict.is_told]))


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


def _concerned(told: Sequence[tuple[Reason, Fact]]) -> list[tuple[Telling, set[int]]]:
    """What of this concerns anybody, and whom."""
    ticket_ids = {fact.payload()["ticket_id"] for _, fact in told}
    tickets = Ticket.objects.in_bulk(ticket_ids) if ticket_ids else {}
    by_reason: dict[str, list[tuple[int, Any, Ticket]]] = {}
    for number, (reason, fact) in enumerate(told):
        if ticket := tickets.get(fact.payload()["ticket_id"]):
            by_reason.setdefault(reason.code, []).append((number, fact, ticket))
    found: dict[int, tuple[Any, Ticket, set[int]]] = {}
    for asked in by_reason.values():
        reason = told[asked[0][0]][0]
        people = reason.who([(fact, ticket) for _, fact, ticket in asked])
        found |= {
            number: (fact, ticket, staff_ids)
            for (number, fact, ticket), staff_ids in zip(asked, people, strict=True)
            if staff_ids
        }
    if not found:
        return []
    rules = company_rules()
    concerned = []
    for number, (fact, ticket, staff_ids) in sorted(found.items()):
        reason = told[number][0]
        concerned.append((Telling(reason, fact, ticket, reason.by(fact), rules, fact.at), staff_ids))
    return concerned


def _tell(told: Sequence[Verdict], outside: Mapping[int, Outside], rows: Rows) -> None:
    """Decide what leaves for those who are told, and let their rows begin or grow."""
    for verdict in told:
        telling, hearer = verdict.telling, verdict.hearer
        look_outward(hearer, verdict.outward, outside[hearer.staff.pk], telling.rules, telling.at)
        is_mass = verdict.rule == Rule.MASS
        row = verdict.row = rows.grow(
            staff_id=hearer.staff.pk,
            ticket_id=None if is_mass else telling.ticket.pk,
            reason=telling.reason.code,
            bundle=f"mass:{telling.reason.code}" if is_mass else bundle_of(telling.reason, telling.ticket),
            by_id=telling.by_id,
            message_id=getattr(telling.fact, "message_id", None),
            position=telling.fact.position,
            in_app="app" in hearer.ways,
            is_quiet=verdict.outward.quiet_until is not None,
            digest_due_at=verdict.outward.digest_due_at,
            at=telling.at,
        )
        if row.count > 1:  # a row that grows is not mailed or pushed again before long
            for way in verdict.outward.repeated(row, telling.at):
                verdict.outward.hold(way, "bundled")
            if verdict.rule == Rule.TOLD:
                verdict.rule = Rule.BUNDLED
        verdict.outward.note_sent(row, telling.at)


def _owe(sending: Sequence[Verdict]) -> None:
    """Owe mails and pushes, what was told at one moment together."""
    for (at, urgency), together in groupby(sending, lambda one: (one.telling.at, one.telling.reason.urgency)):
        owed = [(one.hearer.staff.pk, one.row.id, one.outward) for one in together if one.row is not None]
        owe_sendings(owed, urgency=urgency, now=at)


def _decided(verdict: Verdict) -> Decided:
    telling = verdict.telling
    return Decided(
        staff_id=verdict.hearer.staff.pk,
        ticket_id=telling.ticket.pk,
        reason=telling.reason.code,
        fact=telling.fact.type,
        rule=verdict.rule.value,
        ways=verdict.outward.used(verdict.hearer.ways) if verdict.is_told else [],
        held=verdict.outward.held,
        source=verdict.hearer.source,
        notification_id=verdict.row.id if verdict.row is not None else None,
        position=telling.fact.position,
        at=telling.at,
    )


def _rings(told: Sequence[Verdict]) -> Iterator[Fleeting]:
    """Open desks hear of it when this commits; only what is urgent enough and not in quiet hours makes a sound."""
    rooms: dict[tuple[int, str, bool], set[str]] = {}
    for verdict in told:
        reason = verdict.telling.reason
        is_loud = reason.urgency != "low" and verdict.outward.quiet_until is None
        if "app" in verdict.hearer.ways:
            heard = rooms.setdefault((verdict.telling.ticket.pk, reason.code, is_loud), set())
            heard.add(f"staff:{verdict.hearer.staff.pk}")
    for (ticket_id, code, is_loud), heard in rooms.items():
        data = {"ticket_id": ticket_id, "reason": code, "sound": is_loud}
        for start in range(0, len(heard), _ROOMS_AT_ONCE):
            some = sorted(heard)[start : start + _ROOMS_AT_ONCE]
            yield Fleeting(rooms=set(some), name="notification", data=data)
