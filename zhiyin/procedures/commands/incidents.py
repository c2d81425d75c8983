"""Incidents: named, linked to tickets, and over; then every linked ticket comes back and its customer is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.timers.timers import set_timer
from zhiyin.procedures.events_incidents import (
    IncidentOpened,
    IncidentOverForTicket,
    IncidentResolved,
    TicketLinkedToIncident,
    TicketUnlinkedFromIncident,
)
from zhiyin.procedures.models import Incident, IncidentLink
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.commands.returning import return_to_front
from zhiyin.tickets.commands.telling import tell_customer
from zhiyin.tickets.commands.wording import refuse_banned_words
from zhiyin.tickets.queries.aliases import lock_root, root_of

TIMER = "procedures.incident"
BATCH = 50  # tickets that come back in one transaction


class IncidentHasNoName(DomainError):
    code = "procedures.incident_has_no_name"
    status = 422
    messages = {
        "zh": "请给事件起一个大家都认得的名字，例如“退款服务故障”。",
        "en": "Give the incident a name everybody knows, such as “Refund service down”.",
    }


class IncidentIsOver(DomainError):
    code = "procedures.incident_is_over"
    status = 409
    messages = {
        "zh": "事件“{name}”已经恢复，不能再关联工单。",
        "en": "The incident “{name}” is over; tickets can't be linked to it any more.",
    }


@transaction.atomic
def open_incident(*, name: str, about: str, by: Staff, now: datetime) -> Incident:
    """Give something that is broken for many a name. Raises IncidentHasNoName."""
    if not name.strip():
        raise IncidentHasNoName
    incident = Incident.objects.create(name=name.strip(), about=about.strip(), opened_by=by, opened_at=now)
    emit(IncidentOpened(incident_id=incident.pk, by_id=by.pk, at=now))
    return incident


@transaction.atomic
def change_incident(*, incident_id: int, name: str, about: str, by: Staff, now: datetime) -> Incident:
    """Call it otherwise, or say more of it. Raises IncidentHasNoName."""
    if not name.strip():
        raise IncidentHasNoName
    incident = Incident.objects.visible_to(by).select_for_update().get(pk=incident_id)
    incident.name, incident.about = name.strip(), about.strip()
    incident.save(update_fields=["name", "about"])
    return incident


@transaction.atomic
def link_to_incident(*, ticket_id: int, incident_id: int, by: Staff, now: datetime) -> IncidentLink:
    """Say that the ticket is about an incident; a second time changes nothing. Raises IncidentIsOver."""
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    incident = Incident.objects.visible_to(by).select_for_update().get(pk=incident_id)
    link = IncidentLink.objects.filter(incident=incident, ticket=ticket).first()
    if link is not None:
        return link
    if incident.resolved_at is not None:
        raise IncidentIsOver(name=incident.name)
    link = IncidentLink.objects.create(incident=incident, ticket=ticket, by=by, at=now)
    emit(TicketLinkedToIncident(ticket_id=ticket.pk, incident_id=incident.pk, by_id=by.pk, at=now))
    return link


@transaction.atomic
def unlink_from_incident(*, ticket_id: int, incident_id: int, by: Staff, now: datetime) -> None:
    """Say that the ticket is not about it after all; nothing when it was not linked."""
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    removed, _ = IncidentLink.objects.filter(incident=incident_id, ticket=ticket, returned_at=None).delete()
    if removed:
        emit(TicketUnlinkedFromIncident(ticket_id=ticket.pk, incident_id=incident_id, by_id=by.pk, at=now))


@transaction.atomic
def resolve_incident(*, incident_id: int, message: str, by: Staff, now: datetime) -> Incident:
    """It works again. Customers of linked tickets get the message, where there is one; a second time changes nothing.

    Raises BannedInPrepared.
    """
    incident = Incident.objects.visible_to(by).select_for_update().get(pk=incident_id)
    if incident.resolved_at is not None:
        return incident
    refuse_banned_words(message)
    incident.resolved_at, incident.resolved_by, incident.message = now, by, message.strip()
    incident.save(update_fields=["resolved_at", "resolved_by", "message"])
    emit(IncidentResolved(incident_id=incident.pk, by_id=by.pk, at=now))
    told: dict[str, Any] = {"name": incident.name, "tickets": incident.links.count()}
    record_audit(
        action="procedures.incident_resolved",
        by=by.pk,
        target=f"incident:{incident.pk}",
        details=told,
        now=now,
    )
    return incident


@transaction.atomic
def bring_back_linked(*, incident_id: int, now: datetime) -> int:
    """Bring back some of the tickets that waited and tell their customers; the rest follows by a timer at once.

    Tickets are locked before links, as everywhere else, and in the order of their numbers.
    """
    incident = Incident.objects.select_related("resolved_by").get(pk=incident_id)
    waiting = incident.links.filter(returned_at=None).order_by("pk")
    chosen = dict(waiting.values_list("pk", "ticket_id")[:BATCH])
    for root in sorted({root_of(ticket_id) for ticket_id in chosen.values()}):
        lock_root(root)
    links = list(waiting.select_for_update(of=("self",)).filter(pk__in=chosen))
    for link in links:
        _bring_back(link, incident, now)
    if waiting.exists():
        set_timer(kind=TIMER, key=str(incident.pk), due_at=now)
    return len(links)


def _bring_back(link: IncidentLink, incident: Incident, now: datetime) -> None:
    assert incident.resolved_by is not None
    by, message = incident.resolved_by, None
    if incident.message:
        key = f"incident:{incident.pk}:{link.ticket_id}"
        message = tell_customer(ticket_id=link.ticket_id, text=incident.message, key=key, by=by, now=now)
    return_to_front(ticket_id=link.ticket_id, by=by, now=now)
    link.returned_at, link.told_at = now, now if message is not None else None
    link.save(update_fields=["returned_at", "told_at"])
    told: dict[str, Any] = {
        "ticket_id": link.ticket_id,
        "incident_id": incident.pk,
        "told": message is not None,
    }
    emit(IncidentOverForTicket(**told, by_id=by.pk, at=now))
