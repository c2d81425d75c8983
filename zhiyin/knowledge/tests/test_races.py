"""Two people at once, with connections of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from zhiyin.knowledge.models import Entry
from zhiyin.testing.knowledge import draft, make_author

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_two_who_begin_entries_at_once_get_an_address_each() -> None:
    authors = [make_author(f"Author {number}") for number in range(8)]
    gate = Barrier(len(authors))

    def begin(number: int) -> None:
        try:
            gate.wait(30)
            draft(by=authors[number])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(authors)) as pool:
        list(pool.map(begin, range(len(authors))))
    assert sorted(Entry.objects.values_list("key", flat=True)) == [f"k-{number}" for number in range(1, 9)]
