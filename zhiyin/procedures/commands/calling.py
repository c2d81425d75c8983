"""Steps that call an outside system: owed in the ledger, signed, and answered or given up."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.ledger.ledger import record_effect
from zhiyin.platform.ledger.models import Effect
from zhiyin.procedures.content import Step
from zhiyin.procedures.events import OutsideCalled
from zhiyin.procedures.models import OutsideSystem, Visit

if TYPE_CHECKING:
    from zhiyin.procedures.commands.running import Run

KIND = "procedures.call"


def call_again(run: Run, visit: Visit, step: Step) -> None:
    """Owe the call once more where its answer came while the case stood still: under the same id, so that the other
    side answers as it did before. Nothing where it is still under way."""
    key = _key(visit)
    asked = Effect.objects.filter(Q(key=key) | Q(key__startswith=f"{key}:"), kind=KIND)
    if not asked.exclude(state__in=[Effect.State.DONE, Effect.State.GIVEN_UP]).exists():
        call(run, visit, step, key=f"{key}:{asked.count() + 1}")


def call(run: Run, visit: Visit, step: Step, *, key: str = "") -> None:
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
        "currency": company_or_blank().currency,  # of the amounts among the values
        "values": {key: run.case.values.get(key) for key in step.call.sends},
    }
    payload: dict[str, Any] = {
        "visit_id": visit.pk,
        "system": system.key,
        "message_id": f"msg_case_{run.case.pk}_{step.key}" + ("" if step.call.once else f"_{visit.pk}"),
        "body": json.dumps(body, ensure_ascii=False, sort_keys=True),
        "give_up_at": (run.now + timedelta(minutes=step.call.patience_minutes)).isoformat(),
    }
    record_effect(kind=KIND, key=key or _key(visit), payload=payload, not_before=run.now)
    emit(
        OutsideCalled(
            ticket_id=run.ticket.pk, case_id=run.case.pk, visit_id=visit.pk, system_id=system.pk, at=run.now
        )
    )


def _key(visit: Visit) -> str:
    return f"procedures:visit:{visit.pk}"
