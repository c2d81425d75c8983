"""The cache in which django-allauth counts attempts, shared by all processes.

Django's own database cache, with one statement to a write instead of a count of the whole table and three more:
a sign-in writes some twenty times. Nothing is pushed out when it grows, so that failures cannot be made
forgotten; what has expired goes every night.
"""

from __future__ import annotations

import base64
import pickle
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connection

_NEVER = datetime.max.replace(microsecond=0, tzinfo=UTC)


class AttemptCache(DatabaseCache):
    _table: str

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        until = self.get_backend_timeout(timeout)
        expires = _NEVER if until is None else datetime.fromtimestamp(until, tz=UTC)
        stored = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode()
        with connection.cursor() as cursor:
            if mode == "touch":
                cursor.execute(f"UPDATE {self._table} SET expires = %s WHERE cache_key = %s", [expires, key])
            else:
                only_expired = f"WHERE {self._table}.expires < now()" if mode == "add" else ""
                cursor.execute(
                    f"INSERT INTO {self._table} (cache_key, value, expires) VALUES (%s, %s, %s) "
                    "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires "
                    f"{only_expired}",
                    [key, stored, expires],
                )
            return bool(cursor.rowcount == 1)

    def forget_expired(self) -> int:
        """Delete what no longer counts; returns how many."""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {self._table} WHERE expires < now()")
            return int(cursor.rowcount)
