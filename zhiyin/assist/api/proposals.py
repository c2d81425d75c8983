"""What the conversation names for a ticket's empty fields and its category, to be confirmed."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Schema
from pydantic import Field

from zhiyin.assist.api.router import router
from zhiyin.assist.commands.filling_in import Offered, propose_values, settle_proposal
from zhiyin.assist.queries.proposals import CATEGORY
from zhiyin.people.access import Signed, needs
from zhiyin.tickets.models import Category


class ProposalShape(Schema):
    id: int = Field(description="of the use it is on the record as")
    key: str = Field(description="of the custom field; '' for the category")
    value: Any
    path: str = Field("", description="of a category")
    text: str = Field(description="the customer's words it comes from; of a category those that spoke for it")
    message_id: int | None
    confidence: float | None


class SettleBody(Schema):
    taken: bool = Field(description="filled in, or put aside")


@router.post(
    "/tickets/{int:ticket_id}/assist/proposals", response=list[ProposalShape], auth=needs("tickets.edit")
)
def post_proposals(request: Signed, ticket_id: int) -> Any:
    """What may be filled in now; each is kept on the record once, and offered until it is settled."""
    return _told(propose_values(ticket_id=ticket_id, by=request.auth, now=timezone.now()))


@router.put(
    "/tickets/{int:ticket_id}/assist/proposals/{int:use_id}",
    response=list[ProposalShape],
    auth=needs("tickets.edit"),
)
def put_proposal(request: Signed, ticket_id: int, use_id: int, body: SettleBody) -> Any:
    """Fill in what was proposed, or put it aside; gives what may be filled in then."""
    now = timezone.now()
    settle_proposal(ticket_id=ticket_id, use_id=use_id, is_taken=body.taken, by=request.auth, now=now)
    return _told(propose_values(ticket_id=ticket_id, by=request.auth, now=now))


def _told(offered: list[Offered]) -> list[dict[str, Any]]:
    categories = [one.proposal.value for one in offered if one.proposal.key == CATEGORY]
    paths = dict(Category.objects.filter(pk__in=categories).values_list("pk", "path")) if categories else {}
    return [
        {
            "id": one.use.pk,
            "key": one.proposal.key,
            "value": one.proposal.value,
            "path": paths.get(one.proposal.value, "") if one.proposal.key == CATEGORY else "",
            "text": one.proposal.text,
            "message_id": one.proposal.message_id,
            "confidence": one.proposal.confidence,
        }
        for one in offered
    ]
