"""The form of a ticket, and what a list or a page needs of fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from zhiyin.customers.models import Customer
from zhiyin.people.models import Staff
from zhiyin.platform.files.models import StoredFile
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.forms.forming import Line, Situation
from zhiyin.tickets.models import CustomField, FieldFile, Form, FormField, Ticket


@dataclass(frozen=True)
class FormOfTicket:
    lines: list[Line]
    fields: Mapping[str, CustomField]  # by key


def form_of(ticket: Ticket) -> FormOfTicket:
    """The form of the ticket's type, or the default one where that has none; two queries at most."""
    own = ticket.type.form_id if ticket.type else None
    form = Form.objects.filter(Q(is_default=True) | Q(pk=own, active=True)).order_by("is_default").first()
    rows = FormField.objects.filter(form=form, field__active=True).select_related("field")
    placed = list(rows.order_by("position", "pk")) if form else []
    return FormOfTicket(
        [Line(key=row.field.key, required=row.required, shown_when=row.shown_when) for row in placed],
        {row.field.key: row.field for row in placed},
    )


def situation_of(ticket: Ticket) -> Situation:
    """What the form's conditions look at."""
    return Situation(
        lineage=ticket.category.lineage if ticket.category else (),
        type_id=ticket.type_id,
        values=ticket.fields,
    )


@dataclass(frozen=True)
class Referred:
    """What a ticket's fields name by id, as far as the person may see it."""

    staff: Sequence[Staff] = ()
    customers: Sequence[Customer] = ()
    files: Sequence[StoredFile] = ()


def referred_by(ticket: Ticket, *, by: Staff) -> Referred:
    """The people, customers and files that the ticket's fields name; four queries, none for a ticket without values."""
    if not ticket.fields:
        return Referred()
    fields = CustomField.objects.filter(
        key__in=list(ticket.fields), kind__in=("person", "customer")
    ).values_list("kind", "key")
    ids: dict[str, list[int]] = {"person": [], "customer": []}
    for kind, key in fields:
        ids[kind].append(ticket.fields[key])
    held = FieldFile.objects.filter(ticket=ticket).select_related("file").order_by("file_id")
    return Referred(
        staff=list(Staff.objects.filter(pk__in=ids["person"])),
        customers=list(Customer.objects.visible_to(by).filter(pk__in=ids["customer"])),
        files=[one.file for one in held],
    )


class NoSuchField(DomainError):
    code = "tickets.no_such_field"
    status = 422
    messages = {
        "zh": "筛选条件“{asked}”不对：请写成“字段标识:值”，字段须已存在。",
        "en": "The filter {asked} can't be used: write it as key:value, with the key of a field there is.",
    }


def holding(asked: Iterable[str]) -> dict[str, Any]:
    """Filters written as `key:value` as the part of `Ticket.fields` that must be there. Raises NoSuchField."""
    told = [one.partition(":") for one in asked]
    kinds = dict(CustomField.objects.filter(key__in=[key for key, _, _ in told]).values_list("key", "kind"))
    wanted: dict[str, Any] = {}
    for key, colon, text in told:
        part = held_as(kinds.get(key, ""), text.strip()) if colon else None
        if part is None:
            raise NoSuchField(asked=f"{key}{colon}{text}")
        wanted[key] = [*wanted[key], *part] if isinstance(part, list) and key in wanted else part
    return wanted


def held_as(kind: str, text: str) -> Any:
    """How a field of this kind holds what is written as text; None when it can't.

    For choices and cascades it is a part of the list, so that a category of things finds all beneath it.
    """
    match kind:
        case "text" | "long_text" | "date" | "choice":
            return text
        case "choices" | "cascade":
            return [text]
        case "number" if re.fullmatch(r"-?\d{1,16}(\.\d{1,6})?", text, re.ASCII):
            return float(text) if "." in text else int(text)
        case "person" | "customer" if re.fullmatch(r"\d{1,18}", text, re.ASCII):
            return int(text)
        case "file" if re.fullmatch(r"\d{1,18}", text, re.ASCII):
            return [int(text)]
        case "checkbox" if text == "true":
            return True
    return None
