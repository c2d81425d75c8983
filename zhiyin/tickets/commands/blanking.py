"""What anonymising takes from a ticket's own rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import connection

from zhiyin.tickets.models import (
    BulkItem,
    ChecklistItem,
    CustomField,
    Draft,
    FieldFile,
    Merge,
    Message,
    MessageAttachment,
    Participant,
    Rating,
    Reminder,
    ThreadKey,
    Ticket,
    TicketSearch,
    TimeEntry,
)

Blanking = Callable[[list[int]], None]
_further: list[Blanking] = []
_WITHOUT = "UPDATE tickets_ticket SET fields = fields - %s::text[] WHERE id = ANY (%s)"


def also_blanks(function: Blanking) -> Blanking:
    """Domains above take the words from their own rows: called with ticket ids, in the same transaction."""
    _further.append(function)
    return function


def blank_rows(ticket_ids: list[int], *, now: datetime) -> None:
    """Subject, words, fields marked personal, files, participants and drafts go; everything that counts stays."""
    Ticket.objects.filter(pk__in=ticket_ids).update(subject="", preview="", anonymised_at=now)
    _blank_fields(ticket_ids)
    for rows in (Participant, ThreadKey, TicketSearch, Draft, BulkItem, Reminder):
        rows._default_manager.filter(ticket__in=ticket_ids).delete()
    MessageAttachment.objects.filter(message__ticket__in=ticket_ids).delete()
    Message.objects.filter(ticket__in=ticket_ids).update(text="")
    ChecklistItem.objects.filter(ticket__in=ticket_ids).update(text="")
    TimeEntry.objects.filter(ticket__in=ticket_ids).update(note="")
    Rating.objects.filter(ticket__in=ticket_ids).update(words="")
    _blank_merges(ticket_ids)
    for further in _further:
        further(ticket_ids)


def _blank_fields(ticket_ids: list[int]) -> None:
    personal = list(CustomField.objects.filter(is_personal=True))
    FieldFile.objects.filter(ticket__in=ticket_ids, field__in=personal).delete()
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT, [[field.key for field in personal], ticket_ids])


def _blank_merges(ticket_ids: list[int]) -> None:
    """A merge can still be undone, and brings no words back."""
    for merge in Merge.objects.filter(target__in=ticket_ids):
        for saved in (merge.target_before, merge.target_after):
            if "preview" in saved:
                saved["preview"] = ""
        merge.save(update_fields=["target_before", "target_after"])
