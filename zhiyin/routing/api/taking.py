"""What somebody is offered, takes, and may ask why."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Status

from zhiyin.people.access import Signed, needs, signed_in
from zhiyin.routing.api.router import router
from zhiyin.routing.commands.dispatching import pull_next
from zhiyin.routing.commands.offering import accept_offer, decline_offer
from zhiyin.routing.models import Decision, Offer
from zhiyin.routing.queries.explaining import decisions_on, names_of, open_offers_of
from zhiyin.routing.shapes import (
    OfferShape,
    PersonShape,
    RoutingDecisionShape,
    RunnerUpShape,
    TakenShape,
    TermShape,
)


@router.get("/routing/offers", response=list[OfferShape], auth=signed_in)
def get_offers(request: Signed) -> Any:
    """What is held out to oneself now."""
    return [_offer(offer) for offer in open_offers_of(request.auth)]


@router.post("/routing/offers/{int:offer_id}/acceptance", response=TakenShape, auth=needs("tickets.reply"))
def post_acceptance(request: Signed, offer_id: int) -> Any:
    """Take what is offered."""
    item = accept_offer(offer_id=offer_id, by=request.auth, now=timezone.now())
    return TakenShape(item_id=item.pk, ticket_id=item.ticket_id)


@router.post("/routing/offers/{int:offer_id}/refusal", response={204: None}, auth=signed_in)
def post_refusal(request: Signed, offer_id: int) -> Any:
    """Let it go to somebody else."""
    decline_offer(offer_id=offer_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.post("/routing/next", response=TakenShape, auth=needs("tickets.reply"))
def post_next(request: Signed) -> Any:
    """Take the best of what waits for oneself."""
    item = pull_next(by=request.auth, now=timezone.now())
    return TakenShape(item_id=item.pk, ticket_id=item.ticket_id)


@router.get(
    "/routing/tickets/{int:ticket_id}/decisions",
    response=list[RoutingDecisionShape],
    auth=needs("tickets.read"),
)
def get_decisions(request: Signed, ticket_id: int) -> Any:
    """Why the ticket went to whom it went, oldest first."""
    decisions = list(decisions_on(ticket_id=ticket_id, by=request.auth))
    names = names_of(decisions)
    return [_decision(decision, names) for decision in decisions]


def _terms(decision: Decision) -> list[TermShape]:
    return [TermShape(name=name, value=value) for name, value in decision.terms]


def _decision(decision: Decision, names: dict[int, str]) -> RoutingDecisionShape:
    offer: Offer | None = getattr(decision, "offer", None)
    return RoutingDecisionShape(
        id=decision.pk,
        at=decision.at,
        how=decision.how,
        reason=decision.reason,
        queue=(decision.queue or decision.item.queue).name,
        ring=decision.ring,
        staff=PersonShape(id=decision.staff.pk, name=decision.staff.name) if decision.staff else None,
        by=PersonShape(id=decision.by.pk, name=decision.by.name) if decision.by else None,
        terms=_terms(decision),
        total=round(sum(value for _, value in decision.terms), 1),
        version=decision.version,
        considered=decision.considered,
        runners_up=[
            RunnerUpShape(id=one["staff_id"], name=names.get(one["staff_id"], ""), total=one["total"])
            for one in decision.runners_up
            if "staff_id" in one
        ],
        offer=offer.state if offer else None,
    )


def _offer(offer: Offer) -> OfferShape:
    item, ticket = offer.item, offer.item.ticket
    return OfferShape(
        id=offer.pk,
        ticket_id=ticket.pk,
        number=ticket.number,
        subject=ticket.subject,
        preview=ticket.preview,
        customer=ticket.customer.name,
        tier=ticket.customer.tier,
        channel=ticket.channel.name,
        kind=item.kind,
        queue=item.queue.name,
        priority=item.priority,
        waiting_since=item.entered_at,
        is_call_back=item.call_back_at is not None,
        offered_at=offer.offered_at,
        expires_at=offer.expires_at,
        terms=_terms(offer.decision),
    )
