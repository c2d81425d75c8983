"""Making policies, publishing versions, putting them in order. Whoever calls has asked for permission."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from zhiyin.people.models import Group, Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.calendars.models import Calendar
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError, Invalid
from zhiyin.sla.commands.recounting import recount_tickets
from zhiyin.sla.definitions import MetricForm, Wrong, faults_of
from zhiyin.sla.events import PoliciesArranged, PolicyPublished
from zhiyin.sla.models import Clock, Coverage, Policy, PolicyVersion
from zhiyin.tickets.fields.trees import Tree, checked_for_everybody
from zhiyin.tickets.models import Ticket


@dataclass(frozen=True, kw_only=True)
class PolicyForm:
    """A policy as a person fills it in."""

    name_zh: str = ""
    name_en: str = ""
    track: str = Policy.Track.CUSTOMER
    conditions: Tree
    calendar_id: int | None = None
    metrics: list[MetricForm] = field(default_factory=list)
    robots: list[int] = field(default_factory=list)


class PolicyInUse(DomainError):
    code = "sla.policy_in_use"
    status = 409
    messages = {
        "zh": "已有工单按此策略计时，记录需要保留，因此不能删除。请改为停用。",
        "en": "Tickets have been timed under this policy and their record stays, so it can't be deleted. "
        "Switch it off instead.",
    }


@transaction.atomic
def add_policy(*, form: PolicyForm, by: Staff, now: datetime, includes_open: bool = False) -> Policy:
    """Add a policy as the last of its track, in force from now.

    With `includes_open` open tickets come under it at once, else as something happens on them. Raises Invalid,
    BadCondition, PersonalCondition.
    """
    last = Policy.objects.filter(track=form.track).aggregate(last=Max("position"))["last"]
    policy = Policy(track=form.track, position=0 if last is None else last + 1, created_at=now)
    return _publish(policy, form, by=by, now=now, includes_open=includes_open)


@transaction.atomic
def publish_version(
    *, policy_id: int, form: PolicyForm, by: Staff, now: datetime, includes_open: bool = False
) -> Policy:
    """Give a policy a new version for tickets that come under it from now; the track stays what it is.

    With `includes_open` those that run under an older one come under it too. Raises what add_policy raises.
    """
    policy = Policy.objects.select_for_update().get(pk=policy_id)
    if includes_open:
        Coverage.objects.filter(version__policy=policy, ticket__status__in=Ticket.ACTIVE).delete()
    return _publish(policy, form, by=by, now=now, includes_open=includes_open)


@transaction.atomic
def switch_policy(*, policy_id: int, active: bool, by: Staff, now: datetime) -> Policy:
    """Put a policy in force or out of it; open tickets follow."""
    policy = Policy.objects.select_for_update().get(pk=policy_id)
    if policy.active != active:
        policy.active, policy.updated_at = active, now
        policy.save(update_fields=["active", "updated_at"])
        _tell_arranged("sla.policy_switched", policy, {"active": active}, by, now)
    return policy


@transaction.atomic
def arrange_policies(*, policy_ids: list[int], by: Staff, now: datetime) -> None:
    """Put policies in this order; those not named follow in theirs. Open tickets follow when something happens."""
    policies = list(Policy.objects.select_for_update().order_by("position", "pk"))
    place = {pk: number for number, pk in enumerate(policy_ids)}
    for number, policy in enumerate(sorted(policies, key=lambda one: place.get(one.pk, len(place)))):
        policy.position = number
    Policy.objects.bulk_update(policies, ["position"])
    emit(PoliciesArranged(by_id=by.pk, at=now))
    record_audit(
        action="sla.policies_arranged", by=by.pk, target="sla", details={"order": policy_ids}, now=now
    )


@transaction.atomic
def remove_policy(*, policy_id: int, by: Staff, now: datetime) -> None:
    """Take away a policy that no ticket was ever timed under. Raises PolicyInUse."""
    policy = Policy.objects.select_for_update().get(pk=policy_id)
    of_policy = {"version__policy": policy}
    if Coverage.objects.filter(**of_policy).exists() or Clock.objects.filter(**of_policy).exists():
        raise PolicyInUse(policy_id=policy_id)
    _tell_arranged("sla.policy_removed", policy, {"name": str(policy)}, by, now)
    policy.version = None
    policy.save(update_fields=["version"])
    policy.delete()


def checked_form(form: PolicyForm) -> tuple[Tree, list[dict[str, Any]]]:
    """Conditions and metrics as they are kept. Raises Invalid with places, BadCondition, PersonalCondition."""
    wrong = {fault.place: fault.what for fault in _faults(form)}
    if wrong:
        raise Invalid(fields=wrong)
    return checked_for_everybody(form.conditions), [metric.model_dump() for metric in form.metrics]


def _faults(form: PolicyForm) -> Iterator[Wrong]:
    staff = set(form.robots)
    groups: set[int] = set()
    for metric in form.metrics:
        groups |= set(metric.groups)
        for act in (act for level in metric.levels for act in level.do):
            staff |= {*act.staff_ids, *([act.staff_id] if act.staff_id else [])}
            groups |= {act.group_id} if act.group_id else set()
    known_staff = set(Staff.objects.filter(pk__in=staff).values_list("pk", flat=True))
    known_groups = set(Group.objects.filter(pk__in=groups).values_list("pk", flat=True))
    yield from faults_of(form.metrics, staff=known_staff, groups=known_groups)
    if not form.name_zh.strip() and not form.name_en.strip():
        yield Wrong("name_zh", "required")
    if form.calendar_id is not None and not Calendar.objects.filter(pk=form.calendar_id).exists():
        yield Wrong("calendar_id", "unknown")
    if not set(form.robots) <= known_staff:
        yield Wrong("robots", "unknown")


def _publish(policy: Policy, form: PolicyForm, *, by: Staff, now: datetime, includes_open: bool) -> Policy:
    tree, metrics = checked_form(form)
    policy.name_zh, policy.name_en = form.name_zh.strip(), form.name_en.strip()
    policy.updated_at = now
    policy.save()
    last = policy.versions.aggregate(last=Max("number"))["last"] or 0
    version = PolicyVersion.objects.create(
        policy=policy,
        number=last + 1,
        conditions=tree,
        calendar_id=form.calendar_id,
        metrics=metrics,
        robots=sorted(set(form.robots)),
        by=by,
        published_at=now,
    )
    policy.version = version
    policy.save(update_fields=["version"])
    emit(PolicyPublished(policy_id=policy.pk, version_id=version.pk, by_id=by.pk, at=now))
    details = {"name": str(policy), "version": version.number}
    record_audit(
        action="sla.policy_published", by=by.pk, target=f"policy:{policy.pk}", details=details, now=now
    )
    if includes_open:
        recount_tickets(now=now)
    return policy


def _tell_arranged(action: str, policy: Policy, details: dict[str, Any], by: Staff, now: datetime) -> None:
    emit(PoliciesArranged(by_id=by.pk, at=now))
    record_audit(action=action, by=by.pk, target=f"policy:{policy.pk}", details=details, now=now)
    recount_tickets(now=now)
