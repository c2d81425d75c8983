"""The numbers rows get are part of what a demo is drawn from."""

from __future__ import annotations

from django.db import connection

SEQUENCES = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, greatest(start_value, 1000))
FROM pg_sequences WHERE sequencename ~ '^(tickets|channels|customers|chat|files|people)_'
"""


def number_from_the_start() -> None:
    """Rows get the same numbers as in any other run; the tables must be empty."""
    with connection.cursor() as cursor:
        cursor.execute(SEQUENCES)
