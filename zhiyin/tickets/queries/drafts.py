"""Drafts: one's own everywhere, and those that colleagues share on a ticket."""

from __future__ import annotations

from django.db.models import Prefetch, Q

from zhiyin.people.models import Staff
from zhiyin.platform.http.paging import Page, keyset_page
from zhiyin.tickets.models import Draft, DraftEdit, DraftFile, Ticket, within_reach

_WITH = (
    Prefetch(
        "files", DraftFile.objects.select_related("file__blob").defer("file__blob__content").order_by("pk")
    ),
    Prefetch("edits", DraftEdit.objects.select_related("staff").order_by("pk")),
)


def drafts_on(*, ticket_id: int, by: Staff) -> list[Draft]:
    """The person's own drafts on a ticket and all shared ones, oldest first."""
    ticket = Ticket.objects.visible_to(by, "tickets.reply").get(pk=ticket_id)
    found = Draft.objects.filter(ticket=ticket).filter(Q(staff=by) | Q(shared_at__isnull=False))
    return list(found.select_related("staff").prefetch_related(*_WITH).order_by("pk"))


def draft_for(*, draft_id: int) -> Draft:
    """One draft with all that its shape needs."""
    return Draft.objects.select_related("staff").prefetch_related(*_WITH).get(pk=draft_id)


def my_drafts(*, cursor: str | None, limit: int, by: Staff) -> Page[Draft]:
    """What the person has begun and not sent, the latest first; of tickets that they still may answer."""
    mine = Draft.objects.filter(within_reach(by, "tickets.reply", path="ticket__"), staff=by)
    with_all = mine.select_related("staff").prefetch_related(
        *_WITH, Prefetch("ticket", Ticket.objects.with_rows())
    )
    return keyset_page(with_all, order=("-updated_at", "-id"), cursor=cursor, limit=limit)
