"""What the conversation offers for a ticket: values of its empty fields, and a category."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from zhiyin.assist.local.field_values import Named, values_for
from zhiyin.assist.models import Reading, Use
from zhiyin.assist.provider import Said
from zhiyin.assist.queries.conversation import customers_words
from zhiyin.people.queries.company import company_or_blank
from zhiyin.tickets.forms.forming import shown_lines
from zhiyin.tickets.models import Category, CustomField, Ticket
from zhiyin.tickets.queries.forms import form_of, situation_of

LAST_READ = 6  # messages of the customer
CATEGORY = ""  # no field has this key
VERSION = "1"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A value for a field, or (`key` CATEGORY) a category, and what it rests on."""

    key: str
    value: Any
    text: str  # the words
    message_id: int | None = None
    confidence: float | None = None
    model: str = "entities"
    version: str = VERSION

    @property
    def task(self) -> str:
        return "category" if self.key == CATEGORY else "fields"

    @property
    def mark(self) -> str:
        return mark_of(self.key, self.value)


def mark_of(key: str, value: Any) -> str:
    """What tells two proposals for one ticket apart."""
    return f"{key}={json.dumps(value, ensure_ascii=False, sort_keys=True)}"


def proposals_on_record(ticket: Ticket) -> dict[str, Use]:
    """What was proposed for the ticket so far, by mark; one query."""
    uses = Use.objects.filter(ticket=ticket, task__in=("fields", "category"), finding__has_key="values")
    told = [(use.finding["values"], use) for use in uses.order_by("pk")]
    return {mark_of(values["key"], values["value"]): use for values, use in told if "key" in values}


def proposals_for(ticket: Ticket, *, settled: Collection[str]) -> list[Proposal]:
    """One for each empty field that the ticket's form shows now, and the category where another is likely.

    `settled` are marks that nobody needs to see again. What one field takes, no other is offered. Six queries at most.
    """
    return [*_category(ticket, settled), *_fields(ticket, settled)]


def _category(ticket: Ticket, settled: Collection[str]) -> Iterator[Proposal]:
    reading = Reading.objects.filter(ticket=ticket).first()
    if reading is None or reading.category_id in (None, ticket.category_id):
        return
    proposal = Proposal(
        key=CATEGORY,
        value=reading.category_id,
        text="、".join(reading.category_words),
        confidence=reading.category_confidence,
        model=reading.model,
        version=reading.version,
    )
    if proposal.mark not in settled and Category.objects.filter(pk=reading.category_id, active=True).exists():
        yield proposal


def _fields(ticket: Ticket, settled: Collection[str]) -> Iterator[Proposal]:
    form = form_of(ticket)
    shown = [form.fields[line.key] for line in shown_lines(form.lines, situation_of(ticket))]
    empty = [field for field in shown if field.taken_from and field.key not in ticket.fields]
    if not empty:
        return
    said = customers_words(ticket, most=LAST_READ)[
        ::-1
    ]  # what was said last may correct what was said before
    zone = ZoneInfo(company_or_blank().timezone)
    taken = {
        (field.taken_from, json.dumps(ticket.fields[field.key]))
        for field in shown
        if field.key in ticket.fields
    }
    for field in empty:
        for one, named in _named(field, said, zone):
            proposal = Proposal(key=field.key, value=named.value, text=named.text, message_id=one.message_id)
            held = (field.taken_from, json.dumps(named.value))
            if held not in taken and proposal.mark not in settled:
                taken.add(held)
                yield proposal
                break


def _named(field: CustomField, said: list[Said], zone: ZoneInfo) -> Iterator[tuple[Said, Named]]:
    for one in said:
        for named in values_for(field, one.text, written_on=one.at.astimezone(zone).date()):
            yield one, named
