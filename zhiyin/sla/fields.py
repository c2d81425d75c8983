"""What conditions may ask of promises, beside the next deadline, which is a ticket's own."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from zhiyin.sla.models import OPEN_STATES, Clock, Coverage, Policy
from zhiyin.tickets.fields.kinds import Choice
from zhiyin.tickets.fields.registry import Field, Viewpoint, one_of, register, register_source, yes_no


def _breached(_viewpoint: Viewpoint) -> Q:
    return Q(Exists(Clock.objects.filter(ticket=OuterRef("pk"), breached_at__isnull=False)))


def _paused(_viewpoint: Viewpoint) -> Q:
    clocks = Clock.objects.filter(ticket=OuterRef("pk"))
    stand_still = Exists(clocks.filter(state=Clock.State.PAUSED))
    return Q(stand_still) & ~Q(Exists(clocks.filter(state__in=OPEN_STATES).exclude(state=Clock.State.PAUSED)))


def _policy(value: list[int], _viewpoint: Viewpoint) -> Q:
    return Q(Exists(Coverage.objects.filter(ticket=OuterRef("pk"), version__policy__in=value)))


def _policies() -> list[Field]:
    choices = tuple(
        Choice(policy.pk, policy.name_zh or policy.name_en, policy.name_en or policy.name_zh)
        for policy in Policy.objects.order_by("position", "pk")
    )
    if not choices:
        return []
    return [
        Field(
            "sla_policy", "choice", "服务承诺策略", "Service level policy", one_of(_policy), choices=choices
        )
    ]


register(
    Field(
        "sla_breached",
        "flag",
        "曾超时",
        "Ever missed a deadline",
        yes_no(_breached),
        true_for=timedelta(minutes=1),
    ),
    Field("sla_paused", "flag", "计时已暂停", "Clocks stand still", yes_no(_paused)),
)
register_source(_policies)
