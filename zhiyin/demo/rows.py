"""Rows as PostgreSQL reads them in COPY: which columns we fill, and how values are written."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

_DAY = 86_400_000_000
NULL = "\\N"
TRUE, FALSE = "t", "f"

# in the order in which they are loaded: what others point to comes first
COLUMNS: dict[str, str] = {
    "customers_customer": "id name company tier language note search created_at updated_at",
    "customers_identity": "customer_id kind value verified created_at",
    "files_storedfile": "id key blob_id name media_type size created_at",
    "channels_rawmessage": "id channel_id external_id content received_at",
    "channels_delivery": "id channel_id key recipient_kind recipient recipient_name thread subject text author_name "
    "message_id in_reply_to references state reason attempts provider_id created_at not_before sent_at settled_at",
    "channels_deliveryattachment": "delivery_id file_id",
    "channels_inboundmessage": "id channel_id raw_id sender_kind sender_value sender_name subject text quoted_text html "
    "thread_keys own_keys ticket_number automatic bounced_id headers sent_at received_at",
    "channels_inboundattachment": "message_id file_id cid inline",
    "chat_visitor": "id channel_id external_id name email email_proven phone locale page_url created_at",
    "chat_conversation": "id visitor_id last_number visitor_read_up_to staff_read_up_to seen_at",
    "chat_line": "id conversation_id number side name text client_id raw_id delivery_id at",
    "tickets_ticket": "id subject status priority channel_id customer_id group_id assignee_id category_id tags preview "
    "last_message_at last_message_from waiting_since message_count version created_at updated_at solved_at",
    "tickets_message": "id ticket_id kind at staff_id customer_id inbound_id delivery_id text mentions",
    "tickets_participant": "ticket_id kind value name role",
    "tickets_threadkey": "key ticket_id",
    "tickets_ticketsearch": "ticket_id document last_message_at",
    "ledger_effect": "kind key payload state attempts next_try_at error settled_at",
    "event_log_event": "type subject bucket payload at recorded_at position",
}


class Rows:
    """Lines for COPY, by table. `rest` holds what goes into each table's further columns."""

    def __init__(self, rest: Mapping[str, str]) -> None:
        self._lines: dict[str, list[str]] = defaultdict(list)
        self._rest = rest

    def add(self, table: str, *values: str) -> None:
        """Add a row of encoded values."""
        self._lines[table].append("\t".join(values) + self._rest[table])

    def encoded(self) -> dict[str, bytes]:
        return {table: ("\n".join(lines) + "\n").encode() for table, lines in self._lines.items()}


def text(value: str) -> str:
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if "\n" in value:
        value = value.replace("\n", "\\n")
    return value.replace("\t", "\\t").replace("\r", "\\r")


def number(value: int | None) -> str:
    return NULL if value is None else str(value)


def boolean(value: bool) -> str:
    return TRUE if value else FALSE


@lru_cache(maxsize=512)  # one moment is written into several rows
def moment(microseconds: int | None) -> str:
    if microseconds is None:
        return NULL
    day, of_day = divmod(microseconds, _DAY)
    seconds, fraction = divmod(of_day, 1_000_000)
    return f"{_date(day)} {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{fraction:06}+00"


@lru_cache(maxsize=4096)
def _date(day: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def array(values: Iterable[str]) -> str:
    quoted = ['"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values]
    return text("{" + ",".join(quoted) + "}")


def structure(value: Any) -> str:
    return text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def content(value: bytes) -> str:
    return "\\\\x" + value.hex()


def vector(lexemes: Sequence[str]) -> str:
    """A tsvector without positions; the lexemes must not repeat."""
    joined = "' '".join(lexemes)
    if "\\" not in joined and joined.count("'") == 2 * len(lexemes) - 2:  # nothing in them needs quoting
        return f"'{joined}'" if lexemes else ""
    quoted = ["'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'" for lexeme in lexemes]
    return text(" ".join(quoted))
