"""Steps that call an outside system: owed in the ledger, signed, and answered or given up."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.ledger.ledger import record_effect
from zhiyin.procedures.content import Step
from zhiyin.procedures.events import OutsideCalled
from zhiyin.procedures.models import OutsideSystem, Visit

if TYPE_CHECKING:
    from zhiyin.procedures.commands.running import Run

KIND = "procedures.call"


def call(run: Run, visit: Visit, step: Step) -> None:
    """Owe the call. The other side knows a repeated one by its id: where the step counts once, every stay in it has
    the same, so that nothing is paid twice."""
    assert step.call is not None
    system = OutsideSystem.objects.get(key=step.call.system)
    body = {
        "procedure": run.case.definition.key,
        "step": step.key,
        "case": run.case.pk,
        "ticket": run.ticket.pk,
        "customer": run.ticket.customer_id,
        "values": {key: run.case.values.get(key) for key in step.call.sends},
    }
    payload: dict[str, Any] = {
        "visit_id": visit.pk,
        "system": system.key,
        "message_id": f"msg_case_{run.case.pk}_{step.key}" + ("" if step.call.once else f"_{visit.pk}"),
        "body": json.dumps(body, ensure_ascii=False, sort_keys=True),
        "give_up_at": (run.now + timedelta(minutes=step.call.patience_minutes)).isoformat(),
    }
    record_effect(kind=KIND, key=f"procedures:visit:{visit.pk}", payload=payload, not_before=run.now)
    emit(
        OutsideCalled(
            ticket_id=run.ticket.pk, case_id=run.case.pk, visit_id=visit.pk, system_id=system.pk, at=run.now
        )
    )
