"""Incidents as they are read."""

from __future__ import annotations

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from zhiyin.people.models import Staff
from zhiyin.procedures.models import Incident, IncidentLink
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.aliases import family_of


def list_incidents(*, by: Staff, running: bool = False) -> QuerySet[Incident]:
    """Incidents with how many tickets wait for each, the newest first; with `running` only those that are not over."""
    incidents = Incident.objects.visible_to(by)
    return _with_counts(incidents.running() if running else incidents).order_by("-opened_at", "-pk")


def read_incident(*, incident_id: int, by: Staff) -> Incident:
    """One. Raises Incident.DoesNotExist."""
    return _with_counts(Incident.objects.visible_to(by)).get(pk=incident_id)


def tickets_of_incident(*, incident_id: int, by: Staff) -> QuerySet[Ticket]:
    """The linked tickets that the person may see, with what came of each, in the order in which they were linked."""
    incident = Incident.objects.visible_to(by).get(pk=incident_id)
    links = IncidentLink.objects.filter(incident=incident, ticket=OuterRef("pk"))
    tickets = Ticket.objects.visible_to(by).filter(pk__in=incident.links.values("ticket_id")).with_rows()
    annotated: QuerySet[Ticket] = tickets.annotate(
        linked_at=Subquery(links.values("at")[:1]),
        returned_at=Subquery(links.values("returned_at")[:1]),
        told_at=Subquery(links.values("told_at")[:1]),
    )
    return annotated


def incidents_of_ticket(ticket: Ticket) -> list[IncidentLink]:
    """What the ticket is about, the latest first."""
    links = IncidentLink.objects.filter(ticket__in=family_of(ticket.pk)).select_related("incident", "by")
    return list(links.order_by("-at", "-pk"))


def _with_counts(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    def counted(condition: Q) -> Coalesce:
        links = IncidentLink.objects.filter(condition, incident=OuterRef("pk")).order_by()
        found = links.values("incident").annotate(found=Count("pk")).values("found")
        return Coalesce(Subquery(found, output_field=IntegerField()), 0)

    return incidents.select_related("opened_by", "resolved_by").annotate(
        ticket_count=counted(Q()),
        returned_count=counted(Q(returned_at__isnull=False)),
        told_count=counted(Q(told_at__isnull=False)),
    )
