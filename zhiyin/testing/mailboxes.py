"""A mailbox in a running centre's database, for tests and benchmarks that start one as a whole."""

from __future__ import annotations

import json

import psycopg


def add_mailbox(database_url: str, *, address: str, key: str = "help") -> None:
    """A channel that takes mail for the address and fetches none by itself."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO channels_channel (kind, key, name, active, settings, secrets)"
            " VALUES ('email', %s, 'Help', true, %s, '')",
            [key, json.dumps({"address": address})],
        )
