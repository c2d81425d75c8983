"""What answers of the API are made of."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """A shape that is only ever sent: read from a row's attributes by pydantic alone, without ninja's detour.

    ninja's own Schema looks at every attribute in Python, for resolvers and related rows; in a list of 30 rows that
    costs more than reading them. Take Schema where you need a `resolve_…`, or for what comes in.
    """

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def from_orm(cls, obj: Any) -> Self:
        return cls.model_validate(obj)
