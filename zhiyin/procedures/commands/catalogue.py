"""The catalogue of compensation, and how far each role and each customer may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from zhiyin.people.models import Role, Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.http.errors import Invalid
from zhiyin.procedures.models import CompensationItem, CustomerLimit, OutsideSystem, RoleLimit


@dataclass(frozen=True, kw_only=True)
class ItemForm:
    kind: str
    name_zh: str
    name_en: str
    most: Decimal
    least: Decimal = Decimal(1)
    worth: Decimal = Decimal(1)
    system_id: int | None = None
    code: str = ""
    letter_zh: str = ""
    letter_en: str = ""
    active: bool = True
    position: int = 0


@dataclass(frozen=True, kw_only=True)
class RoleLimitForm:
    role_id: int
    a_grant: Decimal
    a_day: Decimal


@dataclass(frozen=True, kw_only=True)
class CustomerLimitForm:
    amount: Decimal
    count: int
    days: int


@transaction.atomic
def save_item(*, item_id: int | None, form: ItemForm, by: Staff, now: datetime) -> CompensationItem:
    """Add something to the catalogue, or change it; what was given stays as it was. Raises Invalid by field."""
    _refuse_unfit(form)
    item = CompensationItem.objects.select_for_update().get(pk=item_id) if item_id else CompensationItem()
    for name, value in asdict(form).items():
        setattr(item, name, value.strip() if isinstance(value, str) else value)
    item.save()
    told = {"name": item.name_en, "kind": item.kind, "most": item.most, "active": item.active}
    record_audit(
        action="procedures.compensation_item_saved",
        by=by.pk,
        target=f"compensation_item:{item.pk}",
        details=told,
        now=now,
    )
    return item


@transaction.atomic
def save_limits(
    *, roles: Sequence[RoleLimitForm], customer: CustomerLimitForm, by: Staff, now: datetime
) -> None:
    """Replace the limits of roles and customers; roles without one may give nothing without asking. Raises Invalid."""
    known = set(Role.objects.filter(pk__in=[one.role_id for one in roles]).values_list("pk", flat=True))
    wrong = {f"roles.{at}.role_id": "unknown" for at, one in enumerate(roles) if one.role_id not in known}
    if len({one.role_id for one in roles}) != len(roles):
        wrong["roles"] = "each role once"
    if wrong:
        raise Invalid(fields=wrong)
    RoleLimit.objects.all().delete()
    RoleLimit.objects.bulk_create(RoleLimit(**asdict(one)) for one in roles)
    CustomerLimit.objects.update_or_create(pk=CustomerLimit.ONLY, defaults=asdict(customer))
    told = {
        "roles": [f"{one.role_id}: {one.a_grant}, {one.a_day}" for one in roles],
        "customer": f"{customer.amount}, {customer.count} in {customer.days} days",
    }
    record_audit(action="procedures.compensation_limits_changed", by=by.pk, details=told, now=now)


def _refuse_unfit(form: ItemForm) -> None:
    wrong: dict[str, str] = {}
    if form.kind not in CompensationItem.Kind.values:
        wrong["kind"] = "unknown"
    if form.most < form.least:
        wrong["most"] = "less than the least"
    if form.kind == CompensationItem.Kind.LETTER and form.system_id is not None:
        wrong["system_id"] = "letters are written by people"
    elif form.system_id is not None and not OutsideSystem.objects.filter(pk=form.system_id).exists():
        wrong["system_id"] = "unknown"
    if wrong:
        raise Invalid(fields=wrong)
