"""The knowledge base beside a ticket: found, put into the answer, flagged; and cases answered from an entry."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Schema, Status
from pydantic import Field

from zhiyin.knowledge.queries.library import entry_for
from zhiyin.people.access import Signed, needs
from zhiyin.platform.http.shapes import Shape
from zhiyin.platform.text.spreadsheets import csv_of
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.sourcing import flag_from_ticket, leave_out_source, take_from_knowledge
from zhiyin.tickets.models import KnowledgeUse
from zhiyin.tickets.placeholders import fill, values_for
from zhiyin.tickets.queries.offering import Because, Offer, offers_for
from zhiyin.tickets.queries.page import ticket_for_page
from zhiyin.tickets.queries.sources import (
    LATEST_FIRST,
    cases_answered_from,
    counts_by_version,
    list_cases_answered_from,
    sources_on,
)

MOST_EXPORTED = 10_000


class KnowledgeOfferShape(Shape):
    """A published edition that may answer, with its placeholders filled for this ticket."""

    entry_id: int
    edition_id: int
    version_id: int
    number: int
    kind: str
    language: str
    region: str
    title: str
    text: str = Field(description="filled; what could not be filled is still in it")
    snippet: str
    audience: str
    situation: str
    mood: str
    empty: list[str]
    unknown: list[str]
    link: str = Field(description="address in the help centre, '' for what is not public")
    because: Because = Field(description="it fits the words, or how the customer feels, or is used most")


class OfferQuery(Schema):
    q: str = Field("", max_length=400)
    kind: Literal["", "article", "faq", "script"] = ""
    mood: str = Field("", max_length=40)


class KnowledgeUseBody(Schema):
    version_id: int


class SourceShape(Shape):
    id: int
    version_id: int
    entry_id: int
    number: int
    title: str
    how: str
    message_id: int | None
    is_current: bool = Field(description="what was used is still what is published")


class TicketFlagBody(Schema):
    version_id: int
    reason: Literal["wrong", "outdated", "unclear", "incomplete", "other"]
    note: str = Field(min_length=1, max_length=2000)


class AnsweredCase(Shape):
    ticket_id: int
    number: str
    subject: str
    status: str
    customer_name: str
    version_id: int
    version_number: int
    language: str
    how: str
    by_name: str
    message_id: int
    at: datetime


class AnsweredCases(Shape):
    items: list[AnsweredCase]
    next_cursor: str | None
    by_version: dict[int, int] = Field(description="cases by version, all pages")


class CasesQuery(Schema):
    version_id: int | None = None
    cursor: str | None = None
    limit: int = Field(50, ge=1, le=100)


@router.get(
    "/tickets/{int:ticket_id}/knowledge", response=list[KnowledgeOfferShape], auth=needs("tickets.reply")
)
def get_offers(request: Signed, ticket_id: int, query: Query[OfferQuery]) -> Any:
    """Knowledge that may answer this ticket, best first; without words, by what the customer wrote last and feels."""
    ticket = ticket_for_page(ticket_id=ticket_id, by=request.auth)
    now = timezone.now()
    offers = offers_for(ticket, words=query.q, kind=query.kind, mood=query.mood, by=request.auth, now=now)
    values = values_for(ticket, by=request.auth, now=now)
    return [_offer(one, values) for one in offers]


@router.get("/tickets/{int:ticket_id}/knowledge-uses", response=list[SourceShape], auth=needs("tickets.read"))
def get_uses(request: Signed, ticket_id: int) -> Any:
    """What went into the answers on this ticket, and into the one you are writing (without a message)."""
    ticket = ticket_for_page(ticket_id=ticket_id, by=request.auth)
    return [_source(use) for use in sources_on(ticket, by=request.auth)]


@router.post(
    "/tickets/{int:ticket_id}/knowledge-uses", response={201: SourceShape}, auth=needs("tickets.reply")
)
def post_use(request: Signed, ticket_id: int, body: KnowledgeUseBody) -> Any:
    """Note what goes into the answer you are writing; it is kept with the message once that leaves."""
    use = take_from_knowledge(
        ticket_id=ticket_id, version_id=body.version_id, by=request.auth, now=timezone.now()
    )
    return Status(201, _source(use))


@router.delete(
    "/tickets/{int:ticket_id}/knowledge-uses/{int:use_id}", response={204: None}, auth=needs("tickets.reply")
)
def delete_use(request: Signed, ticket_id: int, use_id: int) -> Any:
    """It does not go into your answer after all."""
    leave_out_source(ticket_id=ticket_id, use_id=use_id, by=request.auth)
    return Status(204, None)


@router.post("/tickets/{int:ticket_id}/knowledge-flags", response={201: None}, auth=needs("tickets.reply"))
def post_flag(request: Signed, ticket_id: int, body: TicketFlagBody) -> Any:
    """Say that an entry is wrong; its owner is told, and sees on which case you noticed."""
    flag_from_ticket(ticket_id=ticket_id, **body.dict(), by=request.auth, now=timezone.now())
    return Status(201, None)


@router.get("/knowledge/entries/{int:knowledge_id}/cases", response=AnsweredCases, auth=needs("tickets.read"))
def get_cases(request: Signed, knowledge_id: int, query: Query[CasesQuery]) -> Any:
    """Cases answered from an entry, or from one version of it, the latest first."""
    entry_for(entry_id=knowledge_id, by=request.auth)
    page = list_cases_answered_from(entry_id=knowledge_id, **query.dict(), by=request.auth)
    return {
        "items": [_case(use) for use in page.items],
        "next_cursor": page.next_cursor,
        "by_version": counts_by_version(entry_id=knowledge_id, by=request.auth),
    }


@router.get(
    "/knowledge/entries/{int:knowledge_id}/cases.csv",
    auth=needs("exports.run"),
    openapi_extra={"responses": {200: {"description": "The list as CSV"}}},
)
def get_cases_file(request: Signed, knowledge_id: int, version_id: int | None = None) -> HttpResponse:
    """The same list as a CSV file, at most 10,000 lines."""
    entry_for(entry_id=knowledge_id, by=request.auth)
    found = cases_answered_from(entry_id=knowledge_id, version_id=version_id, by=request.auth)
    latest = found.order_by(*LATEST_FIRST)[:MOST_EXPORTED]
    rows = (_case(use) | {"at": use.at.isoformat()} for use in latest)
    columns = list(AnsweredCase.model_fields)
    told = csv_of(columns, ([row[name] for name in columns] for row in rows))
    headers = {"Content-Disposition": f'attachment; filename="knowledge-{knowledge_id}-cases.csv"'}
    return HttpResponse(told, content_type="text/csv; charset=utf-8", headers=headers)


def _offer(offer: Offer, values: dict[str, str]) -> dict[str, Any]:
    filled = fill(offer.text, values)
    return vars(offer) | {"text": filled.text, "empty": filled.empty, "unknown": filled.unknown}


def _source(use: KnowledgeUse) -> dict[str, Any]:
    version = use.version
    return {
        "id": use.pk,
        "version_id": version.pk,
        "entry_id": version.edition.entry_id,
        "number": version.number,
        "title": version.title,
        "how": use.how,
        "message_id": use.message_id,
        "is_current": version.state == "published",
    }


def _case(use: KnowledgeUse) -> dict[str, Any]:
    message = use.message
    assert message is not None
    ticket = message.ticket
    return {
        "ticket_id": ticket.pk,
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "customer_name": ticket.customer.name,
        "version_id": use.version_id,
        "version_number": use.version.number,
        "language": use.version.edition.language,
        "how": use.how,
        "by_name": use.by.name if use.by else "",
        "message_id": message.pk,
        "at": use.at,
    }
