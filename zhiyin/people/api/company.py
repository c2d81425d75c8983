"""The organisation this installation belongs to."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Schema
from pydantic import Field

from zhiyin.people.access import Signed, needs, signed_in
from zhiyin.people.api.router import Locale, Name, router
from zhiyin.people.commands.company import change_company
from zhiyin.people.queries.company import company_or_blank
from zhiyin.people.shapes import CompanyShape, company_shape


class CompanyChange(Schema):
    """Only what is named changes."""

    name: Name | None = None
    locale: Locale | None = None
    timezone: str | None = Field(None, max_length=64)
    currency: str | None = Field(None, max_length=3, description="a code of ISO 4217")


@router.get("/company", response=CompanyShape, auth=signed_in)
def get_company(request: Signed) -> Any:
    """The company's name, language, time zone and currency."""
    return company_shape(company_or_blank())


@router.patch("/company", response=CompanyShape, auth=needs("settings.manage"))
def patch_company(request: Signed, body: CompanyChange) -> Any:
    """Change them."""
    changes = body.dict(exclude_none=True)
    return company_shape(change_company(changes=changes, by=request.auth, now=timezone.now()))
