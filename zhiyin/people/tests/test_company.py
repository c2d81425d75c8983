from __future__ import annotations

import pytest

from zhiyin.people.models import Company, Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.testing.people import client_for

pytestmark = pytest.mark.django_db
COMPANY = "/api/v1/company"


def test_the_company_is_read_by_staff_and_changed_by_administrators(
    owner: Staff, administrator: Staff
) -> None:
    Company.objects.create(name="云杉", timezone="Asia/Shanghai")

    changed = client_for(administrator).patch(COMPANY, {"name": "云杉科技", "locale": "en"})

    expected = {"name": "云杉科技", "locale": "en", "timezone": "Asia/Shanghai", "currency": "CNY"}
    assert changed.json() == client_for(owner).get(COMPANY).json() == expected
    assert AuditEntry.objects.get().details == {"fields": ["locale", "name"]}


def test_an_unknown_time_zone_changes_nothing(administrator: Staff) -> None:
    Company.objects.create(name="云杉")

    answer = client_for(administrator).patch(COMPANY, {"name": "X", "timezone": "Mars/Olympus"})

    assert (answer.status_code, answer.json()["code"]) == (422, "people.unknown_time_zone")
    assert Company.objects.get().name == "云杉"


def test_the_currency_is_one_of_iso_4217(administrator: Staff, owner: Staff) -> None:
    Company.objects.create(name="云杉")
    client = client_for(administrator)
    refused = client.patch(COMPANY, {"name": "X", "currency": "XXX"})
    assert (refused.status_code, refused.json()["code"]) == (422, "people.unknown_currency")
    assert (Company.objects.get().name, Company.objects.get().currency) == ("云杉", "CNY")
    assert client.patch(COMPANY, {"currency": "USD"}).json()["currency"] == "USD"
    assert client_for(owner).get(COMPANY).json()["currency"] == "USD"


def test_agents_can_not_change_it(owner: Staff) -> None:
    Company.objects.create(name="云杉")

    assert client_for(owner).patch(COMPANY, {"name": "X"}).status_code == 403
    assert Company.objects.get().name == "云杉"
