"""HTTP in and out for retention and legal holds; no rules."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Router, Status

from zhiyin.people.access import Signed, needs
from zhiyin.trust.commands.holding import hold_ticket, release_ticket
from zhiyin.trust.commands.ruling import Scope, add_rule, change_rule, remove_rule, rule_to_look_at
from zhiyin.trust.commands.running import start_run, stop_run
from zhiyin.trust.queries.listing import hold_of, latest_runs, list_holds, rules_of
from zhiyin.trust.queries.naming import scopes
from zhiyin.trust.queries.previewing import preview
from zhiyin.trust.shapes import (
    HoldBody,
    HoldPage,
    HoldShape,
    PreviewShape,
    RetentionRuleBody,
    RetentionRuleShape,
    RetentionRunShape,
    RuleChange,
    ScopesShape,
)

router = Router(tags=["retention"])
MANAGE = needs("retention.manage")


@router.get("/retention/rules", response=list[RetentionRuleShape], auth=MANAGE)
def get_rules(request: Signed) -> Any:
    """How long what is kept, by channel."""
    return rules_of(request.auth)


@router.get("/retention/scopes", response=ScopesShape, auth=MANAGE)
def get_scopes(request: Signed) -> Any:
    """The channels and kinds of channels that rules can be for."""
    return scopes()


@router.post("/retention/rules", response={201: RetentionRuleShape}, auth=MANAGE)
def post_rule(request: Signed, body: RetentionRuleBody) -> Any:
    """Make a rule; it is applied from the next night on, or at once by a run."""
    rule = add_rule(
        action=body.action, days=body.days, scope=_scope(body), by=request.auth, now=timezone.now()
    )
    return Status(201, rule)


@router.patch("/retention/rules/{int:rule_id}", response=RetentionRuleShape, auth=MANAGE)
def patch_rule(request: Signed, rule_id: int, body: RuleChange) -> Any:
    """Give a rule other days, or switch it off or on."""
    changes = body.dict(exclude_unset=True)
    return change_rule(rule_id=rule_id, **changes, by=request.auth, now=timezone.now())


@router.delete("/retention/rules/{int:rule_id}", response={204: None}, auth=MANAGE)
def delete_rule(request: Signed, rule_id: int) -> Any:
    """Take a rule away; what it did is not undone."""
    remove_rule(rule_id=rule_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.post("/retention/preview", response=PreviewShape, auth=MANAGE)
def post_preview(request: Signed, body: RetentionRuleBody) -> Any:
    """What a rule would take now and what it would leave; nothing is changed."""
    rule = rule_to_look_at(action=body.action, days=body.days, scope=_scope(body))
    return preview(rule=rule, by=request.auth, now=timezone.now())


@router.get("/retention/runs", response=list[RetentionRunShape], auth=MANAGE)
def get_runs(request: Signed) -> Any:
    """The latest runs: what they took, and what they left."""
    return latest_runs()


@router.post("/retention/rules/{int:rule_id}/runs", response={202: RetentionRunShape}, auth=MANAGE)
def post_run(request: Signed, rule_id: int) -> Any:
    """Apply a rule now, in the background."""
    return Status(202, start_run(rule_id=rule_id, by=request.auth, now=timezone.now()))


@router.post("/retention/runs/{int:run_id}/stop", response=RetentionRunShape, auth=MANAGE)
def post_stop(request: Signed, run_id: int) -> Any:
    """Stop a run; what it took is gone, the rest stays."""
    return stop_run(run_id=run_id, by=request.auth, now=timezone.now())


@router.get("/retention/holds", response=HoldPage, auth=MANAGE)
def get_holds(request: Signed, cursor: str | None = None, limit: int = 30) -> Any:
    """Tickets on legal hold, newest hold first."""
    return list_holds(by=request.auth, cursor=cursor, limit=limit)


@router.get("/tickets/{int:ticket_id}/hold", response=HoldShape | None, auth=needs("tickets.read"))
def get_hold(request: Signed, ticket_id: int) -> Any:
    """The legal hold on a ticket, or null."""
    return hold_of(ticket_id=ticket_id, by=request.auth)


@router.put("/retention/holds/{int:held_id}", response=HoldShape, auth=MANAGE)
def put_hold(request: Signed, held_id: int, body: HoldBody) -> Any:
    """Keep the ticket of this number from every retention rule."""
    return hold_ticket(ticket_id=held_id, reason=body.reason, by=request.auth, now=timezone.now())


@router.delete("/retention/holds/{int:held_id}", response={204: None}, auth=MANAGE)
def delete_hold(request: Signed, held_id: int) -> Any:
    """Let retention rules apply to the ticket of this number again."""
    release_ticket(ticket_id=held_id, by=request.auth, now=timezone.now())
    return Status(204, None)


def _scope(body: RetentionRuleBody) -> Scope:
    return Scope(channel_id=body.channel_id, channel_kind=body.channel_kind)
