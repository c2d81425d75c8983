"""Answers that name something: a colleague, a customer, files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhiyin.customers.models import Customer
from zhiyin.people.models import Staff
from zhiyin.procedures.content import FormField
from zhiyin.procedures.models import Task, TaskFile
from zhiyin.tickets.commands.attaching import attachable_among
from zhiyin.tickets.forms.misfits import Misfit


def not_there(
    fields: list[FormField], values: Mapping[str, Any], held: Mapping[str, Any], by: Staff
) -> dict[str, Misfit]:
    """Answers that name a colleague, a customer or a file that is gone or not this person's to name."""
    told = [(one, values[one.key]) for one in fields if values.get(one.key) is not None]
    people = {value for one, value in told if one.kind == "person"}
    customers = {value for one, value in told if one.kind == "customer"}
    files = {pk for one, value in told if one.kind == "file" for pk in value}
    there = {
        "person": set(Staff.objects.active().filter(pk__in=people).values_list("pk", flat=True))
        if people
        else set(),
        "customer": set(Customer.objects.visible_to(by).filter(pk__in=customers).values_list("pk", flat=True))
        if customers
        else set(),
        "file": attachable_among(files, ticket=None, by=by),
    }
    wrong: dict[str, Misfit] = {}
    for field_, value in told:
        if field_.kind in there and value != held.get(field_.key):
            named = set(value) if isinstance(value, list) else {value}
            kept = held.get(field_.key) if isinstance(value, list) else None
            if named - there[field_.kind] - set(kept or []):
                wrong[field_.key] = _GONE[field_.kind]
    return wrong


_GONE = {
    "person": Misfit("没有这位同事或已停用，请重新选择。", "That colleague is gone; choose another."),
    "customer": Misfit("没有这位客户，请重新选择。", "There is no such customer; choose another."),
    "file": Misfit(
        "文件不存在，或不是你上传的，请重新添加。", "A file is gone or was not put up by you; add it again."
    ),
}


def keep_files(task: Task, told: Mapping[str, Any]) -> None:
    """Point to the files that the answers hold now, and let go of those they held."""
    for key in [one["key"] for one in task.fields if one["kind"] == "file" and one["key"] in told]:
        held = told[key] or []
        task.files.filter(key=key).exclude(file__in=held).delete()
        rows = (TaskFile(task=task, key=key, file_id=file_id) for file_id in held)
        TaskFile.objects.bulk_create(rows, ignore_conflicts=True)
