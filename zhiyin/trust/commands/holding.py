"""Legal holds: tickets that must be kept whatever the rules say."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.lifecycle import refuse_alias
from zhiyin.tickets.models import Ticket
from zhiyin.trust.events import TicketHeld, TicketReleased
from zhiyin.trust.models import LegalHold


class AnonymisedAlready(DomainError):
    code = "trust.anonymised_already"
    status = 409
    messages = {
        "zh": "这张工单已按规则匿名化，没有内容可以保全。",
        "en": "This ticket was anonymised by a rule; there is nothing left to hold.",
    }


@transaction.atomic
def hold_ticket(*, ticket_id: int, reason: str, by: Staff, now: datetime) -> LegalHold:
    """Keep a ticket, and what was merged into it, from every rule; holding twice gives another reason.

    Raises AnonymisedAlready, MergedAway.
    """
    ticket = Ticket.objects.visible_to(by).select_for_update(of=("self",)).get(pk=ticket_id)
    refuse_alias(ticket)
    if ticket.anonymised_at is not None:
        raise AnonymisedAlready
    hold, _ = LegalHold.objects.update_or_create(
        ticket=ticket, defaults={"reason": reason.strip(), "by": by, "at": now}
    )
    emit(TicketHeld(ticket_id=ticket.pk, by_id=by.pk, at=now))
    record_audit(action="retention.held", by=by.pk, target=f"ticket:{ticket.pk}", now=now)
    return hold


@transaction.atomic
def release_ticket(*, ticket_id: int, by: Staff, now: datetime) -> None:
    """Let the rules apply to the ticket again. Raises LegalHold.DoesNotExist where there is no hold."""
    ticket = Ticket.objects.visible_to(by).select_for_update(of=("self",)).get(pk=ticket_id)
    LegalHold.objects.get(ticket=ticket).delete()
    emit(TicketReleased(ticket_id=ticket.pk, by_id=by.pk, at=now))
    record_audit(action="retention.released", by=by.pk, target=f"ticket:{ticket.pk}", now=now)
