"""What a policy has done when a clock reaches a level."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.sla.definitions import acts_at
from zhiyin.sla.events import TaskWanted
from zhiyin.sla.models import Clock
from zhiyin.tickets.commands.macro_actions import perform_actions
from zhiyin.tickets.models import Ticket

log = structlog.get_logger(__name__)


@transaction.atomic
def act_on_level(*, clock_id: int, level: int, now: datetime) -> None:
    """Do what the clock's version asks for at this level, but for telling people. What can't be done is left out."""
    clock = Clock.objects.select_related("version").filter(pk=clock_id).first()
    if clock is None or clock.version is None:
        return
    metric = next((one for one in clock.version.metrics if one["metric"] == clock.metric), None)
    for act in acts_at(metric, level) if metric is not None else ():
        if (do := _ACTS.get(act["act"])) is not None:
            try:
                with transaction.atomic():
                    do(clock, act, now)
            except (
                DomainError,
                ObjectDoesNotExist,
            ) as reason:  # somebody left, a group is gone: the rest still holds
                log.warning(
                    "escalation_left_out", clock=clock_id, level=level, act=act["act"], reason=str(reason)
                )


def _raise_priority(clock: Clock, act: dict[str, Any], now: datetime) -> None:
    _do(clock, {"raise_priority": True}, now)


def _assign(clock: Clock, act: dict[str, Any], now: datetime) -> None:
    """To a group, to a person, or both; in another group it begins without an assignee."""
    ticket = Ticket.objects.get(pk=clock.ticket_id)
    staff_id, group_id = act["staff_id"], act["group_id"]
    if not ticket.is_active:
        return
    group = {"group_id": group_id} if group_id is not None else {}
    is_moved = group_id is not None and group_id != ticket.group_id
    to = {"assignee": staff_id or "nobody"} if staff_id is not None or is_moved else {}
    _do(clock, group | to, now)


def _do(clock: Clock, actions: dict[str, Any], now: datetime) -> None:
    perform_actions(
        ticket_id=clock.ticket_id, actions=actions, idempotency_key=f"clock:{clock.pk}", by=None, now=now
    )


def _want_task(clock: Clock, act: dict[str, Any], now: datetime) -> None:
    emit(
        TaskWanted(
            ticket_id=clock.ticket_id,
            clock_id=clock.pk,
            title=act["title"],
            group_id=act["group_id"],
            staff_id=act["staff_id"],
            at=now,
        )
    )


_ACTS: dict[str, Callable[[Clock, dict[str, Any], datetime], None]] = {
    "raise_priority": _raise_priority,
    "assign": _assign,
    "open_task": _want_task,
}
