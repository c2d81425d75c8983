"""One search over tickets with their messages, and customers."""

from __future__ import annotations

from typing import Literal

from ninja import Router
from pydantic import Field

from zhiyin.customers.queries import list_customers
from zhiyin.customers.shapes import CustomerRow
from zhiyin.people.access import Signed, signed_in
from zhiyin.platform.http.shapes import Shape
from zhiyin.tickets.queries.search import Hit, search_tickets
from zhiyin.tickets.shapes import TicketRow

router = Router(tags=["desk"])
CUSTOMERS_SHOWN = 5
LONGEST_QUERY = 200


class SnippetShape(Shape):
    text: str
    marks: list[tuple[int, int]] = Field(description="start and end of each found word in `text`")


class FoundTicket(TicketRow):
    snippet: SnippetShape


class Found(Shape):
    tickets: list[FoundTicket]
    customers: list[CustomerRow]
    next_cursor: str | None


@router.get("/search", response=Found, auth=signed_in)
def get_search(
    request: Signed,
    q: str = "",
    type: Literal["", "tickets", "customers"] = "",  # noqa: A002  (the query parameter's name)
    cursor: str | None = None,
    limit: int = 20,
) -> Found:
    """Tickets and customers that hold all words of `q` and are yours to see; newest first."""
    query = q.strip()[:LONGEST_QUERY]
    found = Found(tickets=[], customers=[], next_cursor=None)
    if not query:
        return found
    if type != "customers" and request.auth.may("tickets.read"):
        hits, found.next_cursor = search_tickets(query=query, cursor=cursor, limit=limit, by=request.auth)
        found.tickets = [_found(hit) for hit in hits]
    if type == "customers" or not (type or cursor):
        size = limit if type == "customers" else CUSTOMERS_SHOWN
        page = list_customers(query=query, cursor=cursor, limit=size, by=request.auth)
        found.customers = [CustomerRow.from_orm(customer) for customer in page.items]
        found.next_cursor = page.next_cursor if type == "customers" else found.next_cursor
    return found


def _found(hit: Hit) -> FoundTicket:
    snippet = SnippetShape(text=hit.snippet.text, marks=hit.snippet.marks)
    return FoundTicket(**TicketRow.from_orm(hit.ticket).model_dump(), snippet=snippet)
