"""Fields of the company's own, and the forms that show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.arranging import place, refuse_taken_names, tell_layout
from zhiyin.tickets.forms.forming import Condition
from zhiyin.tickets.forms.misfits import Misfit
from zhiyin.tickets.forms.ruling import tidy_rules
from zhiyin.tickets.forms.taking import default_taken_from, refuse_unfit_taking
from zhiyin.tickets.models import Category, CustomField, Form, FormField, TicketType

_NAMES = ("name_zh", "name_en")
_TEXTS = ("name_zh", "name_en", "help_zh", "help_en")


class FieldRulesDoNotFit(DomainError):
    code = "tickets.field_rules_do_not_fit"
    status = 422
    messages = {"zh": "字段设置有误：{zh}", "en": "The field can't be set up like this: {en}"}


class ConditionDoesNotFit(DomainError):
    code = "tickets.condition_does_not_fit"
    status = 422
    messages = {
        "zh": "字段“{zh}”的显示条件有误：所选的分类、类型须存在，引用的字段须排在它之前。",
        "en": "The conditions of {en} do not fit: choose categories and types there are, "
        "and fields that stand above it.",
    }


class FieldNotForForms(DomainError):
    code = "tickets.field_not_for_forms"
    status = 422
    messages = {
        "zh": "表单中有字段不存在或重复出现，请检查后重新保存。",
        "en": "A field of the form is gone or there twice; check the form and save it again.",
    }


class DefaultFormNeeded(DomainError):
    code = "tickets.default_form_needed"
    status = 409
    messages = {
        "zh": "“{zh}”是默认表单，请先将另一个表单设为默认。",
        "en": "{en} is the default form; make another one the default first.",
    }


@dataclass(frozen=True, kw_only=True)
class NewField:
    key: str
    kind: str
    name_zh: str
    name_en: str
    help_zh: str
    help_en: str
    rules: Mapping[str, Any]
    is_personal: bool | None = None  # None: as fits its kind
    taken_from: str | None = None  # None: as its kind and key say


@dataclass(frozen=True, kw_only=True)
class FormLine:
    field_id: int
    required: str
    shown_when: Sequence[Condition]


@dataclass(frozen=True, kw_only=True)
class FormPlan:
    name_zh: str
    name_en: str
    active: bool
    is_default: bool
    lines: Sequence[FormLine]


@transaction.atomic
def add_field(*, new: NewField, by: Staff, now: datetime) -> CustomField:
    """Add a field of the company's own. Raises NameTaken, FieldRulesDoNotFit."""
    is_personal = CustomField.is_personal_by_nature(new.kind) if new.is_personal is None else new.is_personal
    taken_from = default_taken_from(new.kind, new.key) if new.taken_from is None else new.taken_from
    settled = {"rules": _tidy(new.kind, new.rules), "is_personal": is_personal, "taken_from": taken_from}
    field = CustomField(**{**vars(new), **settled})
    _check_taking(field)
    refuse_taken_names(field, ["key"])
    field.save(force_insert=True)
    place(field, None, among=CustomField.objects.all())
    tell_layout("field", field, by=by, now=now, details={"key": new.key, "kind": new.kind})
    return field


@transaction.atomic
def change_field(*, field_id: int, changes: Mapping[str, Any], by: Staff, now: datetime) -> CustomField:
    """Change a field's words and rules, move it or take it out of use; key and kind stay. Raises FieldRulesDoNotFit."""
    field = CustomField.objects.select_for_update().get(pk=field_id)
    changed = [name for name in (*_TEXTS, "rules", "active", "is_personal", "taken_from") if name in changes]
    for name in changed:
        setattr(field, name, changes[name])
    if "rules" in changed:
        field.rules = _tidy(field.kind, changes["rules"])
    _check_taking(field)
    if changed:
        field.save(update_fields=changed)
    if "position" in changes:
        place(field, changes["position"], among=CustomField.objects.all())
    tell_layout("field", field, by=by, now=now, details={"key": field.key, "changed": sorted(changes)})
    return field


@transaction.atomic
def add_form(*, plan: FormPlan, by: Staff, now: datetime) -> Form:
    """Add a form. Raises NameTaken, FieldNotForForms, ConditionDoesNotFit."""
    return _keep_form(Form(), plan, by=by, now=now)


@transaction.atomic
def change_form(*, form_id: int, plan: FormPlan, by: Staff, now: datetime) -> Form:
    """Put the form as planned. Raises what add_form raises, and DefaultFormNeeded."""
    form = Form.objects.select_for_update().get(pk=form_id)
    if form.is_default and not (plan.is_default and plan.active):
        raise DefaultFormNeeded(zh=form.name_zh, en=form.name_en)
    return _keep_form(form, plan, by=by, now=now)


@transaction.atomic
def delete_form(*, form_id: int, by: Staff, now: datetime) -> None:
    """Delete a form; types that had it show the default one. Raises DefaultFormNeeded."""
    form = Form.objects.select_for_update().get(pk=form_id)
    if form.is_default:
        raise DefaultFormNeeded(zh=form.name_zh, en=form.name_en)
    tell_layout("form", form, by=by, now=now, details={"name": form.name_en, "deleted": True})
    form.delete()


def _keep_form(form: Form, plan: FormPlan, *, by: Staff, now: datetime) -> Form:
    form.name_zh, form.name_en = plan.name_zh, plan.name_en
    form.active, form.is_default = plan.active or plan.is_default, plan.is_default
    refuse_taken_names(form, _NAMES)
    fields = CustomField.objects.in_bulk([line.field_id for line in plan.lines])
    if len(fields) != len(plan.lines):
        raise FieldNotForForms
    _refuse_unfit_conditions(plan.lines, fields)
    if form.is_default:
        Form.objects.filter(is_default=True).exclude(pk=form.pk).update(is_default=False)
    form.save()
    form.lines.all().delete()
    FormField.objects.bulk_create(
        FormField(form=form, position=number, **vars(line)) for number, line in enumerate(plan.lines)
    )
    details = {"name": form.name_en, "fields": [fields[line.field_id].key for line in plan.lines]}
    tell_layout("form", form, by=by, now=now, details=details)
    return form


def _refuse_unfit_conditions(lines: Sequence[FormLine], fields: Mapping[int, CustomField]) -> None:
    categories = set(Category.objects.values_list("pk", flat=True))
    types = set(TicketType.objects.values_list("pk", flat=True))
    above: set[str] = set()
    for line in lines:
        field = fields[line.field_id]
        for condition in line.shown_when:
            any_of = condition.get("any_of") or []
            fits = {
                "category": bool(any_of) and set(any_of) <= categories,
                "type": bool(any_of) and set(any_of) <= types,
                "field": condition.get("key") in above,
            }
            if not fits[condition["about"]]:
                raise ConditionDoesNotFit(zh=field.name_zh, en=field.name_en, field=field.key)
        above.add(field.key)


def _check_taking(field: CustomField) -> None:
    try:
        refuse_unfit_taking(field.kind, field.taken_from)
    except Misfit as misfit:
        raise FieldRulesDoNotFit(**misfit.told()) from misfit


def _tidy(kind: str, rules: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return tidy_rules(kind, rules)
    except Misfit as misfit:
        raise FieldRulesDoNotFit(**misfit.told()) from misfit
