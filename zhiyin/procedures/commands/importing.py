"""One cause, many touched: a list becomes child tickets, and each customer is told before they ask.

As with bulk changes, the first batch is done with the request; the worker does the rest by a timer due at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from zhiyin.customers.models import Customer, Identity
from zhiyin.customers.normalising import normal_identity
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.files.files import open_file
from zhiyin.platform.files.models import StoredFile
from zhiyin.platform.http.errors import DomainError, NotFound
from zhiyin.platform.timers.timers import set_timer
from zhiyin.procedures.events import ChildrenImported
from zhiyin.procedures.lists import Unreadable, read_list
from zhiyin.procedures.models import ChildImport, ImportRow
from zhiyin.tickets.commands.attaching import require_attachable
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.commands.linking import link_tickets
from zhiyin.tickets.commands.opening import NewTicket, open_ticket
from zhiyin.tickets.models import Ticket

TIMER = "procedures.import"
BATCH = 20
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
        "zh": "这一行没有邮箱，电话也对不上有邮箱的已知客户。",
        "en": "The line has no e-mail address, nor the phone of a customer whose address we know.",
    }


@transaction.atomic
def import_children(
    *, ticket_id: int, file_id: int, subject: str, text: str, by: Staff, now: datetime
) -> ChildImport:
    """Make a child ticket of each line and tell its customer; `subject` and `text` may hold {{columns}}.

    A line that can't be used is kept with its reason. Raises ListUnreadable, NoSuchColumn, NotYourFile, MergedAway.
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


def _whom(cells: Mapping[str, str]) -> tuple[str, Customer | None]:
    """Where to write, and the customer where the phone says who it is. Raises NobodyToTell."""
    if "@" in cells.get("email", ""):
        return cells["email"], None
    phone = normal_identity("phone", cells.get("phone", ""))
    known = (
        Identity.objects.filter(kind="phone", value=phone).select_related("customer").first()
        if phone
        else None
    )
    if known is not None:
        address = Identity.objects.filter(customer=known.customer, kind="email").order_by("pk").first()
        if address is not None:
            return address.value, known.customer
    raise NobodyToTell


def _filled(text: str, cells: Mapping[str, str]) -> str:
    return _WRITTEN.sub(lambda found: cells.get(found[1], ""), text)
