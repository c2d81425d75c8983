"""Automation over HTTP: rules, drafts tried on the last tickets, and the log of what rules did."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from ninja import Router, Status

from zhiyin.automation.commands.keeping import keep_runs
from zhiyin.automation.commands.rules import (
    RuleForm,
    add_rule,
    arrange_rules,
    publish_rule,
    remove_rule,
    switch_rule,
)
from zhiyin.automation.commands.transferring import export_rules, import_rules
from zhiyin.automation.models import Rule, RuleBook, RuleVersion, Run
from zhiyin.automation.queries.log import (
    Figures,
    cycles_of,
    figures_of,
    rules_in_order,
    runs_of_rule,
    runs_on_ticket,
)
from zhiyin.automation.queries.trying import names_in, try_rule
from zhiyin.automation.shapes import (
    ActionShape,
    AutomationOrder,
    AutomationRuleBody,
    AutomationRuleList,
    AutomationRuleShape,
    AutomationSwitch,
    AutomationVersionShape,
    ImportedRules,
    KeptBody,
    Outcome,
    RuleRunShape,
    RulesFile,
    RuleTriedShape,
    RunPage,
)
from zhiyin.people.access import Signed, needs
from zhiyin.tickets.actions import known_actions

router = Router(tags=["automation"])
MANAGE = needs("automation.manage")


@router.get("/automation/rules", response=AutomationRuleList, auth=MANAGE)
def get_rules(request: Signed) -> Any:
    """All rules in their order, with what came of them in the last seven days."""
    rules = rules_in_order()
    figures = figures_of([rule.pk for rule in rules], now=timezone.now())
    book = RuleBook.objects.filter(pk=1).first() or RuleBook()
    return {
        "rules": [_rule(rule, figures.get(rule.pk, Figures()), []) for rule in rules],
        "kept_days": book.kept_days,
    }


@router.post("/automation/rules", response={201: AutomationRuleShape}, auth=MANAGE)
def post_rule(request: Signed, body: AutomationRuleBody) -> Any:
    """Add a rule as the last in the order; it is off until it is switched on."""
    return Status(201, _whole(add_rule(form=_form(body), by=request.auth, now=timezone.now())))


@router.put("/automation/rules/order", response={204: None}, auth=MANAGE)
def put_rule_order(request: Signed, body: AutomationOrder) -> Any:
    """Put rules in order; each sees what those before it did."""
    arrange_rules(rule_ids=body.rule_ids, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/automation/rules/{int:rule_id}", response=AutomationRuleShape, auth=MANAGE)
def get_rule(request: Signed, rule_id: int) -> Any:
    """One rule, and with which others it could go round."""
    return _whole(Rule.objects.select_related("version__by").get(pk=rule_id))


@router.put("/automation/rules/{int:rule_id}", response=AutomationRuleShape, auth=MANAGE)
def put_rule(request: Signed, rule_id: int, body: AutomationRuleBody) -> Any:
    """Publish a new version of a rule."""
    return _whole(publish_rule(rule_id=rule_id, form=_form(body), by=request.auth, now=timezone.now()))


@router.patch("/automation/rules/{int:rule_id}", response=AutomationRuleShape, auth=MANAGE)
def patch_rule(request: Signed, rule_id: int, body: AutomationSwitch) -> Any:
    """Put a rule in force or out of it."""
    return _whole(switch_rule(rule_id=rule_id, active=body.active, by=request.auth, now=timezone.now()))


@router.delete("/automation/rules/{int:rule_id}", response={204: None}, auth=MANAGE)
def delete_rule(request: Signed, rule_id: int) -> Any:
    """Take a rule away with its log; timelines keep what it did."""
    remove_rule(rule_id=rule_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/automation/rules/{int:rule_id}/versions", response=list[AutomationVersionShape], auth=MANAGE)
def get_rule_versions(request: Signed, rule_id: int) -> Any:
    """What was published when, and by whom; the newest first."""
    rule = Rule.objects.get(pk=rule_id)
    return [_version(one) for one in rule.versions.select_related("by").order_by("-number")]


@router.get("/automation/rules/{int:rule_id}/runs", response=RunPage, auth=MANAGE)
def get_rule_runs(
    request: Signed,
    rule_id: int,
    outcome: Outcome | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Any:
    """The log of a rule, newest first."""
    page = runs_of_rule(rule_id=rule_id, outcome=outcome, cursor=cursor, limit=limit, by=request.auth)
    return {"items": [_run(run) for run in page.items], "next_cursor": page.next_cursor}


@router.post("/automation/trials", response=RuleTriedShape, auth=MANAGE)
def post_rule_trial(request: Signed, body: AutomationRuleBody) -> Any:
    """Try a draft on the last 10,000 tickets: which it would have a turn on, what it would change. Nothing is written."""
    tried = try_rule(form=_form(body), by=request.auth, now=timezone.now())
    samples = [
        {
            "ticket_id": sample.ticket.pk,
            "subject": sample.ticket.subject,
            "before": sample.before,
            "after": sample.after,
            "beside": sample.beside,
        }
        for sample in tried.samples
    ]
    names = ("tickets", "occasions", "fitting", "changing", "by_action", "seconds")
    return {name: getattr(tried, name) for name in names} | {
        "samples": samples,
        "names": names_in(tried.samples),
    }


@router.get("/automation/actions", response=list[ActionShape], auth=MANAGE)
def get_actions(request: Signed) -> Any:
    """What can be done to a ticket, in the order in which it is done."""
    return list(known_actions().values())


@router.get("/automation/rules.json", response=RulesFile, auth=MANAGE)
def get_rules_file(request: Signed) -> Any:
    """All rules as a file, by names."""
    return export_rules()


@router.post("/automation/rules.json", response=ImportedRules, auth=MANAGE)
def post_rules_file(request: Signed, body: RulesFile) -> Any:
    """Read rules in from a file; new ones are off, those of the same name get a new version."""
    return asdict(import_rules(told=body.dict(), by=request.auth, now=timezone.now()))


@router.put("/automation/log", response=KeptBody, auth=MANAGE)
def put_log(request: Signed, body: KeptBody) -> Any:
    """How long the log of runs is kept."""
    return keep_runs(days=body.kept_days, by=request.auth, now=timezone.now())


@router.get("/tickets/{int:ticket_id}/rule-runs", response=list[RuleRunShape], auth=needs("tickets.read"))
def get_ticket_runs(request: Signed, ticket_id: int) -> Any:
    """Why did this change? What rules did to a ticket, newest first, while the log is kept."""
    return [_run(run) for run in runs_on_ticket(ticket_id=ticket_id, by=request.auth)]


def _form(body: AutomationRuleBody) -> RuleForm:
    return RuleForm(
        name=body.name,
        occasion=body.occasion,
        conditions=body.conditions,
        actions=body.actions,
        is_last=body.is_last,
    )


def _whole(rule: Rule) -> dict[str, Any]:
    figures = figures_of([rule.pk], now=timezone.now())
    return _rule(rule, figures.get(rule.pk, Figures()), cycles_of(rule))


def _rule(rule: Rule, figures: Figures, cycles: list[list[str]]) -> dict[str, Any]:
    version = rule.version
    assert version is not None
    return {
        "id": rule.pk,
        "name": rule.name,
        "active": rule.active,
        "failures": rule.failures,
        "switched_off_at": rule.switched_off_at,
        "occasion": version.occasion,
        "conditions": version.conditions,
        "actions": version.actions,
        "is_last": version.is_last,
        "version": _version(version),
        "figures": asdict(figures),
        "cycles": cycles,
    }


def _version(version: RuleVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "published_at": version.published_at,
        "by_name": version.by.name,
    }


def _run(run: Run) -> dict[str, Any]:
    names = ("id", "rule_id", "ticket_id", "outcome", "did", "problems", "chain", "took_ms", "at")
    return {name: getattr(run, name) for name in names} | {
        "rule_name": run.rule.name,
        "version": run.version.number,
        "subject": run.ticket.subject,
    }
