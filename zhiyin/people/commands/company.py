"""The organisation this installation belongs to."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from django.db import transaction

from zhiyin.people.currencies import CURRENCIES, DEFAULT_CURRENCY
from zhiyin.people.events import CompanyChanged
from zhiyin.people.models import Company, Staff
from zhiyin.people.telling import tell
from zhiyin.platform.http.errors import DomainError


class UnknownTimeZone(DomainError):
    code = "people.unknown_time_zone"
    status = 422
    messages = {
        "zh": "没有“{timezone}”这个时区，请从列表中选择，例如 Asia/Shanghai。",
        "en": "There is no time zone {timezone}; choose one from the list, for example Asia/Shanghai.",
    }


class UnknownCurrency(DomainError):
    code = "people.unknown_currency"
    status = 422
    messages = {
        "zh": "没有“{currency}”这个货币代码，请从列表中选择，例如 CNY。",
        "en": "There is no currency {currency}; choose one from the list, for example CNY.",
    }


@transaction.atomic
def change_company(*, changes: dict[str, str], by: Staff, now: datetime) -> Company:
    """Change name, language, time zone or currency. Raises UnknownTimeZone, UnknownCurrency.

    Amounts that were asked for or given keep the currency they have; nothing is converted.
    """
    if "timezone" in changes:
        refuse_unknown_time_zone(changes["timezone"])
    if changes.get("currency", DEFAULT_CURRENCY) not in CURRENCIES:
        raise UnknownCurrency(currency=changes["currency"])
    Company.objects.get_or_create(pk=Company.ONLY, defaults={"name": ""})
    company = Company.objects.select_for_update().get(pk=Company.ONLY)
    for field, value in changes.items():
        setattr(company, field, value.strip())
    company.save(update_fields=list(changes))
    tell(CompanyChanged(fields=sorted(changes), by_id=by.pk, at=now))
    return company


def refuse_unknown_time_zone(timezone: str) -> None:
    if timezone not in available_timezones():
        raise UnknownTimeZone(timezone=timezone)
