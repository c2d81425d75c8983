"""Finding customers."""

from __future__ import annotations

from zhiyin.customers.models import Customer
from zhiyin.people.models import Staff
from zhiyin.platform.http.paging import Page, keyset_page
from zhiyin.platform.text.search import search_query


def list_customers(*, query: str, cursor: str | None, limit: int, by: Staff) -> Page[Customer]:
    """Customers, latest contact or change first; with a query those that hold all its words."""
    customers = Customer.objects.visible_to(by)
    if query.strip():
        customers = customers.filter(search=search_query(query))
    return keyset_page(customers, order=("-updated_at", "-id"), cursor=cursor, limit=limit)
