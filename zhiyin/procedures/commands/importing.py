"""One cause, many touched: a list becomes child tickets, and each customer is told before they ask.

As with bulk changes, the first batch is done with the request; the worker does the rest by a timer due at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Exists, OuterRef

from zhiyin.customers.models import Customer, Identity
from zhiyin.customers.normalising import normal_identity
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.files.files import open_file
from zhiyin.platform.files.models import StoredFile
from zhiyin.platform.http.errors import DomainError, NotFound
from zhiyin.platform.timers.timers import set_timer
from zhiyin.procedures.events import ChildrenImported
from zhiyin.procedures.lists import Listed, Unreadable, read_list
from zhiyin.procedures.models import ChildImport, ImportRow
from zhiyin.tickets.commands.attaching import require_attachable
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.commands.linking import link_tickets
from zhiyin.tickets.commands.opening import NewTicket, open_ticket
from zhiyin.tickets.commands.telling import tell_customer
from zhiyin.tickets.commands.wording import judge_words, refuse_banned_words
from zhiyin.tickets.models import Message, Ticket

TIMER = "procedures.import"
BATCH = 20
AT_ONCE = timedelta(minutes=1)
LARGEST = 5 * 1024 * 1024
_WRITTEN = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")


class ListUnreadable(DomainError):
    code = "procedures.list_unreadable"
    status = 422
    messages = {"zh": "{zh}", "en": "{en}"}


class NoSuchColumn(DomainError):
    code = "procedures.no_such_column"
    status = 422
    messages = {
        "zh": "文字里的 {name} 在清单中没有对应的列。可用的列：{columns}。",
        "en": "The text says {name}, but the list has no such column. There are: {columns}.",
    }


class NobodyToTell(DomainError):
    code = "procedures.nobody_to_tell"
    status = 422
    messages = {
        "zh": "这一行没有邮箱；电话或客户编号也对不上我们能联系到的客户。",
        "en": "The line has no e-mail address, nor the phone or number of a customer we have a way to.",
    }


@transaction.atomic
def import_children(
    *, ticket_id: int, file_id: int, subject: str, text: str, by: Staff, now: datetime
) -> ChildImport:
    """Make a child ticket of each line and tell its customer; `subject` and `text` may hold {{columns}}.

    A line that can't be used is kept with its reason; the same sent again at once is the same import.

    Raises ListUnreadable, NoSuchColumn, NotYourFile, MergedAway, BannedInPrepared.
    """
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    require_attachable([file_id], ticket=ticket, by=by)
    file = StoredFile.objects.get(pk=file_id)
    try:
        listed = read_list(_content(file))
    except Unreadable as unreadable:
        raise ListUnreadable(zh=unreadable.zh, en=unreadable.en) from unreadable
    for written in _WRITTEN.findall(subject + text):
        if written not in listed.columns:
            raise NoSuchColumn(name="{{" + written + "}}", columns=", ".join(listed.columns))
    if (same := _sent_before(ticket, listed, subject=subject, text=text, by=by, now=now)) is not None:
        return same
    refuse_banned_words(text)
    batch = ChildImport.objects.create(
        ticket_id=ticket_id, name=file.name[:200], subject=subject.strip(), text=text.strip(), by=by, at=now
    )
    ImportRow.objects.bulk_create(
        ImportRow(batch=batch, number=number, cells=cells) for number, cells in listed.lines
    )
    go_on(import_id=batch.pk, now=now)
    batch.refresh_from_db()
    return batch


@transaction.atomic
def go_on(*, import_id: int, now: datetime) -> None:
    """Do the next lines; the worker is asked for those after them."""
    batch = (
        ChildImport.objects.select_for_update(of=("self",)).select_related("by", "ticket").get(pk=import_id)
    )
    if batch.state != ChildImport.State.RUNNING:
        return
    due = list(batch.rows.filter(state=ImportRow.State.WAITING).order_by("number")[: BATCH + 1])
    for row in due[:BATCH]:
        _settle(batch, row, now)
    if len(due) > BATCH:
        set_timer(kind=TIMER, key=str(batch.pk), due_at=now)
        return
    batch.state, batch.finished_at = ChildImport.State.FINISHED, now
    batch.save(update_fields=["state", "finished_at"])
    emit(ChildrenImported(ticket_id=batch.ticket_id, import_id=batch.pk, by_id=batch.by_id, at=now))


def _sent_before(
    ticket: Ticket, listed: Listed, *, subject: str, text: str, by: Staff, now: datetime
) -> ChildImport | None:
    """The import that the same person has begun a moment ago with the same list and words."""
    lately = ChildImport.objects.filter(
        ticket=ticket, by=by, subject=subject.strip(), text=text.strip(), at__gt=now - AT_ONCE
    )
    for batch in lately.order_by("-pk"):
        if list(batch.rows.order_by("number").values_list("number", "cells")) == listed.lines:
            return batch
    return None


def _content(file: StoredFile) -> bytes:
    if file.size > LARGEST:
        raise Unreadable("文件超过 5 MB，请拆成几份。", "The file is larger than 5 MB; split the list.")
    with open_file(file) as content:
        return content.read()


def _settle(batch: ChildImport, row: ImportRow, now: datetime) -> None:
    """One line: all of it or nothing, and a refusal is kept with its reason."""
    try:
        with transaction.atomic():
            row.child = _child(batch, row, now)
        row.state = ImportRow.State.DONE
    except (DomainError, ObjectDoesNotExist) as refusal:
        told = refusal if isinstance(refusal, DomainError) else NotFound()
        row.state, row.reason_zh, row.reason_en = ImportRow.State.REFUSED, told.told("zh"), told.told("en")
    row.save()


def _child(batch: ChildImport, row: ImportRow, now: datetime) -> Ticket:
    parent, cells = batch.ticket, row.cells
    email, customer = _whom(cells)
    if customer is not None and not email:
        return _told_where_they_are(batch, row, customer, now)
    new = NewTicket(
        customer_id=customer.pk if customer else None,
        customer_name=cells.get("name", ""),
        customer_email=email,
        channel_id=None,
        subject=_filled(batch.subject, cells),
        text=_filled(batch.text, cells),
        group_id=parent.group_id,
        priority=parent.priority,
        idempotency_key=f"import-{batch.pk}-{row.number}",
        category_id=parent.category_id,
        tags=list(parent.tags),
    )
    child = open_ticket(new=new, by=batch.by, now=now)
    link_tickets(ticket_id=child.pk, other_id=parent.pk, relation="parent", by=batch.by, now=now)
    return child


def _told_where_they_are(batch: ChildImport, row: ImportRow, customer: Customer, now: datetime) -> Ticket:
    """A customer without an address is told in the conversation they have with us: its ticket becomes the child."""
    ticket = _conversation_of(customer, batch.by)
    link_tickets(ticket_id=ticket.pk, other_id=batch.ticket_id, relation="parent", by=batch.by, now=now)
    key = f"import:{batch.pk}:{row.number}"
    text = _filled(batch.text, row.cells)
    judge_words(text, ticket, despite=True)  # refused with its words rather than left unsaid
    if tell_customer(ticket_id=ticket.pk, text=text, key=key, by=batch.by, now=now) is None:
        raise NobodyToTell
    return ticket


def _conversation_of(customer: Customer, by: Staff) -> Ticket:
    """The customer's latest ticket that came by anything but mail: a chat, the API. Raises NobodyToTell."""
    came = Message.objects.filter(
        kind=Message.Kind.INBOUND, inbound__automatic="", inbound__channel__active=True
    )
    other_ways = came.exclude(inbound__channel__kind="email").filter(ticket=OuterRef("pk"))
    theirs = Ticket.objects.visible_to(by, "tickets.edit").filter(customer=customer, merged_into=None)
    found = theirs.filter(Exists(other_ways)).order_by("-last_message_at", "-pk").first()
    if found is None:
        raise NobodyToTell
    return found


def _whom(cells: Mapping[str, str]) -> tuple[str, Customer | None]:
    """Where to write, and the customer where the line says who it is; no address: they are told where they write to us.

    Raises NobodyToTell.
    """
    if "@" in cells.get("email", ""):
        return cells["email"], None
    for column, kind in (("phone", "phone"), ("customer_id", "external")):
        value = normal_identity(kind, cells.get(column, ""))
        known = Identity.objects.filter(kind=kind, value=value).select_related("customer") if value else None
        if known is not None and (identity := known.first()) is not None:
            address = Identity.objects.filter(customer=identity.customer, kind="email").order_by("pk").first()
            return address.value if address is not None else "", identity.customer
    raise NobodyToTell


def _filled(text: str, cells: Mapping[str, str]) -> str:
    return _WRITTEN.sub(lambda found: cells.get(found[1], ""), text)
