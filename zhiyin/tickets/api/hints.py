"""Similar tickets, and tickets on paper."""

from __future__ import annotations

from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.http.errors import language_of
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.hinting import dismiss_hint
from zhiyin.tickets.printing import ticket_pdf
from zhiyin.tickets.queries.hints import hints_for
from zhiyin.tickets.queries.page import ticket_for_page
from zhiyin.tickets.queries.printing import ticket_to_print
from zhiyin.tickets.shapes import TicketRow


class HintShape(Schema):
    ticket: TicketRow
    reason: Literal["customer", "words"] = Field(
        description="customer: the same one, and still open; words: somebody else said alike in the last days"
    )
    words: list[str]


class DismissalBody(Schema):
    other_id: int


@router.get("/tickets/{int:ticket_id}/hints", response=list[HintShape], auth=needs("tickets.read"))
def get_hints(request: Signed, ticket_id: int) -> Any:
    """Tickets that may be about the same, and the words they share."""
    ticket = ticket_for_page(ticket_id=ticket_id, by=request.auth)
    return [
        HintShape(ticket=TicketRow.from_orm(hint.ticket), reason=hint.reason, words=hint.words)
        for hint in hints_for(ticket, by=request.auth)
    ]


@router.post("/tickets/{int:ticket_id}/hints/dismissals", response={204: None}, auth=needs("tickets.edit"))
def post_dismissal(request: Signed, ticket_id: int, body: DismissalBody) -> Any:
    """Say that the two have nothing to do with each other."""
    dismiss_hint(ticket_id=ticket_id, other_id=body.other_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/tickets/{int:ticket_id}/pdf", auth=needs("tickets.read"))
def get_pdf(
    request: Signed, ticket_id: int, version: Literal["customer", "internal"] = "customer"
) -> HttpResponse:
    """The ticket as a PDF file: for the customer without notes, or with them for colleagues."""
    internal = version == "internal"
    printed = ticket_to_print(ticket_id=ticket_id, with_notes=internal, by=request.auth)
    content = ticket_pdf(
        printed,
        internal=internal,
        language=language_of(request),
        zone=ZoneInfo(company_or_blank().timezone),
        font_file=settings.PDF_FONT,
        now=timezone.now(),
    )
    name = f'attachment; filename="ticket-{printed.ticket.pk}-{version}.pdf"'
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
