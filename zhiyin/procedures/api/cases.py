"""Procedures on a ticket."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.models import Staff
from zhiyin.platform.http.shapes import Shape
from zhiyin.procedures.api.router import router
from zhiyin.procedures.commands.answering import ask_again
from zhiyin.procedures.commands.starting import cancel_case, move_case, start_case
from zhiyin.procedures.queries.cases import cases_of, procedures_for
from zhiyin.procedures.queries.imports import open_children
from zhiyin.procedures.queries.tasks import tasks_of_ticket
from zhiyin.procedures.shapes import CaseShape, TaskRow, case_shape, task_row
from zhiyin.tickets.models import Ticket


class Startable(Shape):
    id: int
    name_zh: str
    name_en: str
    about_zh: str
    about_en: str


class TicketProcedures(Shape):
    """A ticket's panel: its cases, all its tasks, and what could be started."""

    cases: list[CaseShape]
    tasks: list[TaskRow]
    startable: list[Startable]
    has_children: bool = Field(description="open children, whose customers can be told something")


class StartBody(Schema):
    procedure_id: int


class VersionBody(Schema):
    number: int


@router.get("/tickets/{int:ticket_id}/cases", response=TicketProcedures, auth=needs("tickets.read"))
def get_cases(request: Signed, ticket_id: int) -> Any:
    """The ticket's procedures, its tasks, and what could be started on it."""
    return _panel(ticket_id, request.auth)


@router.post("/tickets/{int:ticket_id}/cases", response={201: TicketProcedures}, auth=needs("tickets.edit"))
def post_case(request: Signed, ticket_id: int, body: StartBody) -> Any:
    """Start a procedure."""
    start_case(ticket_id=ticket_id, definition_id=body.procedure_id, by=request.auth, now=timezone.now())
    return Status(201, _panel(ticket_id, request.auth))


@router.delete("/cases/{int:case_id}", response=TicketProcedures, auth=needs("tickets.edit"))
def delete_case(request: Signed, case_id: int) -> Any:
    """Break a case off with all its tasks; what was done stays on the record."""
    case = cancel_case(case_id=case_id, by=request.auth, now=timezone.now())
    return _panel(case.ticket_id, request.auth)


@router.put("/cases/{int:case_id}/version", response=TicketProcedures, auth=needs("tickets.edit"))
def put_case_version(request: Signed, case_id: int, body: VersionBody) -> Any:
    """Bring a running case to another version, where the step it is in is still there."""
    case = move_case(case_id=case_id, version_number=body.number, by=request.auth, now=timezone.now())
    return _panel(case.ticket_id, request.auth)


@router.post("/cases/{int:case_id}/asking", response=TicketProcedures, auth=needs("tickets.reply"))
def post_asking(request: Signed, case_id: int) -> Any:
    """Ask once more for an approval that nobody could be asked for."""
    case = ask_again(case_id=case_id, by=request.auth, now=timezone.now())
    return _panel(case.ticket_id, request.auth)


def _panel(ticket_id: int, by: Staff) -> TicketProcedures:
    ticket = Ticket.objects.visible_to(by).get(pk=ticket_id)
    return TicketProcedures(
        cases=[case_shape(one) for one in cases_of(ticket)],
        tasks=[task_row(one) for one in tasks_of_ticket(ticket)],
        has_children=open_children(ticket).exists(),
        startable=[Startable.from_orm(one) for one in procedures_for(ticket)] if ticket.is_active else [],
    )
