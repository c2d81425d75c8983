"""Finding customers."""

from __future__ import annotations

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from zhiyin.customers.models import Customer
from zhiyin.people.models import Staff
from zhiyin.platform.http.paging import MAX_LIMIT, Page, keyset_page, rows_after
from zhiyin.platform.text.search import search_query

ORDER = ("-updated_at", "-id")
LOOKED_THROUGH = 500

# A common name is found among the newest at once; sorting all who bear it would take long. A rare one is in the
# index; reading back from the newest to find it would. The second question is asked only where the first found
# too little.
_MATCHING = """
WITH newest AS MATERIALIZED (
    SELECT id, updated_at FROM ({newest}) looked_through WHERE search @@ %s::tsquery),
ever AS MATERIALIZED (
    SELECT id, updated_at FROM ({ever}) matching WHERE (SELECT count(*) FROM newest) < {enough})
SELECT id FROM (
    SELECT * FROM ever
    UNION ALL SELECT * FROM newest WHERE (SELECT count(*) FROM newest) >= {enough}) found
ORDER BY updated_at DESC, id DESC LIMIT {enough}
"""


def list_customers(*, query: str, cursor: str | None, limit: int, by: Staff) -> Page[Customer]:
    """Customers, latest contact or change first; with a query those that hold all its words."""
    customers = Customer.objects.visible_to(by).filter(forgotten_at=None)
    if query.strip():
        after = rows_after(customers, order=ORDER, cursor=cursor)
        customers = customers.filter(pk__in=_matching(query, after, limit=min(limit, MAX_LIMIT) + 1))
    return keyset_page(customers, order=ORDER, cursor=cursor, limit=limit)


def _matching(query: str, customers: QuerySet[Customer], *, limit: int) -> list[int]:
    """Ids of up to `limit` of these customers who hold all words, in ORDER."""
    asked = search_query(query)
    if not asked.tsquery:
        return []
    newest = customers.order_by(*ORDER).values_list("id", "updated_at", "search")[:LOOKED_THROUGH]
    ever = customers.filter(search=asked).order_by().values_list("id", "updated_at")
    try:
        (newest_sql, newest_params), (ever_sql, ever_params) = (
            rows.query.sql_with_params() for rows in (newest, ever)
        )
    except EmptyResultSet:  # nobody is theirs to see
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _MATCHING.format(newest=newest_sql, ever=ever_sql, enough=limit),
            [*newest_params, asked.tsquery, *ever_params],
        )
        return [row[0] for row in cursor.fetchall()]
