"""Cases answered from the knowledge base."""

from __future__ import annotations

from django.db.models import F

from zhiyin.people.models import Staff
from zhiyin.platform.http.paging import Page, keyset_page
from zhiyin.tickets.models import KnowledgeUse, Ticket


def cases_answered_from(
    *, entry_id: int, version_id: int | None, cursor: str | None, limit: int, by: Staff
) -> Page[KnowledgeUse]:
    """Answers taken from the entry, or from one version of it, on tickets the person may see; the latest first.

    Each with the ticket its message is on now: merging moves messages. One query.
    """
    found = (
        KnowledgeUse.objects.filter(version__edition__entry=entry_id, message__isnull=False)
        .filter(message__ticket__in=Ticket.objects.visible_to(by))
        .select_related("version__edition", "message__ticket__customer", "by")
    )
    if version_id is not None:
        found = found.filter(version=version_id)
    return keyset_page(found, order=("-at", "-id"), cursor=cursor, limit=limit)


def counts_by_version(*, entry_id: int, by: Staff) -> dict[int, int]:
    """How many cases each version of an entry was used on, of those the person may see."""
    rows = (
        KnowledgeUse.objects.filter(version__edition__entry=entry_id, message__isnull=False)
        .filter(message__ticket__in=Ticket.objects.visible_to(by))
        .values_list("version_id", F("message__ticket_id"))
        .distinct()
    )
    counts: dict[int, int] = {}
    for version_id, _ in rows:
        counts[version_id] = counts.get(version_id, 0) + 1
    return counts


def sources_on(ticket: Ticket, *, by: Staff) -> list[KnowledgeUse]:
    """What went into the answers on a ticket, and into the one the person is writing."""
    found = KnowledgeUse.objects.filter(message__ticket=ticket) | KnowledgeUse.objects.filter(
        ticket=ticket, message=None, by=by
    )
    return list(found.select_related("version__edition__entry").order_by("at", "pk"))
