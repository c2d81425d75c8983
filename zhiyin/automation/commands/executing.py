"""One rule's turn on one ticket: done, noted, and told; a rule that fails again and again is switched off."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DataError, IntegrityError, transaction
from django.db.models import F

from zhiyin.automation.commands.booking import turn_the_page
from zhiyin.automation.events import RuleActed, RuleRefused, RuleSwitchedOff
from zhiyin.automation.models import Rule, Run
from zhiyin.automation.queries.in_force import Standing
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import because_of, emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.actions import known_actions
from zhiyin.tickets.commands.macro_actions import changes_of, perform_each
from zhiyin.tickets.models import Ticket

MOST_FAILURES = 5  # in a row, before a rule is switched off
# of one rule on one ticket: more is a loop that goes through the outside
OFTEN, OFTEN_WITHIN = 10, timedelta(hours=1)
_GONE = {"zh": "所指的对象已不存在。", "en": "What it points to does not exist any more."}
_UNEXPECTED = {"zh": "出现意外错误，详见日志。", "en": "Something unexpected went wrong; the log says what."}
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Turn:
    """A rule, a ticket, the occasion (`key`), and the rules that led here."""

    standing: Standing
    ticket_id: int
    key: str
    chain: list[int]
    now: datetime

    @property
    def rule(self) -> Rule:
        return self.standing.rule


def execute(turn: Turn) -> bool:
    """Do what the rule says, once per occasion, in a transaction of the caller's; whether it changed anything."""
    ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=turn.ticket_id).first()
    if ticket is None or ticket.merged_into_id is not None or _runs(turn).filter(key=turn.key).exists():
        return False
    if not Rule.objects.filter(pk=turn.rule.pk, active=True).exists():
        return False  # switched off since the batch began, perhaps by what it did to the ticket before
    if _runs(turn).filter(at__gt=turn.now - OFTEN_WITHIN).count() >= OFTEN:
        refuse(turn, "often")
        return False
    began = time.monotonic()
    wanted = _what_would_change(turn, ticket)
    problems = _perform(turn, wanted)
    done = {name: value for name, value in wanted.items() if name not in problems}
    took_ms = round((time.monotonic() - began) * 1000)
    outcome = Run.Outcome.FAILED if problems else Run.Outcome.DONE if done else Run.Outcome.UNCHANGED
    _note(turn, outcome, did=done, problems=problems, took_ms=took_ms)
    if done:
        with because_of(_cause(turn)):
            emit(RuleActed(**_told(turn), actions=sorted(done), at=turn.now))
    _count_failures(turn, is_failed=bool(problems))
    return bool(done)


def refuse(turn: Turn, reason: str) -> None:
    """Note that the rule fitted and had no turn; told on the ticket once for each occasion."""
    if _runs(turn).filter(key=turn.key).exists():
        return
    _note(turn, Run.Outcome.REFUSED, problems={"": REASONS[reason]})
    log.warning("rule_refused", rule=turn.rule.pk, ticket=turn.ticket_id, reason=reason, chain=turn.chain)
    emit(RuleRefused(**_told(turn), reason=reason, at=turn.now))


REASONS = {
    "cycle": {
        "zh": "规则互相触发，绕回了这一条，已拦下。",
        "en": "Rules set each other off and came back to this one; it was stopped.",
    },
    "chain": {
        "zh": "规则一条接一条触发得太长，已拦下。",
        "en": "Too many rules set each other off in a row; this one was stopped.",
    },
    "often": {
        "zh": "一小时内在同一张工单上执行了太多次，已拦下；可能是外部系统的改动一再触发它。",
        "en": "It ran too often on this ticket within an hour and was stopped; perhaps another system keeps setting it off.",
    },
}


def _runs(turn: Turn) -> Any:
    return Run.objects.filter(rule=turn.rule.pk, ticket=turn.ticket_id)


def _what_would_change(turn: Turn, ticket: Ticket) -> dict[str, Any]:
    """The rule's actions without those whose outcome is there already."""
    return {
        name: value
        for name, value in turn.standing.version.actions.items()
        if known_actions().get(name) is None  # then it is told that nobody knows it any more
        or known_actions()[name].perform is not None
        or changes_of({name: value}, ticket, by=None)
    }


def _perform(turn: Turn, actions: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Why the actions that could not be done were not, by name. Whatever a rule trips over is its own failure, and
    not the ticket's: the next rule has its turn."""
    if not actions:
        return {}
    key = f"rule:{turn.rule.pk}:{turn.ticket_id}:{turn.key}"
    try:
        with because_of(_cause(turn)), transaction.atomic():
            refused = perform_each(ticket_id=turn.ticket_id, actions=actions, key=key, now=turn.now)
    except (TypeError, ValueError, KeyError, LookupError, DataError, IntegrityError):
        log.exception("rule_failed", rule=turn.rule.pk, ticket=turn.ticket_id)
        return dict.fromkeys(actions, _UNEXPECTED)
    return {name: _words(refusal) for name, refusal in refused.items()}


def _words(refusal: Exception) -> dict[str, str]:
    if isinstance(refusal, DomainError):
        return {"zh": refusal.told("zh"), "en": refusal.told("en")}
    return _GONE


def _cause(turn: Turn) -> str:
    return f"rules:{'.'.join(str(one) for one in [*turn.chain, turn.rule.pk])}"


def _told(turn: Turn) -> dict[str, Any]:
    return {
        "ticket_id": turn.ticket_id,
        "rule_id": turn.rule.pk,
        "version": turn.standing.version.number,
        "name": turn.rule.name,
    }


def _note(turn: Turn, outcome: str, **more: Any) -> None:
    Run.objects.create(
        rule=turn.rule,
        version=turn.standing.version,
        ticket_id=turn.ticket_id,
        key=turn.key,
        outcome=outcome,
        chain=turn.chain,
        at=turn.now,
        **more,
    )


def _count_failures(turn: Turn, *, is_failed: bool) -> None:
    rule = Rule.objects.filter(pk=turn.rule.pk)
    if not is_failed:
        rule.filter(failures__gt=0).update(failures=0)
        return
    rule.update(failures=F("failures") + 1)
    if rule.filter(active=True, failures__gte=MOST_FAILURES).update(
        active=False, active_since=None, switched_off_at=turn.now, updated_at=turn.now
    ):
        turn_the_page(by=None, now=turn.now)
        owner_id = turn.standing.version.by_id
        emit(RuleSwitchedOff(ticket_id=turn.ticket_id, rule_id=turn.rule.pk, owner_id=owner_id, at=turn.now))
        record_audit(
            action="automation.rule_switched_off_by_itself",
            by=None,
            target=f"rule:{turn.rule.pk}",
            details={"name": turn.rule.name, "failures": MOST_FAILURES},
            now=turn.now,
        )
