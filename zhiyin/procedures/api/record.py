"""Who held a ticket when, what the rules asked, and what each did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.models import Staff
from zhiyin.people.shapes import Named
from zhiyin.platform.http.shapes import Shape
from zhiyin.procedures.api.router import router
from zhiyin.procedures.queries.record import Deed, Demand, Held, record_of
from zhiyin.tickets.models import Ticket


class HoldingShape(Shape):
    staff: Named | None
    group: Named | None
    since: datetime
    until: datetime | None


class DeedShape(Shape):
    at: datetime
    what: str = Field(description="the fact's name, or message.*, step_left, task_*, handed_over")
    by: Named | None
    zh: str
    en: str
    text: str
    by_customer: bool


class DemandShape(Shape):
    kind: str = Field(description="step, task, approval or clock")
    zh: str
    en: str
    since: datetime
    due_at: datetime | None
    met_at: datetime | None
    met_by: Named | None
    is_late: bool
    target_minutes: int | None
    of: str = Field(description="of a clock: track and metric")


class RecordShape(Shape):
    number: str
    subject: str
    held: list[HoldingShape]
    deeds: list[DeedShape]
    demands: list[DemandShape]


@router.get("/tickets/{int:ticket_id}/record", response=RecordShape, auth=needs("tickets.read"))
def get_record(request: Signed, ticket_id: int) -> Any:
    """The record of a ticket, those merged into it included."""
    tickets = Ticket.objects.visible_to(request.auth).select_related("assignee", "group")
    ticket = tickets.get(pk=ticket_id)
    record = record_of(ticket, now=timezone.now())
    return RecordShape(
        number=ticket.number,
        subject=ticket.subject,
        held=[_held(one) for one in record.held],
        deeds=[_deed(one) for one in record.deeds],
        demands=[_demand(one) for one in record.demands],
    )


def _held(one: Held) -> HoldingShape:
    group = Named(id=one.group.pk, name=one.group.name) if one.group else None
    return HoldingShape(staff=_named(one.staff), group=group, since=one.since, until=one.until)


def _deed(one: Deed) -> DeedShape:
    return DeedShape(
        at=one.at,
        what=one.what,
        by=_named(one.by),
        zh=one.zh,
        en=one.en,
        text=one.text,
        by_customer=one.by_customer,
    )


def _demand(one: Demand) -> DemandShape:
    return DemandShape(
        kind=one.kind,
        zh=one.zh,
        en=one.en,
        since=one.since,
        due_at=one.due_at,
        met_at=one.met_at,
        met_by=_named(one.met_by),
        is_late=one.is_late,
        target_minutes=one.target_minutes,
        of=one.of,
    )


def _named(staff: Staff | None) -> Named | None:
    return Named(id=staff.pk, name=staff.name) if staff else None
