"""Cases answered from the knowledge base."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from zhiyin.people.models import Staff
from zhiyin.platform.http.paging import Page, keyset_page
from zhiyin.tickets.models import KnowledgeUse, Ticket

LATEST_FIRST = ("-at", "-id")


def cases_answered_from(*, entry_id: int, version_id: int | None, by: Staff) -> QuerySet[KnowledgeUse]:
    """Answers taken from the entry, or from one version of it, on tickets the person may see.

    Each with the ticket its message is on now: merging moves messages.
    """
    found = _seen(entry_id, by).select_related("version__edition", "message__ticket__customer", "by")
    return found if version_id is None else found.filter(version=version_id)


def list_cases_answered_from(
    *, entry_id: int, version_id: int | None, cursor: str | None, limit: int, by: Staff
) -> Page[KnowledgeUse]:
    """One page of them, the latest first; one query."""
    found = cases_answered_from(entry_id=entry_id, version_id=version_id, by=by)
    return keyset_page(found, order=LATEST_FIRST, cursor=cursor, limit=limit)


def counts_by_version(*, entry_id: int, by: Staff) -> dict[int, int]:
    """How many cases each version of an entry was used on, of those the person may see."""
    cases = Count("message__ticket_id", distinct=True)
    return dict(_seen(entry_id, by).values_list("version_id").annotate(cases))


def sources_on(ticket: Ticket, *, by: Staff) -> list[KnowledgeUse]:
    """What went into the answers on a ticket, and into the one the person is writing."""
    found = KnowledgeUse.objects.filter(message__ticket=ticket) | KnowledgeUse.objects.filter(
        ticket=ticket, message=None, by=by
    )
    return list(found.select_related("version__edition").order_by("at", "pk"))


def _seen(entry_id: int, by: Staff) -> QuerySet[KnowledgeUse]:
    return KnowledgeUse.objects.filter(
        version__edition__entry=entry_id, message__ticket__in=Ticket.objects.visible_to(by)
    )
