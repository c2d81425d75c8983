"""Making rules, publishing versions, putting them in order. Whoever calls has asked for permission."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from zhiyin.automation.commands.booking import lock_book, turn_the_page
from zhiyin.automation.commands.sweeping import keep_sweep
from zhiyin.automation.definitions import Occasion
from zhiyin.automation.models import Rule, RuleVersion
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.calendars.models import Calendar
from zhiyin.platform.http.errors import DomainError, Invalid
from zhiyin.tickets.commands.macro_actions import check_actions
from zhiyin.tickets.fields.registry import all_fields
from zhiyin.tickets.fields.trees import EVERYTHING, Tree, checked_tree, conditions_in
from zhiyin.tickets.models import CustomField

MOST_RULES = 500
LONGEST_NAME = 100
_PERSONAL = {"me", "my_groups", "mine"}


@dataclass(frozen=True, kw_only=True)
class RuleForm:
    """A rule as a person fills it in."""

    name: str
    occasion: Occasion
    conditions: Tree = field(default_factory=lambda: EVERYTHING)
    actions: dict[str, Any] = field(default_factory=dict)
    is_last: bool = False


class PersonalCondition(DomainError):
    code = "automation.personal_condition"
    status = 422
    messages = {
        "zh": "条件“{field}”对每个人含义不同，而规则不代表任何人执行，请换用具体的同事、小组或字段。",
        "en": "The condition {field} means something else to each person, but a rule runs for nobody. "
        "Name colleagues, groups or another field.",
    }


class RuleDoesNothing(DomainError):
    code = "automation.rule_does_nothing"
    status = 422
    messages = {
        "zh": "请至少选择一个动作，或勾选“不再执行后面的规则”。",
        "en": "Choose at least one action, or let rules behind it have no turn.",
    }


class TooManyRules(DomainError):
    code = "automation.too_many_rules"
    status = 409
    messages = {
        "zh": "最多 {limit} 条规则。请删除或合并一些。",
        "en": "There are at most {limit} rules. Remove some or put some together.",
    }


@transaction.atomic
def add_rule(*, form: RuleForm, by: Staff, now: datetime, active: bool = False) -> Rule:
    """Add a rule as the last in the order, off unless told otherwise.

    Raises Invalid, BadCondition, PersonalCondition, RuleDoesNothing, TooManyRules, or what an action has against it.
    """
    lock_book()
    if Rule.objects.count() >= MOST_RULES:
        raise TooManyRules(limit=MOST_RULES)
    last = Rule.objects.aggregate(last=Max("position"))["last"]
    rule = Rule(position=0 if last is None else last + 1, created_at=now)
    rule = _publish(rule, form, by=by, now=now)
    return switch_rule(rule_id=rule.pk, active=True, by=by, now=now) if active else rule


@transaction.atomic
def publish_rule(*, rule_id: int, form: RuleForm, by: Staff, now: datetime) -> Rule:
    """Give a rule a new version, which holds from now if the rule is on. Raises what add_rule raises."""
    lock_book()
    return _publish(Rule.objects.select_for_update(no_key=True).get(pk=rule_id), form, by=by, now=now)


@transaction.atomic
def switch_rule(*, rule_id: int, active: bool, by: Staff, now: datetime) -> Rule:
    """Put a rule in force or out of it; switched on, its failures are forgotten."""
    lock_book()
    rule = (
        Rule.objects.select_for_update(of=("self",), no_key=True)
        .select_related("version__by")
        .get(pk=rule_id)
    )
    if rule.active != active:
        rule.active, rule.active_since = active, now if active else None
        rule.failures, rule.switched_off_at, rule.updated_at = 0, None, now
        rule.save(update_fields=["active", "active_since", "failures", "switched_off_at", "updated_at"])
        keep_sweep(rule, now=now)
        _tell("automation.rule_switched", rule, {"active": active}, by, now)
    return rule


@transaction.atomic
def arrange_rules(*, rule_ids: list[int], by: Staff, now: datetime) -> None:
    """Put rules in this order; those not named follow in theirs."""
    lock_book()
    rules = list(Rule.objects.select_for_update(no_key=True).order_by("position", "pk"))
    place = {pk: number for number, pk in enumerate(rule_ids)}
    for number, rule in enumerate(sorted(rules, key=lambda one: place.get(one.pk, len(place)))):
        rule.position = number
    Rule.objects.bulk_update(rules, ["position"])
    turn_the_page(by=by, now=now)
    record_audit(
        action="automation.rules_arranged",
        by=by.pk,
        target="automation",
        details={"order": rule_ids},
        now=now,
    )


@transaction.atomic
def remove_rule(*, rule_id: int, by: Staff, now: datetime) -> None:
    """Take a rule away with its log; what it did stays on the tickets and their timelines."""
    lock_book()
    rule = Rule.objects.select_for_update(no_key=True).get(pk=rule_id)
    _tell("automation.rule_removed", rule, {"name": rule.name}, by, now)
    Rule.objects.filter(pk=rule.pk).update(version=None, active=False, active_since=None)
    rule.version = None
    rule.delete()


def checked_form(form: RuleForm) -> tuple[Tree, dict[str, Any]]:
    """Conditions and actions as they are kept. Raises what add_rule raises."""
    wrong = _faults(form)
    if wrong:
        raise Invalid(fields=wrong)
    tree = checked_tree(form.conditions)
    fields = all_fields()
    for condition in conditions_in(tree):
        asked, value = fields[condition["field"]], condition.get("value")
        is_personal = isinstance(value, list) and not _PERSONAL.isdisjoint(str(one) for one in value)
        if asked.is_personal or is_personal:
            raise PersonalCondition(field=asked.en)
    actions = check_actions(form.actions, by=None)
    if not actions and not form.is_last:
        raise RuleDoesNothing
    return tree, actions


def _faults(form: RuleForm) -> dict[str, str]:
    wrong: dict[str, str] = {}
    name, calendar_id, key = form.name.strip(), form.occasion.calendar_id, form.occasion.field
    if not name or len(name) > LONGEST_NAME or "\0" in name:
        wrong["name"] = "required" if not name else "too long"
    if calendar_id is not None and not Calendar.objects.filter(pk=calendar_id).exists():
        wrong["occasion.calendar_id"] = "unknown"
    if form.occasion.on == "field_changed" and not CustomField.objects.filter(key=key).exists():
        wrong["occasion.field"] = "unknown"
    return wrong


def _publish(rule: Rule, form: RuleForm, *, by: Staff, now: datetime) -> Rule:
    tree, actions = checked_form(form)
    rule.name, rule.updated_at = form.name.strip(), now
    rule.save()
    last = rule.versions.aggregate(last=Max("number"))["last"] or 0
    rule.version = RuleVersion.objects.create(
        rule=rule,
        number=last + 1,
        occasion=form.occasion.model_dump(exclude_defaults=True),
        conditions=tree,
        actions=actions,
        is_last=form.is_last,
        by=by,
        published_at=now,
    )
    rule.failures = 0
    rule.save(update_fields=["version", "failures"])
    keep_sweep(rule, now=now)
    _tell("automation.rule_published", rule, {"name": rule.name, "version": rule.version.number}, by, now)
    return rule


def _tell(action: str, rule: Rule, details: dict[str, Any], by: Staff, now: datetime) -> None:
    turn_the_page(by=by, now=now)
    record_audit(action=action, by=by.pk, target=f"rule:{rule.pk}", details=details, now=now)
