"""Finding tickets by their words, in Chinese and English; what a person may not see does not exist."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.people.models import Staff
from zhiyin.platform.http.paging import MAX_LIMIT, Page, page_of
from zhiyin.platform.text.highlighting import Snippet, highlight
from zhiyin.tickets.models import Message, Ticket, TicketSearch
from zhiyin.tickets.queries.aliases import root_of
from zhiyin.tickets.queries.matching import ORDER, newest_matching

SEARCHED_MESSAGES = 20  # of each hit, newest first, for the snippet


@dataclass(frozen=True)
class Hit:
    ticket: Ticket
    snippet: Snippet


def search_tickets(*, query: str, cursor: str | None, limit: int, by: Staff) -> tuple[list[Hit], str | None]:
    """Tickets that hold all words of the query, newest first; a number finds the ticket itself first."""
    page = _matching(query, cursor, limit, by)
    rows = Ticket.objects.with_rows().in_bulk([entry.ticket_id for entry in page.items])
    tickets = [rows[entry.ticket_id] for entry in page.items if entry.ticket_id in rows]
    number = query.strip().lstrip("#＃")
    if number.isdecimal() and not cursor and len(number) < 16:
        named = Ticket.objects.visible_to(by).with_rows().filter(pk=root_of(int(number))).first()
        if named is not None:
            tickets = [named, *(ticket for ticket in tickets if ticket.pk != named.pk)]
    texts = _texts_of(tickets)
    return [
        Hit(ticket, _best_snippet(texts.get(ticket.pk, []), ticket, query)) for ticket in tickets
    ], page.next_cursor


def _matching(query: str, cursor: str | None, limit: int, by: Staff) -> Page[TicketSearch]:
    limit = max(1, min(limit, MAX_LIMIT))
    return page_of(newest_matching(query=query, cursor=cursor, limit=limit + 1, by=by), ORDER, limit)


def _texts_of(tickets: list[Ticket]) -> dict[int, list[str]]:
    """The texts of each ticket's messages, newest first; one query."""
    said = (
        Message.objects.filter(ticket__in=tickets)
        .order_by("-at", "-pk")
        .values_list("ticket_id", "text", "inbound__text", "delivery__text")[
            : SEARCHED_MESSAGES * max(1, len(tickets))
        ]
    )
    texts: dict[int, list[str]] = {}
    for ticket_id, note, inbound, outbound in said:
        texts.setdefault(ticket_id, []).append(inbound or outbound or note)
    return texts


def _best_snippet(texts: list[str], ticket: Ticket, query: str) -> Snippet:
    """The piece with most of the query's words marked."""
    pieces = [highlight(text, query) for text in [*texts, ticket.subject]]
    return max(pieces, key=lambda piece: len(piece.marks), default=Snippet(ticket.preview, []))
