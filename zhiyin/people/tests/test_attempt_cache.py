from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from zhiyin.people.jobs import clear_sessions

pytestmark = pytest.mark.django_db


def expire(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE django_cache SET expires = now() - interval '1 s' WHERE cache_key LIKE %s", [f"%{key}"]
        )


def stored() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_cache WHERE cache_key LIKE '%%test-%%'")
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def test_values_are_set_read_and_deleted_with_one_statement_each(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(4):
        cache.set("test-a", [1.5, 2.5])
        assert cache.get("test-a") == [1.5, 2.5]
        cache.set("test-a", [3], None)
        cache.delete("test-a")

    assert cache.get("test-a") is None


def test_adding_succeeds_only_where_nothing_is_or_it_ran_out() -> None:
    assert cache.add("test-a", 1)
    assert not cache.add("test-a", 2)
    assert cache.get("test-a") == 1
    expire("test-a")

    assert cache.get("test-a") is None
    assert cache.add("test-a", 3)
    assert cache.get("test-a") == 3


def test_touching_prolongs_what_is_there() -> None:
    cache.set("test-a", 1)

    assert cache.touch("test-a", 60)
    assert not cache.touch("test-b", 60)


def test_what_ran_out_goes_at_night() -> None:
    cache.set("test-a", 1)
    cache.set("test-b", 2)
    expire("test-a")

    clear_sessions(timestamp=0)

    assert (stored(), cache.get("test-b")) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_add_at_once_one_succeeds() -> None:
    cache.delete("test-lock")

    def add(number: int) -> bool:
        try:
            return cache.add("test-lock", number)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(16))) == 1
    cache.delete("test-lock")
