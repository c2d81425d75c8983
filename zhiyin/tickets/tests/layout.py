"""Fields and forms for tests: an order number that refunds must have to be solved, and its like."""

from __future__ import annotations

from typing import Any

from zhiyin.tickets.models import CustomField, Form, FormField


def make_field(key: str, kind: str = "text", **fields: Any) -> CustomField:
    return CustomField.objects.create(
        **{"key": key, "kind": kind, "name_zh": f"字段{key}", "name_en": key.title()} | fields
    )


def default_form() -> Form:
    form, _ = Form.objects.get_or_create(
        is_default=True, defaults={"name_zh": "默认表单", "name_en": "Default form"}
    )
    return form


def put_on_form(
    field: CustomField, *, required: str = "never", form: Form | None = None, when: Any = ()
) -> FormField:
    form = form or default_form()
    return FormField.objects.create(
        form=form, field=field, position=form.lines.count(), required=required, shown_when=list(when)
    )
