"""Incidents: named, linked to tickets, and over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.models import Staff
from zhiyin.people.shapes import Named
from zhiyin.platform.http.paging import keyset_page
from zhiyin.platform.http.shapes import Shape
from zhiyin.procedures.api.router import router
from zhiyin.procedures.commands.incidents import (
    change_incident,
    link_to_incident,
    open_incident,
    resolve_incident,
    unlink_from_incident,
)
from zhiyin.procedures.queries.incidents import (
    incidents_of_ticket,
    list_incidents,
    read_incident,
    tickets_of_incident,
)
from zhiyin.tickets.queries.page import ticket_for_page


class IncidentShape(Shape):
    id: int
    name: str
    about: str
    opened_by: Named
    opened_at: datetime
    resolved_by: Named | None
    resolved_at: datetime | None
    message: str
    ticket_count: int
    returned_count: int = Field(description="tickets that are back at the front of their queue")
    told_count: int = Field(description="customers that were told that it is over")


class IncidentPage(Shape):
    items: list[IncidentShape]
    next_cursor: str | None


class IncidentTicket(Shape):
    id: int
    number: str
    subject: str
    status: str
    customer: Named
    assignee: Named | None
    linked_at: datetime
    returned_at: datetime | None
    told_at: datetime | None


class IncidentTickets(Shape):
    items: list[IncidentTicket]
    next_cursor: str | None


class IncidentBody(Schema):
    name: str = Field(min_length=1, max_length=200, pattern=r"\S")
    about: str = Field("", max_length=5000)


class ResolutionBody(Schema):
    message: str = Field("", max_length=5000, description="what customers are told; empty: nothing")


class IncidentNamed(Shape):
    id: int
    name: str
    opened_at: datetime
    resolved_at: datetime | None


class TicketIncident(Shape):
    incident: IncidentNamed
    by: Named
    at: datetime
    returned_at: datetime | None
    told_at: datetime | None


class IncidentLinkBody(Schema):
    incident_id: int


@router.get("/incidents", response=IncidentPage, auth=needs("tickets.read"))
def get_incidents(request: Signed, running: bool = False, cursor: str | None = None, limit: int = 50) -> Any:
    """Incidents, the newest first; with `running` only those that are not over."""
    rows = list_incidents(by=request.auth, running=running)
    return keyset_page(rows, order=("-opened_at", "-id"), cursor=cursor, limit=limit)


@router.post("/incidents", response={201: IncidentShape}, auth=needs("incidents.manage"))
def post_incident(request: Signed, body: IncidentBody) -> Any:
    """Give something that is broken for many a name."""
    incident = open_incident(by=request.auth, now=timezone.now(), **body.dict())
    return Status(201, read_incident(incident_id=incident.pk, by=request.auth))


@router.get("/incidents/{int:incident_id}", response=IncidentShape, auth=needs("tickets.read"))
def get_incident(request: Signed, incident_id: int) -> Any:
    """One incident."""
    return read_incident(incident_id=incident_id, by=request.auth)


@router.put("/incidents/{int:incident_id}", response=IncidentShape, auth=needs("incidents.manage"))
def put_incident(request: Signed, incident_id: int, body: IncidentBody) -> Any:
    """Call it otherwise, or say more of it."""
    change_incident(incident_id=incident_id, by=request.auth, now=timezone.now(), **body.dict())
    return read_incident(incident_id=incident_id, by=request.auth)


@router.get("/incidents/{int:incident_id}/tickets", response=IncidentTickets, auth=needs("tickets.read"))
def get_incident_tickets(
    request: Signed, incident_id: int, cursor: str | None = None, limit: int = 50
) -> Any:
    """The linked tickets one may see, the first linked first."""
    rows = tickets_of_incident(incident_id=incident_id, by=request.auth)
    return keyset_page(rows, order=("linked_at", "id"), cursor=cursor, limit=limit)


@router.post(
    "/incidents/{int:incident_id}/resolution", response=IncidentShape, auth=needs("incidents.manage")
)
def post_resolution(request: Signed, incident_id: int, body: ResolutionBody) -> Any:
    """It works again: linked tickets come back to the front, their customers are told."""
    resolve_incident(incident_id=incident_id, message=body.message, by=request.auth, now=timezone.now())
    return read_incident(incident_id=incident_id, by=request.auth)


@router.get("/tickets/{int:ticket_id}/incidents", response=list[TicketIncident], auth=needs("tickets.read"))
def get_ticket_incidents(request: Signed, ticket_id: int) -> Any:
    """What the ticket is about."""
    return _of_ticket(ticket_id, request.auth)


@router.post("/tickets/{int:ticket_id}/incidents", response=list[TicketIncident], auth=needs("tickets.edit"))
def post_ticket_incident(request: Signed, ticket_id: int, body: IncidentLinkBody) -> Any:
    """Say that the ticket is about an incident."""
    link_to_incident(ticket_id=ticket_id, incident_id=body.incident_id, by=request.auth, now=timezone.now())
    return _of_ticket(ticket_id, request.auth)


@router.delete(
    "/tickets/{int:ticket_id}/incidents/{int:incident_id}",
    response=list[TicketIncident],
    auth=needs("tickets.edit"),
)
def delete_ticket_incident(request: Signed, ticket_id: int, incident_id: int) -> Any:
    """Say that the ticket is not about it after all."""
    unlink_from_incident(ticket_id=ticket_id, incident_id=incident_id, by=request.auth, now=timezone.now())
    return _of_ticket(ticket_id, request.auth)


def _of_ticket(ticket_id: int, by: Staff) -> Any:
    return incidents_of_ticket(ticket_for_page(ticket_id=ticket_id, by=by))
