"""When a rule has its turn, as data, checked when it comes in.

{"on": "status_changed", "was": ["open"], "now": ["solved"]}      something happened; lists that are empty take any
{"on": "field_changed", "field": "order_kind", "now": ["parts"]}
{"on": "time", "since": "waiting", "minutes": 240, "calendar_id": 3}     so long after, by business hours
{"on": "hours", "weekdays": [1, 2, 3, 4, 5], "clock": "09:00"}    at an hour of the company's day, for all that fit
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from zhiyin.tickets.models import Ticket

Happening = Literal[
    "created",
    "customer_wrote",
    "answered",
    "note_written",
    "status_changed",
    "priority_changed",
    "assignee_changed",
    "group_changed",
    "type_changed",
    "category_changed",
    "tags_changed",
    "field_changed",
    "sla_warned",
    "sla_breached",
    "rated",
    "snooze_ended",
]
TIMES = ("time", "hours")
SINCE = {  # what time is counted from → column of the ticket, each with an index
    "created": "created_at",
    "waiting": "waiting_since",
    "last_message": "last_message_at",
    "solved": "solved_at",
}
LONGEST_MINUTES = 60 * 24 * 366
_VALUES: dict[str, tuple[Any, ...]] = {  # where all values are known
    "status_changed": tuple(Ticket.Status.values),
    "priority_changed": (1, 2, 3, 4),
    "sla_warned": ("customer", "internal", "regulator", "procedure"),
    "sla_breached": ("customer", "internal", "regulator", "procedure"),
    "rated": (1, 2, 3, 4, 5),
}
_WITH_VALUES = {name for name in get_args(Happening) if name.endswith("_changed")} | set(_VALUES)
Value = int | str | bool | None
Values = Annotated[list[Value], Field(max_length=50)]


class Occasion(BaseModel):
    """When a rule has its turn."""

    model_config = ConfigDict(extra="forbid", strict=True)

    on: Literal[Happening, "time", "hours"]
    was: Values = Field(
        default=[], description="values before, any of these; of tags those taken away; none: any"
    )
    now: Values = Field(
        default=[], description="values after, any of these; of tags those added, of ratings the score"
    )
    field: str = Field(default="", max_length=50, description="key of the custom field that changed")
    since: Literal["", "created", "waiting", "last_message", "solved"] = ""
    minutes: int = Field(default=0, ge=0, le=LONGEST_MINUTES)
    calendar_id: int | None = Field(default=None, description="minutes are counted in these business hours")
    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(default=[], max_length=7)
    clock: Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")] = ""

    @model_validator(mode="after")
    def says_when(self) -> Occasion:
        if self.on == "time" and not (self.since and self.minutes):
            raise ValueError("a time rule needs since and minutes")
        if self.on == "hours" and not (self.clock and self.weekdays):
            raise ValueError("a rule at set hours needs clock and weekdays")
        if self.on == "field_changed" and not self.field:
            raise ValueError("name the field that changes")
        if (self.was or self.now) and self.on not in _WITH_VALUES:
            raise ValueError(f"{self.on} has no values before and after")
        known = _VALUES.get(self.on)
        if known is not None and not all(one in known for one in (*self.was, *self.now)):
            raise ValueError(f"{self.on} knows these values: {', '.join(map(str, known))}")
        return self

    @property
    def is_time(self) -> bool:
        return self.on in TIMES
