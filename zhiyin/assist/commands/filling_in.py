"""What the conversation names for a ticket's empty fields and its category: proposed to people, taken or put aside by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.assist.asking import LOCAL
from zhiyin.assist.events import FindingRated
from zhiyin.assist.models import Use
from zhiyin.assist.queries.proposals import CATEGORY, Proposal, proposals_for, proposals_on_record
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.editing import TicketChange, change_ticket
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.models import Ticket


class FilledMeanwhile(DomainError):
    code = "assist.filled_meanwhile"
    status = 409
    messages = {
        "zh": "这个字段刚刚已经有人填写，没有覆盖。请看一下现在的内容，需要时在字段里直接修改。",
        "en": "Somebody filled in this field just now, and it stays as it is. Look at it, and change it there if need be.",
    }


class ProposalSettled(DomainError):
    code = "assist.proposal_settled"
    status = 409
    messages = {
        "zh": "这条建议已经有人处理过了。",
        "en": "Somebody has settled this proposal already.",
    }


@dataclass(frozen=True)
class Offered:
    """A proposal with the use it is on the record as."""

    use: Use
    proposal: Proposal


@transaction.atomic
def propose_values(*, ticket_id: int, by: Staff, now: datetime) -> list[Offered]:
    """What may be filled in now, each kept as a use; asked again, the same uses. What was settled is not offered again."""
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    known = proposals_on_record(ticket)
    settled = {mark for mark, use in known.items() if use.outcome}
    found = proposals_for(ticket, settled=settled)
    made = Use.objects.bulk_create(
        _use(one, ticket, by=by, now=now) for one in found if one.mark not in known
    )
    uses = known | dict(zip((one.mark for one in found if one.mark not in known), made, strict=True))
    return [Offered(uses[one.mark], one) for one in found]


@transaction.atomic
def settle_proposal(*, ticket_id: int, use_id: int, is_taken: bool, by: Staff, now: datetime) -> Use:
    """Fill in what was proposed, or put it aside; whoever edits the ticket may. Doing the same twice is once.

    Raises Use.DoesNotExist, ProposalSettled, FilledMeanwhile, and what changing the ticket raises.
    """
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    uses = Use.objects.select_for_update(of=("self",)).filter(task__in=("fields", "category"))
    use = uses.get(pk=use_id, ticket=ticket, finding__has_key="values")
    outcome = Use.Outcome.USED if is_taken else Use.Outcome.DISMISSED
    if use.outcome == outcome:
        return use
    if use.outcome:
        raise ProposalSettled
    if is_taken:
        change = TicketChange(values=_changes(use.finding["values"], ticket))
        change_ticket(ticket_id=ticket.pk, change=change, by=by, now=now)
    use.outcome, use.outcome_at = outcome, now
    use.save(update_fields=["outcome", "outcome_at"])
    emit(FindingRated(ticket_id=ticket.pk, use_id=use.pk, outcome=outcome, by_id=by.pk, at=now))
    return use


def _changes(told: dict[str, Any], ticket: Ticket) -> dict[str, Any]:
    if told["key"] == CATEGORY:
        return {"category_id": told["value"]}
    if told["key"] in ticket.fields and ticket.fields[told["key"]] != told["value"]:
        raise FilledMeanwhile
    return {"fields": {told["key"]: told["value"]}}


def _use(proposal: Proposal, ticket: Ticket, *, by: Staff, now: datetime) -> Use:
    evidence = {"text": proposal.text, "message_id": proposal.message_id}
    return Use(
        task=proposal.task,
        ticket=ticket,
        by=by,
        at=now,
        provider=LOCAL.name,
        model=proposal.model,
        version=proposal.version,
        confidence=proposal.confidence,
        finding={
            "text": "",
            "values": {"key": proposal.key, "value": proposal.value},
            "evidence": [evidence],
        },
    )
