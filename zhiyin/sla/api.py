"""Service levels over HTTP: policies, what a draft would come to, attainment, and the clocks of a ticket."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.utils import timezone
from ninja import Router, Status

from zhiyin.people.access import Signed, needs
from zhiyin.platform.calendars.models import Calendar
from zhiyin.sla.attainment import Tally, pooled
from zhiyin.sla.clocks import METRICS
from zhiyin.sla.commands.policies import (
    PolicyForm,
    add_policy,
    arrange_policies,
    publish_version,
    remove_policy,
    switch_policy,
)
from zhiyin.sla.commands.trying import ask_for_trial
from zhiyin.sla.jobs import run_trial_later
from zhiyin.sla.models import Policy, PolicyVersion, Trial
from zhiyin.sla.queries.attaining import attained_by_policy
from zhiyin.sla.queries.explaining import Explained, promises_of
from zhiyin.sla.shapes import (
    AttainmentShape,
    PublishBody,
    SlaClockList,
    SlaOrderBody,
    SlaPolicyBody,
    SlaPolicyList,
    SlaPolicyShape,
    SlaVersionShape,
    SwitchBody,
    TrialBody,
    TrialShape,
)
from zhiyin.sla.shipped import packs

router = Router(tags=["service levels"])
MANAGE = needs("sla.manage")


@router.get("/sla/policies", response=SlaPolicyList, auth=MANAGE)
def get_policies(request: Signed) -> Any:
    """All policies in their order, with what their present versions say; and examples to begin from."""
    return {
        "policies": [_policy(one) for one in _policies()],
        "calendars": Calendar.objects.order_by("name"),
        "packs": [asdict(pack) | {"metrics": pack.metrics} for pack in packs()],
        "metrics": [{"metric": name, "pauses_in": list(pauses)} for name, pauses in METRICS.items()],
    }


@router.post("/sla/policies", response={201: SlaPolicyShape}, auth=MANAGE)
def post_policy(request: Signed, body: PublishBody) -> Any:
    """Publish a new policy, the last of its track."""
    policy = add_policy(
        form=_form(body), by=request.auth, now=timezone.now(), includes_open=body.includes_open
    )
    return Status(201, _policy(policy))


@router.put("/sla/policies/order", response={204: None}, auth=MANAGE)
def put_order(request: Signed, body: SlaOrderBody) -> Any:
    """Put policies in order; of each track the first that fits a ticket holds."""
    arrange_policies(policy_ids=body.policy_ids, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.put("/sla/policies/{int:policy_id}", response=SlaPolicyShape, auth=MANAGE)
def put_policy(request: Signed, policy_id: int, body: PublishBody) -> Any:
    """Publish a new version of a policy; tickets that run under an older one keep it unless `includes_open`."""
    policy = publish_version(
        policy_id=policy_id,
        form=_form(body),
        by=request.auth,
        now=timezone.now(),
        includes_open=body.includes_open,
    )
    return _policy(policy)


@router.patch("/sla/policies/{int:policy_id}", response=SlaPolicyShape, auth=MANAGE)
def patch_policy(request: Signed, policy_id: int, body: SwitchBody) -> Any:
    """Put a policy in force or out of it."""
    switch_policy(policy_id=policy_id, active=body.active, by=request.auth, now=timezone.now())
    return _policy(_policies().get(pk=policy_id))


@router.delete("/sla/policies/{int:policy_id}", response={204: None}, auth=MANAGE)
def delete_policy(request: Signed, policy_id: int) -> Any:
    """Delete a policy that no ticket was ever timed under."""
    remove_policy(policy_id=policy_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/sla/policies/{int:policy_id}/versions", response=list[SlaVersionShape], auth=MANAGE)
def get_versions(request: Signed, policy_id: int) -> Any:
    """What was published when, and by whom; the newest first."""
    policy = Policy.objects.get(pk=policy_id)
    return [_version(one) for one in policy.versions.select_related("by").order_by("-number")]


@router.post("/sla/trials", response={202: TrialShape}, auth=MANAGE)
def post_trial(request: Signed, body: TrialBody) -> Any:
    """Try a draft on the tickets of the last days, without anybody coming under it."""
    trial = ask_for_trial(
        form=_form(body), policy_id=body.policy_id, days=body.days, by=request.auth, now=timezone.now()
    )
    run_trial_later.defer(trial_id=trial.pk)
    return Status(202, _trial(trial))


@router.get("/sla/trials/{int:trial_id}", response=TrialShape, auth=MANAGE)
def get_trial(request: Signed, trial_id: int) -> Any:
    """How far one's trial is, and what it came to; kept for a week."""
    return _trial(Trial.objects.get(pk=trial_id, by=request.auth))


