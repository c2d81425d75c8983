"""The first start: opened once, with the link printed by `zhiyin up`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import public, token_hash
from zhiyin.people.api.router import Email, Locale, Name, Password, router
from zhiyin.people.queries.company import is_setup_link_valid, is_setup_needed
from zhiyin.people.setup import complete_setup
from zhiyin.people.shapes import Profile, SetupState
from zhiyin.people.signing_in.entering import begin_session


class SetupBody(Schema):
    token: str = Field(max_length=200)
    company: Name
    name: Name
    email: Email
    password: Password
    locale: Locale = "zh-CN"
    timezone: str = Field("Asia/Shanghai", max_length=64)


@router.get("/setup", response=SetupState, auth=public)
def get_setup(request: HttpRequest, token: str = "") -> Any:
    """Whether the set-up is still open, and whether this token opens it."""
    valid = is_setup_link_valid(token_hash=token_hash(token), now=timezone.now())
    return {"needed": is_setup_needed(), "valid": valid}


@router.post("/setup", response={201: Profile}, auth=public)
def post_setup(request: HttpRequest, body: SetupBody) -> Any:
    """Name the company and make its first administrator, who is then signed in."""
    staff = complete_setup(**body.dict(), now=timezone.now())
    begin_session(request, staff)
    return Status(201, staff)
