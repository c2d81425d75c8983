"""One's own API tokens. Made in person only, so that a token cannot make others."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import InPerson, Signed
from zhiyin.people.api.router import Name, router
from zhiyin.people.commands.tokens import DEFAULT_DAYS, LONGEST_DAYS, create_token, revoke_token
from zhiyin.people.queries.tokens import list_tokens
from zhiyin.people.shapes import NewTokenShape, TokenShape

_own_tokens = InPerson("tokens.manage")


class NewToken(Schema):
    name: Name
    scopes: list[str] = Field(max_length=200)
    days: int = Field(DEFAULT_DAYS, ge=1, le=LONGEST_DAYS)


@router.get("/tokens", response=list[TokenShape], auth=_own_tokens)
def get_tokens(request: Signed) -> Any:
    """One's own tokens, newest first."""
    return list_tokens(of=request.auth)


@router.post("/tokens", response={201: NewTokenShape}, auth=_own_tokens)
def post_token(request: Signed, body: NewToken) -> Any:
    """Make a token; the answer is the only place that holds the key."""
    token, key = create_token(
        name=body.name, scopes=body.scopes, days=body.days, by=request.auth, now=timezone.now()
    )
    return Status(201, NewTokenShape(**TokenShape.from_orm(token).dict(), token=key))


@router.delete("/tokens/{int:token_id}", response={204: None}, auth=_own_tokens)
def delete_token(request: Signed, token_id: int) -> Any:
    """End a token."""
    revoke_token(token_id=token_id, by=request.auth, now=timezone.now())
    return Status(204, None)
