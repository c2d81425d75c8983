"""What was promised, given, asked and approved on one ticket, for its panel at the desk: all in one answer."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from zhiyin.people.access import Signed, needs
from zhiyin.platform.http.shapes import Shape
from zhiyin.procedures.api.compensation import GrantShape, LimitsShape
from zhiyin.procedures.api.incidents import TicketIncident
from zhiyin.procedures.api.promises import PromiseShape, RhythmShape
from zhiyin.procedures.api.router import router
from zhiyin.procedures.api.surveys import TicketSurvey
from zhiyin.procedures.queries.approvals import approvals_of_ticket
from zhiyin.procedures.queries.approvers import stood_for_by
from zhiyin.procedures.queries.compensation import grants_of_ticket
from zhiyin.procedures.queries.incidents import incidents_of_ticket
from zhiyin.procedures.queries.limits import limits_for
from zhiyin.procedures.queries.promises import promises_of_ticket, rhythm_of
from zhiyin.procedures.queries.surveys import survey_of_ticket
from zhiyin.procedures.shapes_approvals import ApprovalShape, told_approvals
from zhiyin.tickets.queries.page import ticket_for_page


class FollowUpsShape(Shape):
    approvals: list[ApprovalShape]
    promises: list[PromiseShape]
    rhythm: RhythmShape | None
    grants: list[GrantShape]
    limits: LimitsShape
    incidents: list[TicketIncident]
    survey: TicketSurvey | None


@router.get("/tickets/{int:ticket_id}/follow-ups", response=FollowUpsShape, auth=needs("tickets.read"))
def get_follow_ups(request: Signed, ticket_id: int) -> Any:
    """All that hangs on the ticket beside its conversation: the lists of its five neighbours in one answer."""
    me, now = request.auth, timezone.now()
    ticket = ticket_for_page(ticket_id=ticket_id, by=me)
    return {
        "approvals": told_approvals(approvals_of_ticket(ticket), reader=me, people=stood_for_by(me, at=now)),
        "promises": promises_of_ticket(ticket),
        "rhythm": rhythm_of(ticket),
        "grants": grants_of_ticket(ticket),
        "limits": limits_for(customer_id=ticket.customer_id, by=me, at=now),
        "incidents": incidents_of_ticket(ticket),
        "survey": survey_of_ticket(ticket),
    }
