"""Custom statuses and types: the company's own words for where a ticket stands and what it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.arranging import place, refuse_taken_names, tell_layout
from zhiyin.tickets.models import CustomStatus, Form, TicketType

_NAMES = ("name_zh", "name_en")


class NoSuchForm(DomainError):
    code = "tickets.no_such_form"
    status = 422
    messages = {
        "zh": "所选的表单不存在，请重新选择。",
        "en": "That form is gone; choose another.",
    }


@transaction.atomic
def add_status(*, status: str, name_zh: str, name_en: str, by: Staff, now: datetime) -> CustomStatus:
    """Add a custom status inside a fixed one. Raises NameTaken."""
    custom = CustomStatus(status=status, name_zh=name_zh, name_en=name_en)
    refuse_taken_names(custom, _NAMES)
    custom.save(force_insert=True)
    place(custom, None, among=CustomStatus.objects.all())
    tell_layout("status", custom, by=by, now=now, details={"name": name_en, "inside": status})
    return custom


@transaction.atomic
def change_custom_status(
    *, custom_status_id: int, changes: Mapping[str, Any], by: Staff, now: datetime
) -> CustomStatus:
    """Rename a custom status, move it in the list or take it out of use; tickets that have it keep it. Raises NameTaken."""
    custom = CustomStatus.objects.select_for_update().get(pk=custom_status_id)
    _change(custom, changes, (*_NAMES, "active"))
    if "position" in changes:
        place(custom, changes["position"], among=CustomStatus.objects.all())
    tell_layout("status", custom, by=by, now=now, details=changes)
    return custom


@transaction.atomic
def add_type(*, name_zh: str, name_en: str, form_id: int | None, by: Staff, now: datetime) -> TicketType:
    """Add a type of tickets. Raises NameTaken, NoSuchForm."""
    kind = TicketType(name_zh=name_zh, name_en=name_en, form_id=form_id)
    _refuse_unknown_form(form_id)
    refuse_taken_names(kind, _NAMES)
    kind.save(force_insert=True)
    place(kind, None, among=TicketType.objects.all())
    tell_layout("type", kind, by=by, now=now, details={"name": name_en})
    return kind


@transaction.atomic
def change_type(*, type_id: int, changes: Mapping[str, Any], by: Staff, now: datetime) -> TicketType:
    """Rename a type, give it a form, move it or take it out of use. Raises NameTaken, NoSuchForm."""
    kind = TicketType.objects.select_for_update().get(pk=type_id)
    _refuse_unknown_form(changes.get("form_id"))
    _change(kind, changes, (*_NAMES, "form_id", "active"))
    if "position" in changes:
        place(kind, changes["position"], among=TicketType.objects.all())
    tell_layout("type", kind, by=by, now=now, details=changes)
    return kind


def _change(row: CustomStatus | TicketType, changes: Mapping[str, Any], names: tuple[str, ...]) -> None:
    changed = [name for name in names if name in changes]
    for name in changed:
        setattr(row, name, changes[name])
    refuse_taken_names(row, [name for name in _NAMES if name in changed])
    if changed:
        row.save(update_fields=changed)


def _refuse_unknown_form(form_id: int | None) -> None:
    if form_id is not None and not Form.objects.filter(pk=form_id).exists():
        raise NoSuchForm(form_id=form_id)
