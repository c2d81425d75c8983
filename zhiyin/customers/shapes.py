"""The JSON shapes of customers."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import Field


class IdentityShape(Schema):
    kind: str
    value: str
    verified: bool


class CustomerRow(Schema):
    id: int
    name: str
    company: str
    tier: str
    language: str
    region: str = Field(description="the widest first: 中国大陆/广东; '' where it is not known")
    created_at: datetime
    updated_at: datetime


class CustomerCard(CustomerRow):
    note: str
    identities: list[IdentityShape]
