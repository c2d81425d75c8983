"""One router for all of this domain: operations on one path must share it."""

from typing import Annotated, Literal

from ninja import Router
from pydantic import Field, StringConstraints

router = Router(tags=["people"])

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
OptionalName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
]
Password = Annotated[str, Field(min_length=1, max_length=1000)]
Locale = Literal["zh-CN", "en"]
Ids = Annotated[list[int], Field(max_length=1000)]
