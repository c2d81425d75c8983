"""Retention rules: made, changed, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.registry import providers
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.trust.events import RetentionRuleChanged
from zhiyin.trust.models import RetentionRule, RetentionRun


class RuleThereAlready(DomainError):
    code = "trust.rule_there_already"
    status = 409
    messages = {
        "zh": "这个范围已有一条同样操作的规则，请修改那一条。",
        "en": "There is a rule of this action for these channels already; change that one.",
    }


class NoSuchScope(DomainError):
    code = "trust.no_such_scope"
    status = 422
    messages = {
        "zh": "所选的渠道或渠道种类不存在，请重新选择。",
        "en": "That channel or kind of channel is not there; choose another.",
    }


class RuleIsRunning(DomainError):
    code = "trust.rule_is_running"
    status = 409
    messages = {
        "zh": "这条规则正在执行，请先停止，再修改或删除。",
        "en": "This rule is being applied; stop that first, then change or remove it.",
    }


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a rule is for: one channel, one kind, or with neither all."""

    channel_id: int | None = None
    channel_kind: str = ""


@transaction.atomic
def add_rule(*, action: str, days: int, scope: Scope, by: Staff, now: datetime) -> RetentionRule:
    """A new rule; it is applied from the next night on. Raises NoSuchScope, RuleThereAlready."""
    _check(scope)
    rule = RetentionRule(
        action=action, days=days, channel_id=scope.channel_id, channel_kind=scope.channel_kind
    )
    rule.created_by, rule.created_at, rule.updated_at = by, now, now
    try:
        with transaction.atomic():
            rule.save(force_insert=True)
    except IntegrityError as taken:
        raise RuleThereAlready from taken
    _tell("retention.rule_added", rule, by, now)
    return rule


def rule_to_look_at(*, action: str, days: int, scope: Scope) -> RetentionRule:
    """A rule as it would be, for a preview: the one there is, with these days, or a new one, not saved. Raises NoSuchScope."""
    _check(scope)
    there = RetentionRule.objects.filter(
        action=action, channel=scope.channel_id, channel_kind=scope.channel_kind
    ).first()
    rule = there or RetentionRule(action=action, channel_id=scope.channel_id, channel_kind=scope.channel_kind)
    rule.days = days
    return rule


@transaction.atomic
def change_rule(
    *, rule_id: int, days: int | None = None, active: bool | None = None, by: Staff, now: datetime
) -> RetentionRule:
    """Give a rule other days, or switch it off or on. Raises RuleIsRunning."""
    rule = _lock_idle(rule_id, by)
    rule.days = rule.days if days is None else days
    rule.active = rule.active if active is None else active
    rule.updated_at = now
    rule.save(update_fields=["days", "active", "updated_at"])
    _tell("retention.rule_changed", rule, by, now)
    return rule


@transaction.atomic
def remove_rule(*, rule_id: int, by: Staff, now: datetime) -> None:
    """Take a rule away; what it did stays noted. Raises RuleIsRunning."""
    rule = _lock_idle(rule_id, by)
    _tell("retention.rule_removed", rule, by, now)
    rule.delete()


def _check(scope: Scope) -> None:
    kinds = {provider.kind for provider in providers()}
    if scope.channel_id is not None and scope.channel_kind:
        raise NoSuchScope
    if scope.channel_id is not None and not Channel.objects.filter(pk=scope.channel_id).exists():
        raise NoSuchScope
    if scope.channel_kind and scope.channel_kind not in kinds:
        raise NoSuchScope


def _lock_idle(rule_id: int, by: Staff) -> RetentionRule:
    rule = RetentionRule.objects.visible_to(by).select_for_update().get(pk=rule_id)
    if RetentionRun.objects.filter(rule=rule, state=RetentionRun.State.RUNNING).exists():
        raise RuleIsRunning
    return rule


def _tell(action: str, rule: RetentionRule, by: Staff, now: datetime) -> None:
    emit(RetentionRuleChanged(rule_id=rule.pk, by_id=by.pk, at=now))
    details = {
        "action": rule.action,
        "days": rule.days,
        "channel": rule.channel_id,
        "kind": rule.channel_kind,
        "active": rule.active,
    }
    record_audit(action=action, by=by.pk, target=f"retention:{rule.pk}", details=details, now=now)
