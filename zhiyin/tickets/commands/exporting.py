"""Writing a view into a file: small ones at once, large ones by a job; the audit trail notes each."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
import xlsxwriter
from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.files.files import store_file
from zhiyin.platform.text.spreadsheets import csv_of
from zhiyin.tickets.fields.trees import Tree
from zhiyin.tickets.models import Export, Ticket
from zhiyin.tickets.queries.exporting import COLUMNS, cell_of, rows_to_export
from zhiyin.tickets.queries.listing import ListTooWide, count_up_to

AT_ONCE = 2000  # tickets that are written while the person waits
MOST = 1_000_000  # what a sheet can hold
KEPT = timedelta(days=7)
_MEDIA = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to be written, and how."""

    view: str
    conditions: Tree
    sort: str
    columns: list[str]
    format: str
    zone: str
    name: str


@transaction.atomic
def ask_for_export(*, asked: Asked, by: Staff, now: datetime) -> tuple[Export, bool]:
    """Note the export, in the audit trail too; also whether it is small enough to be written at once."""
    try:
        is_small = count_up_to(AT_ONCE + 1, conditions=asked.conditions, by=by, now=now) <= AT_ONCE
    except ListTooWide:
        is_small = False
    export = Export.objects.create(staff=by, asked=asdict(asked))
    details = {"view": asked.view, "format": asked.format, "conditions": asked.conditions}
    record_audit(action="exports.run", by=by.pk, target=f"export:{export.pk}", details=details, now=now)
    return export, is_small


def write_export(*, export_id: int, now: datetime) -> Export:
    """Write the file as its owner may see the tickets now; one that is written already stays as it is."""
    export = Export.objects.select_related("staff").get(pk=export_id)
    if export.state != Export.State.WAITING:
        return export
    asked = Asked(**export.asked)
    try:
        if not export.staff.may("exports.run"):
            raise PermissionError("exports.run was taken away")
        tickets = rows_to_export(conditions=asked.conditions, sort=asked.sort, by=export.staff, now=now)[
            :MOST
        ]
        content, rows = _WRITERS[asked.format](asked, tickets.iterator(chunk_size=1000), export.staff.locale)
        with transaction.atomic():
            export.file = store_file(
                content=content,
                name=f"{asked.name}-{now:%Y-%m-%d}.{asked.format}",
                media_type=_MEDIA[asked.format],
            )
            export.rows, export.state = rows, Export.State.DONE
            export.save(update_fields=["file", "rows", "state"])
    except Exception:  # the person is told on their screen; the log says what it was
        log.exception("export_failed", export=export_id)
        Export.objects.filter(pk=export_id).update(state=Export.State.FAILED)
        export.state = Export.State.FAILED
    return export


def clear_old_exports(*, now: datetime) -> int:
    """Forget exports after a week; their files go with the files that nobody points to."""
    return Export.objects.filter(created_at__lt=now - KEPT).delete()[0]


def _csv(asked: Asked, tickets: Iterator[Ticket], locale: str) -> tuple[bytes, int]:
    zone, rows = ZoneInfo(asked.zone), 0

    def lines() -> Iterator[list[Any]]:
        nonlocal rows
        for ticket in tickets:
            rows += 1
            yield [_plain(cell_of(ticket, column, locale), zone) for column in asked.columns]

    told = csv_of(_titles(asked, locale), lines())
    return told.encode(), rows


def _xlsx(asked: Asked, tickets: Iterator[Ticket], locale: str) -> tuple[bytes, int]:
    zone, rows = ZoneInfo(asked.zone), 0
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as draft:
        # constant_memory writes each row away; text stays text, whatever it begins with
        literal = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(draft.name, literal)
        sheet = book.add_worksheet()
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        bold = book.add_format({"bold": True})
        for at, title in enumerate(_titles(asked, locale)):
            sheet.write_string(0, at, title, bold)
        sheet.freeze_panes(1, 0)
        for rows, ticket in enumerate(tickets, start=1):
            for at, column in enumerate(asked.columns):
                value = cell_of(ticket, column, locale)
                if isinstance(value, datetime):
                    sheet.write_datetime(rows, at, value.astimezone(zone).replace(tzinfo=None), moment)
                elif isinstance(value, int):
                    sheet.write_number(rows, at, value)
                else:
                    sheet.write_string(rows, at, value)
        book.close()
        draft.seek(0)
        return draft.read(), rows


def _titles(asked: Asked, locale: str) -> list[str]:
    return [COLUMNS[column][0 if locale.startswith("zh") else 1] for column in asked.columns]


def _plain(value: Any, zone: ZoneInfo) -> Any:
    """The value; of a moment its text."""
    return value.astimezone(zone).strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value


_WRITERS: dict[str, Callable[[Asked, Iterator[Ticket], str], tuple[bytes, int]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
}
