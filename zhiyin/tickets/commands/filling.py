"""Values of custom fields: what goes into them, and what must not be missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zhiyin.customers.models import Customer
from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.attaching import attachable_among
from zhiyin.tickets.forms.fitting import fit_value
from zhiyin.tickets.forms.forming import missing_lines
from zhiyin.tickets.forms.misfits import Misfit
from zhiyin.tickets.models import CustomField, FieldFile, Ticket
from zhiyin.tickets.queries.forms import FormOfTicket, form_of, situation_of

Values = Mapping[str, Any]
_SEARCHED = (CustomField.Kind.TEXT, CustomField.Kind.LONG_TEXT, CustomField.Kind.NUMBER)
_NO_SUCH_FIELD = Misfit("没有这个字段，或已停用。", "There is no such field, or it is out of use.")
_NOT_THERE = Misfit("所选内容不存在或已停用，请重新选择。", "That is gone or out of use; choose another.")


class FieldsDoNotFit(DomainError):
    """`fields` maps each field's key to what is wrong with its value, in both languages."""

    code = "tickets.fields_do_not_fit"
    status = 422
    messages = {"zh": "有字段填写有误：{zh}", "en": "Some fields do not fit: {en}"}


class FieldsMissing(DomainError):
    """`fields` lists the fields to fill in: key and both names."""

    code = "tickets.fields_missing"
    status = 422
    messages = {
        "zh": "请先填写必填字段：{zh}。",
        "en": "Fill in what is required first: {en}.",
    }


def fill_fields(ticket: Ticket, told: Values, *, by: Staff | None) -> list[str]:
    """Put new values into a ticket's fields, None for none; returns the keys that changed, unsaved.

    Raises FieldsDoNotFit, or FieldsMissing when a value goes that the ticket must have as it stands.
    """
    fitted = _fitted(told, ticket.fields, by)
    changed = sorted(key for key, value in fitted.items() if ticket.fields.get(key) != value)
    kept = {**ticket.fields, **{key: fitted[key] for key in changed}}
    ticket.fields = {key: value for key, value in kept.items() if value is not None}
    emptied = {key for key in changed if fitted[key] is None}
    if emptied:
        _refuse_missing(ticket, form_of(ticket), closing=not ticket.is_active, among=emptied)
    return changed


def keep_files(ticket: Ticket, keys: Iterable[str]) -> None:
    """Point to the files that the ticket's changed fields hold now, and let go of those they held."""
    fields = CustomField.objects.filter(key__in=list(keys), kind=CustomField.Kind.FILE)
    for field in fields:
        held = ticket.fields.get(field.key, [])
        FieldFile.objects.filter(ticket=ticket, field=field).exclude(file_id__in=held).delete()
        FieldFile.objects.bulk_create(
            (FieldFile(ticket=ticket, field=field, file_id=file_id) for file_id in held),
            ignore_conflicts=True,
        )


def require_fields(ticket: Ticket, *, closing: bool) -> None:
    """Refuse where a field that the ticket's form requires now is empty. Raises FieldsMissing."""
    _refuse_missing(ticket, form_of(ticket), closing=closing, among=None)


def searchable(values: Values, keys: Iterable[str]) -> str:
    """What search should find of these fields: words and numbers, not what was chosen from a list."""
    kinds = CustomField.objects.filter(key__in=list(keys), kind__in=_SEARCHED).values_list("key", flat=True)
    return "\n".join(str(values[key]) for key in kinds if key in values)


def fit_values(told: Values, *, by: Staff | None) -> dict[str, Any]:
    """Values that are for no ticket yet, such as a template's: those that are not empty. Raises FieldsDoNotFit."""
    return {key: value for key, value in _fitted(told, {}, by).items() if value is not None}


def fit_changes(told: Values, *, by: Staff | None) -> dict[str, Any]:
    """Values that any ticket may be given, None where one is taken away. Raises FieldsDoNotFit."""
    return _fitted(told, {}, by)


def _fitted(told: Values, held: Values, by: Staff | None) -> dict[str, Any]:
    fields = {field.key: field for field in CustomField.objects.filter(key__in=list(told), active=True)}
    fitted: dict[str, Any] = {}
    misfits: dict[str, Misfit] = {}
    for key, value in told.items():
        field = fields.get(key)
        try:
            if field is None:
                raise _NO_SUCH_FIELD
            fitted[key] = fit_value(field.kind, field.rules, value)
            if fitted[key] is not None and fitted[key] != held.get(key):
                _refuse_what_is_not_there(field, fitted[key], held.get(key), by)
        except Misfit as misfit:
            misfits[key] = misfit
    if misfits:
        raise _told(misfits, fields)
    return fitted


def _refuse_what_is_not_there(field: CustomField, value: Any, held: Any, by: Staff | None) -> None:
    """A person, a customer or files that the value names must be there for this person to name. Raises Misfit."""
    match field.kind:
        case CustomField.Kind.PERSON:
            there = Staff.objects.active().filter(pk=value).exists()
        case CustomField.Kind.CUSTOMER:
            reach = Customer.objects.visible_to(by) if by is not None else Customer.objects.all()
            there = reach.filter(pk=value).exists()
        case CustomField.Kind.FILE:
            fresh = attachable_among(value, ticket=None, by=by) if by is not None else set()
            there = set(value) <= set(held or []) | fresh
        case _:
            there = True
    if not there:
        raise _NOT_THERE


def _refuse_missing(ticket: Ticket, form: FormOfTicket, *, closing: bool, among: set[str] | None) -> None:
    missing = missing_lines(form.lines, situation_of(ticket), closing=closing)
    wanted = [form.fields[line.key] for line in missing if among is None or line.key in among]
    if wanted:
        raise FieldsMissing(
            fields=[{"key": field.key, "zh": field.name_zh, "en": field.name_en} for field in wanted],
            zh="、".join(field.name_zh for field in wanted),
            en=", ".join(field.name_en for field in wanted),
        )


def _told(misfits: Mapping[str, Misfit], fields: Mapping[str, CustomField]) -> FieldsDoNotFit:
    def listed(language: str) -> str:
        names = {key: getattr(fields[key], f"name_{language}") if key in fields else key for key in misfits}
        return " ".join(f"{names[key]}: {misfit.told()[language]}" for key, misfit in misfits.items())

    return FieldsDoNotFit(
        fields={key: misfit.told() for key, misfit in misfits.items()}, zh=listed("zh"), en=listed("en")
    )
