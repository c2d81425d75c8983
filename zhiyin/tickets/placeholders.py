"""Words in a prepared answer that stand for something of the ticket: `{{customer.name}}`.

Filling is one pass, so that nothing a customer calls themselves is taken for a placeholder in turn. What can't be
filled stays as it is and is named, so that the writer sees it and nobody else ever does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from zhiyin.customers.models import Identity
from zhiyin.people.models import Company, Staff
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.models import CustomField, Ticket

PLACEHOLDERS = (
    "customer.name",
    "customer.company",
    "customer.email",
    "ticket.number",
    "ticket.subject",
    "ticket.category",
    "ticket.group",
    "agent.name",
    "agent.signature",
    "company.name",
    "today",
)
_OURS = (*{f"{name.split('.')[0]}." for name in PLACEHOLDERS if "." in name}, "field.")
_SAYABLE = ("text", "long_text", "number", "date")  # kinds of custom fields whose value reads as it stands
_WRITTEN = re.compile(r"\{\{\s*([a-z_]+(?:\.[a-z0-9_]+)*)\s*\}\}")


class UnfilledPlaceholders(DomainError):
    code = "tickets.unfilled_placeholders"
    status = 422
    messages = {
        "zh": "还有没填上的占位符：{names}。请填写或删去后再发送。",
        "en": "These placeholders are not filled: {names}. Fill them in or take them out, then send.",
    }


@dataclass(frozen=True)
class Filled:
    """A text with its placeholders filled; those without a value, and those nobody knows, still in it."""

    text: str
    empty: list[str]
    unknown: list[str]


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """The text with each placeholder's value."""
    names = _WRITTEN.findall(text)
    return Filled(
        text=_WRITTEN.sub(lambda found: values.get(found[1]) or found[0], text),
        empty=_once(name for name in names if name in values and not values[name]),
        unknown=_once(name for name in names if name not in values),
    )


def refuse_unfilled(*texts: str) -> None:
    """Nothing leaves with one of our placeholders in it. Raises UnfilledPlaceholders."""
    names = [name for text in texts for name in _WRITTEN.findall(text)]
    left = _once(name for name in names if name in PLACEHOLDERS or name.startswith(_OURS))
    if left:
        raise UnfilledPlaceholders(names="、".join(f"{{{{{name}}}}}" for name in left))


def values_for(ticket: Ticket, *, by: Staff | None, now: datetime) -> dict[str, str]:
    """What each placeholder stands for on this ticket; '' where there is nothing. Three queries beside the ticket's."""
    company, customer = company_or_blank(), ticket.customer
    email = Identity.objects.filter(customer=customer, kind=Identity.Kind.EMAIL).order_by("pk").first()
    return {
        "customer.name": customer.name,
        "customer.company": customer.company,
        "customer.email": email.value if email else "",
        "ticket.number": ticket.number,
        "ticket.subject": ticket.subject,
        "ticket.category": ticket.category.name if ticket.category else "",
        "ticket.group": ticket.group.name if ticket.group else "",
        "agent.name": by.name if by is not None else "",
        "agent.signature": by.signature if by is not None else "",
        "company.name": company.name,
        "today": _today(
            company, language=customer.language or (by.locale if by is not None else ""), now=now
        ),
        **{f"field.{key}": str(ticket.fields.get(key) or "") for key in field_keys()},
    }


def field_keys() -> list[str]:
    """Keys of the custom fields that can stand in a text, as `{{field.<key>}}`."""
    fields = CustomField.objects.filter(active=True, kind__in=_SAYABLE).order_by("position", "pk")
    return list(fields.values_list("key", flat=True))


def _today(company: Company, *, language: str, now: datetime) -> str:
    """The date where the company is, as the customer's language writes it."""
    here = now.astimezone(ZoneInfo(company.timezone))
    if language.startswith("zh"):
        return f"{here.year} 年 {here.month} 月 {here.day} 日"
    return f"{here.day} {here:%B} {here.year}"


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
