"""Which chain an amount goes through."""

from __future__ import annotations

from decimal import Decimal

from zhiyin.procedures.chains import Asked, Stage, read_chain
from zhiyin.procedures.models import ApprovalRule

WITHOUT_A_RULE = (Stage(asks=(Asked("role", "lead"),), minutes=240, then=Asked("role", "manager")),)


def chain_for(*, kind: str, amount: Decimal | None) -> tuple[Stage, ...]:
    """The chain of the rule with the largest `above` that the amount exceeds; a lead's yes where there is none."""
    rules = ApprovalRule.objects.filter(kind=kind).order_by("-above")
    rule = rules.filter(above__lt=amount).first() if amount is not None else None
    rule = rule or rules.filter(above=0).first()
    return read_chain(rule.stages) if rule is not None else WITHOUT_A_RULE


def approval_rules() -> list[ApprovalRule]:
    """All rules, by kind and amount."""
    return list(ApprovalRule.objects.order_by("kind", "above"))
