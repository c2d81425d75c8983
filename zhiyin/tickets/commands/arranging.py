"""What the company's lists for tickets have in common: an order, names that are not taken, and being told of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models

from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.events import TicketLayoutChanged


class NameTaken(DomainError):
    code = "tickets.name_taken"
    status = 409
    messages = {
        "zh": "名称“{name}”已被使用，请换一个。",
        "en": "The name {name} is taken already; choose another.",
    }


def refuse_taken_names(row: models.Model, names: Iterable[str]) -> None:
    """No other row may have the same value in one of these columns. Raises NameTaken."""
    for name in names:
        value = getattr(row, name)
        if type(row)._default_manager.filter(**{name: value}).exclude(pk=row.pk).exists():
            raise NameTaken(field=name, name=value)


def place(
    row: Any,
    position: int | None,
    *,
    among: models.QuerySet[Any],
    order: tuple[str, ...] = ("position", "pk"),
) -> None:
    """Put a saved row to this place among its like, counted from 0; at the end for None."""
    ordered = list(among.exclude(pk=row.pk).select_for_update().order_by(*order))
    ordered.insert(len(ordered) if position is None else position, row)
    for number, one in enumerate(ordered):
        if one.position != number:
            one.position = number
            one.save(update_fields=["position"])


def tell_layout(
    what: str, row: models.Model, *, by: Staff, now: datetime, details: Mapping[str, Any] | None = None
) -> None:
    """Tell that a list was changed, to the desks and to the audit trail; the last step of a command."""
    emit(TicketLayoutChanged(what=what, id=row.pk, by_id=by.pk, at=now))
    record_audit(
        action=TicketLayoutChanged.type, by=by.pk, target=f"{what}:{row.pk}", details=details, now=now
    )