@router.get("/sla/attainment", response=AttainmentShape, auth=MANAGE)
def get_attainment(request: Signed, days: int = 30) -> Any:
    """How well promises were kept that began in the last days."""
    now, days = timezone.now(), max(1, min(days, 366))
    rows = attained_by_policy(since=now - timedelta(days=days), until=now)
    return {
        "days": days,
        "rows": [row | {"tally": _tally(row["tally"])} for row in rows],
        "all": _tally(pooled(row["tally"] for row in rows)),
    }


@router.get("/tickets/{int:ticket_id}/clocks", response=SlaClockList, auth=needs("tickets.read"))
def get_clocks(request: Signed, ticket_id: int) -> Any:
    """The promises on a ticket: how each stands, and by which policy, hours and pauses it came to that."""
    found = promises_of(ticket_id=ticket_id, by=request.auth, now=timezone.now())
    return {
        "clocks": [_clock(one) for one in found.clocks],
        "coverages": [
            {"track": one.track, "policy": _named(one.version), "since": one.since} for one in found.coverages
        ],
    }


def _policies() -> Any:
    return (
        Policy.objects.filter(version__isnull=False)
        .select_related("version__by")
        .order_by("track", "position", "pk")
    )


def _form(body: SlaPolicyBody) -> PolicyForm:
    return PolicyForm(
        name_zh=body.name_zh,
        name_en=body.name_en,
        track=body.track,
        conditions=body.conditions,
        calendar_id=body.calendar_id,
        metrics=body.metrics,
        robots=body.robots,
    )


def _policy(policy: Policy) -> dict[str, Any]:
    version = policy.version
    assert version is not None
    return {
        "id": policy.pk,
        "name_zh": policy.name_zh,
        "name_en": policy.name_en,
        "track": policy.track,
        "active": policy.active,
        "conditions": version.conditions,
        "calendar_id": version.calendar_id,
        "metrics": version.metrics,
        "robots": version.robots,
        "version": _version(version),
    }


def _version(version: PolicyVersion) -> dict[str, Any]:
    return {
        "id": version.pk,
        "number": version.number,
        "published_at": version.published_at,
        "by_name": version.by.name,
    }


def _trial(trial: Trial) -> dict[str, Any]:
    return {"id": trial.pk, "state": trial.state_at(timezone.now()), "result": trial.result or None}


def _tally(tally: Tally) -> dict[str, Any]:
    return asdict(tally) | {"share": tally.share}


def _clock(explained: Explained) -> dict[str, Any]:
    clock = explained.clock
    names = ("id", "track", "metric", "key", "name", "state", "activated_at", "due_at", "breached_at")
    more = ("ended_at", "target_minutes", "priority", "counted_at")
    return {name: getattr(clock, name) for name in (*names, *more)} | {
        "elapsed_seconds": explained.elapsed_seconds,
        "is_counting": explained.is_counting,
        "pauses": [{"since": since, "until": until, "cause": cause} for since, until, cause in clock.pauses],
        "policy": _named(clock.version) if clock.version is not None else None,
        "calendar_name": clock.calendar.name if clock.calendar is not None else "",
    }


def _named(version: PolicyVersion) -> dict[str, Any]:
    policy = version.policy
    return {
        "id": policy.pk,
        "name_zh": policy.name_zh,
        "name_en": policy.name_en,
        "version": version.number,
    }
