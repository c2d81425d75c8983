"""The rules for chains of approval, and who answers in whose place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from zhiyin.people.models import Group, Role, Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.http.errors import DomainError, Invalid
from zhiyin.procedures.chains import Asked, BadChain, read_chain
from zhiyin.procedures.models import ApprovalRule, Delegation


class NotATimeToDelegate(DomainError):
    code = "procedures.not_a_time_to_delegate"
    status = 422
    messages = {
        "zh": "代理期的结束须晚于开始和现在，代理人须是另一位在职同事。",
        "en": "A delegation ends after it begins and after now, and goes to another active colleague.",
    }


@dataclass(frozen=True, kw_only=True)
class RuleForm:
    kind: str
    above: Decimal
    stages: list[dict[str, Any]]


@transaction.atomic
def save_rules(*, rules: Sequence[RuleForm], by: Staff, now: datetime) -> None:
    """Replace all rules. Raises Invalid naming the place: a bad chain, an unknown role, two rules for one amount."""
    wrong: dict[str, str] = {}
    seen: set[tuple[str, Decimal]] = set()
    for number, rule in enumerate(rules):
        if (rule.kind, rule.above) in seen:
            wrong[f"rules.{number}.above"] = "taken"
        seen.add((rule.kind, rule.above))
        try:
            _refuse_unknown(rule.stages)
        except BadChain as bad:
            wrong[f"rules.{number}.{bad.place}"] = bad.reason
    if wrong:
        raise Invalid(fields=wrong)
    ApprovalRule.objects.all().delete()
    ApprovalRule.objects.bulk_create(
        ApprovalRule(
            kind=rule.kind,
            above=rule.above,
            stages=[stage.told() for stage in read_chain(rule.stages)],
            updated_at=now,
        )
        for rule in rules
    )
    details = {"rules": [f"{rule.kind} > {rule.above}" for rule in rules]}
    record_audit(action="procedures.approval_rules_changed", by=by.pk, details=details, now=now)


@transaction.atomic
def delegate(*, to_id: int, from_at: datetime, until_at: datetime, by: Staff, now: datetime) -> Delegation:
    """Let a colleague answer approvals in one's place for a time. Raises NotATimeToDelegate."""
    to = Staff.objects.visible_to(by).active().exclude(pk=by.pk).filter(pk=to_id).first()
    if to is None or until_at <= max(from_at, now):
        raise NotATimeToDelegate
    delegation = Delegation.objects.create(staff=by, to=to, from_at=from_at, until_at=until_at)
    told = {"to": to.pk, "from": from_at, "until": until_at}
    record_audit(action="procedures.delegated", by=by.pk, target=f"staff:{by.pk}", details=told, now=now)
    return delegation


@transaction.atomic
def stop_delegating(*, delegation_id: int, by: Staff, now: datetime) -> None:
    """End a delegation of one's own. Raises Delegation.DoesNotExist for anybody else's."""
    delegation = Delegation.objects.select_for_update().get(pk=delegation_id, staff=by)
    told = {"to": delegation.to_id}
    delegation.delete()
    record_audit(
        action="procedures.delegation_ended", by=by.pk, target=f"staff:{by.pk}", details=told, now=now
    )


def _refuse_unknown(stages: list[dict[str, Any]]) -> None:
    """Raises BadChain at the place of a role, group or person that does not exist."""
    for number, stage in enumerate(read_chain(stages)):
        asked = [*((one, f"asks.{at}") for at, one in enumerate(stage.asks))]
        if stage.then is not None:
            asked.append((stage.then, "then"))
        for one, place in asked:
            if not _exists(one):
                raise BadChain(f"stages.{number}.{place}", "unknown")


def _exists(asked: Asked) -> bool:
    if asked.kind == "role":
        return Role.objects.filter(code=asked.name).exists()
    if asked.kind == "group":
        return Group.objects.filter(pk=asked.name).exists()
    return Staff.objects.active().filter(pk=asked.name).exists()
