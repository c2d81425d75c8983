"""The rows of an export, read through a cursor on the server; needs Django."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from zhiyin.customers.models import Customer
from zhiyin.platform.audit.audit import record_audit
from zhiyin.tickets.models import Message, Ticket, TimeEntry

Row = dict[str, Any]
_CHUNK = 2000
_PRIORITIES = {choice.value: choice.name.lower() for choice in Ticket.Priority}


def note_export(what: str, *, form: str) -> None:
    """Put the export into the audit trail before the first row leaves."""
    record_audit(
        action="exports.run",
        by=None,
        target=f"export:{what}",
        details={"format": form, "from": "cli"},
        now=timezone.now(),
    )


@transaction.atomic
def rows_of(what: str) -> Iterator[Row]:
    """Every row of tickets, messages, times or customers, oldest first, with text and numbers only."""
    yield from {"tickets": _tickets, "messages": _messages, "times": _times, "customers": _customers}[what]()


def _tickets() -> Iterator[Row]:
    told = Ticket.objects.order_by("pk").values(
        "id", "subject", "status", "priority", "fields", "customer_id", "tags", "message_count", "created_at", "updated_at",
        "last_message_at", "last_message_from", "waiting_since", "solved_at", "merged_into_id",
        customer_name=F("customer__name"), channel_name=F("channel__name"), channel_kind=F("channel__kind"),
        group_name=F("group__name"), assignee_email=F("assignee__email"), category_name=F("category__path"),
        custom_status_name=F("custom_status__name_en"), type_name=F("type__name_en"),
    )  # fmt: skip
    for found in told.iterator(chunk_size=_CHUNK):
        row: Row = dict(found)
        for name in ("channel", "group", "category", "custom_status", "type"):
            row[name] = row.pop(f"{name}_name")
        row["assignee"] = row.pop("assignee_email")
        row["merged_into"] = row.pop("merged_into_id")
        row["priority"] = _PRIORITIES[row["priority"]]
        yield _plain(row)


def _messages() -> Iterator[Row]:
    told = Message.objects.order_by("pk").values(
        "id", "ticket_id", "kind", "at", "staff_id", "customer_id",
        staff_name=F("staff__name"), customer_name=F("customer__name"), channel=F("ticket__channel__name"),
        said=Coalesce("inbound__text", "delivery__text", "text"),
        about=Coalesce("inbound__subject", "delivery__subject", Value("", output_field=TextField())),
        delivery_state=F("delivery__state"), delivery_reason=F("delivery__reason"),
    )  # fmt: skip
    for found in told.iterator(chunk_size=_CHUNK):
        row: Row = dict(found)
        kind = "staff" if row["staff_id"] else "customer" if row["customer_id"] else "system"
        row["author_kind"] = kind
        row["author_id"] = row.get(f"{kind}_id")
        row["author_name"] = row.get(f"{kind}_name") or ""
        row["subject"], row["text"] = row.pop("about"), row.pop("said")
        yield _plain(row)


def _times() -> Iterator[Row]:
    told = TimeEntry.objects.order_by("pk").values(
        "id", "ticket_id", "minutes", "activity", "note", "worked_at", "created_at", "updated_at",
        staff_email=F("staff__email"), staff_name=F("staff__name"),
    )  # fmt: skip
    for found in told.iterator(chunk_size=_CHUNK):
        row: Row = dict(found)
        row["staff"] = row.pop("staff_email")
        yield _plain(row)


def _customers() -> Iterator[Row]:
    def known_by(wanted: Q, shown: Any) -> ArrayAgg:
        return ArrayAgg(shown, filter=wanted & Q(identities__isnull=False), default=Value([]))

    kind_and_value = Func(
        F("identities__kind"), Value(":"), F("identities__value"), function="concat", output_field=TextField()
    )
    told = Customer.objects.order_by("pk").values(
        "id", "name", "company", "tier", "language", "note", "created_at", "updated_at",
        email=known_by(Q(identities__kind="email"), F("identities__value")),
        phone=known_by(Q(identities__kind="phone"), F("identities__value")),
        other_identities=known_by(~Q(identities__kind__in=["email", "phone"]), kind_and_value),
    )  # fmt: skip
    for found in told.iterator(chunk_size=_CHUNK):
        yield _plain(dict(found))


def _plain(row: Row) -> Row:
    return {name: _iso(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
