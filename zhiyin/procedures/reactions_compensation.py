"""What becomes of compensation when others have decided."""

from __future__ import annotations

from zhiyin.platform.event_log.subscribing import on
from zhiyin.procedures.commands.giving import KIND, follow_decision
from zhiyin.procedures.events_approvals import ApprovalDecided


@on(ApprovalDecided)
def give_what_was_agreed_to(fact: ApprovalDecided) -> None:
    if fact.kind == KIND:
        follow_decision(grant_id=int(fact.key), approved=fact.approved, by_id=fact.by_id, now=fact.at)
