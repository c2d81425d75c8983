"""Incidents: something that is broken for many, and the tickets that wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from zhiyin.tickets.models import Ticket

if TYPE_CHECKING:
    from zhiyin.people.models import Staff


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, actor: Staff) -> IncidentQuerySet:
        return self if actor.may("tickets.read") else self.none()

    def running(self) -> IncidentQuerySet:
        return self.filter(resolved_at=None)


class Incident(models.Model):
    """Something that is broken for many customers, by a name everybody uses."""

    name = models.TextField()
    about = models.TextField(blank=True)
    opened_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    resolved_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    message = models.TextField(blank=True)  # what customers are told when it is over

    objects = IncidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="incident_resolved_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["-opened_at", "-id"], name="incident_recent")]

    def __str__(self) -> str:
        return self.name


class IncidentLink(models.Model):
    """A ticket that is about an incident."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="links")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)  # to the front of its queue, when it was over
    told_at = models.DateTimeField(null=True)  # the customer

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "ticket"], name="linked_once_to_an_incident")
        ]
        indexes = [models.Index(fields=["ticket"], name="incident_of_ticket")]
