"""Ticket templates: new tickets that are half written already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.people.models import Group, Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.arranging import place, refuse_taken_names, tell_layout
from zhiyin.tickets.commands.filling import fit_values
from zhiyin.tickets.models import Category, TicketTemplate, TicketType

_COLUMNS = (
    "name",
    "subject",
    "text",
    "type_id",
    "category_id",
    "group_id",
    "priority",
    "tags",
    "fields",
    "active",
)


class TemplateDoesNotFit(DomainError):
    code = "tickets.template_does_not_fit"
    status = 422
    messages = {
        "zh": "模板所选的类型、分类或小组已不存在，请重新选择。",
        "en": "The type, category or group of the template is gone; choose another.",
    }


@transaction.atomic
def add_template(*, values: Mapping[str, Any], by: Staff, now: datetime) -> TicketTemplate:
    """Add a template at the end of the list. Raises NameTaken, TemplateDoesNotFit, FieldsDoNotFit."""
    template = _keep(TicketTemplate(), values, by)
    place(template, None, among=TicketTemplate.objects.all())
    tell_layout("template", template, by=by, now=now, details={"name": template.name})
    return template


@transaction.atomic
def change_template(
    *, template_id: int, values: Mapping[str, Any], by: Staff, now: datetime
) -> TicketTemplate:
    """Change what is named of a template. Raises what add_template raises."""
    template = _keep(TicketTemplate.objects.select_for_update().get(pk=template_id), values, by)
    if "position" in values:
        place(template, values["position"], among=TicketTemplate.objects.all())
    tell_layout(
        "template", template, by=by, now=now, details={"name": template.name, "changed": sorted(values)}
    )
    return template


@transaction.atomic
def delete_template(*, template_id: int, by: Staff, now: datetime) -> None:
    """Delete a template; tickets made with it stay as they are."""
    template = TicketTemplate.objects.select_for_update().get(pk=template_id)
    tell_layout("template", template, by=by, now=now, details={"name": template.name, "deleted": True})
    template.delete()


def _keep(template: TicketTemplate, values: Mapping[str, Any], by: Staff) -> TicketTemplate:
    for name in _COLUMNS:
        if name in values:
            setattr(template, name, values[name])
    refuse_taken_names(template, ["name"])
    _refuse_what_is_gone(template)
    if "fields" in values:
        template.fields = fit_values(values["fields"], by=by)
    template.save()
    return template


def _refuse_what_is_gone(template: TicketTemplate) -> None:
    chosen = ((TicketType, template.type_id), (Category, template.category_id), (Group, template.group_id))
    if any(pk is not None and not model._default_manager.filter(pk=pk).exists() for model, pk in chosen):
        raise TemplateDoesNotFit
