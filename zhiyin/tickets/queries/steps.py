"""Checklists of tickets and their templates; time spent."""

from __future__ import annotations

from django.db.models import Sum

from zhiyin.people.models import Staff
from zhiyin.platform.http.paging import Page, keyset_page
from zhiyin.tickets.models import ChecklistItem, ChecklistTemplate, Stopwatch, Ticket, TimeEntry


def steps_of(ticket: Ticket) -> list[ChecklistItem]:
    """The ticket's steps in their order."""
    steps = ChecklistItem.objects.filter(ticket=ticket).select_related("assignee", "done_by")
    return list(steps.order_by("place", "pk"))


def checklist_templates() -> list[ChecklistTemplate]:
    """All templates, those out of use too."""
    return list(ChecklistTemplate.objects.order_by("name"))


def times_of(ticket: Ticket) -> tuple[list[TimeEntry], int]:
    """The newest entries of the ticket, and the minutes of all."""
    entries = TimeEntry.objects.filter(ticket=ticket)
    total = entries.aggregate(total=Sum("minutes"))["total"] or 0
    return list(entries.select_related("staff").order_by("-worked_at", "-pk")[:100]), total


def list_times(*, staff_id: int | None, cursor: str | None, limit: int, by: Staff) -> Page[TimeEntry]:
    """Time spent on the tickets the person may see, the latest first."""
    entries = TimeEntry.objects.filter(ticket__in=Ticket.objects.visible_to(by)).select_related("staff")
    if staff_id is not None:
        entries = entries.filter(staff=staff_id)
    return keyset_page(entries, order=("-worked_at", "-id"), cursor=cursor, limit=limit)


def clock_of(staff: Staff) -> Stopwatch | None:
    """The person's running clock."""
    return Stopwatch.objects.filter(staff=staff).select_related("ticket").first()
