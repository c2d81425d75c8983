"""Kinds of fields: which operators each has and what they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

MAX_VALUES = 50
MAX_TEXT = 200
UNITS = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
LIST, NUMBER, MOMENT, SPAN, TEXT, NOTHING = "list", "number", "moment", "span", "text", "nothing"

KINDS: Mapping[str, Mapping[str, str]] = {  # kind → operator → what it takes
    "choice": {"any_of": LIST, "none_of": LIST},
    "list": {"has_any": LIST, "has_all": LIST, "has_none": LIST, "is_empty": NOTHING, "is_filled": NOTHING},
    "number": {"at_least": NUMBER, "at_most": NUMBER, "equals": NUMBER},
    "moment": {
        "within": SPAN,
        "older_than": SPAN,
        "after": MOMENT,
        "before": MOMENT,
        "is_empty": NOTHING,
        "is_filled": NOTHING,
    },
    "text": {
        "contains": TEXT,
        "contains_not": TEXT,
        "equals": TEXT,
        "is_empty": NOTHING,
        "is_filled": NOTHING,
    },
    "flag": {"yes": NOTHING, "no": NOTHING},
    "deadline": {"due_within": SPAN, "overdue": NOTHING, "is_empty": NOTHING, "is_filled": NOTHING},
}


class Unfit(ValueError):
    """The value is not what the operator takes; says in both languages what it should be."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Choice:
    """One value that can be chosen, by its words."""

    value: str | int
    zh: str
    en: str


def fit_value(takes: str, value: Any, choices: tuple[Choice, ...], *, named: tuple[str, ...]) -> Any:
    """The value as it is kept. Raises Unfit.

    `choices` are all the values there are, when they are known; else numbers and `named` words are taken.
    """
    match takes:
        case "nothing":
            return None
        case "list":
            return _list(value, choices, named)
        case "number":
            return _whole(value)
        case "text":
            return _text(value)
        case "moment":
            return _moment(value).isoformat()
    return {"amount": _amount(value), "unit": value["unit"]}


def span_of(value: Mapping[str, Any]) -> timedelta:
    return int(value["amount"]) * UNITS[value["unit"]]


def moment_of(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _list(value: Any, choices: tuple[Choice, ...], named: tuple[str, ...]) -> list[str | int]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_VALUES:
        raise Unfit(f"请选择 1 到 {MAX_VALUES} 个值", f"choose 1 to {MAX_VALUES} values")
    known = {choice.value for choice in choices}
    for one in value:
        is_number = isinstance(one, int) and not isinstance(one, bool) and 0 < one < 2**63
        is_word = isinstance(one, str) and 0 < len(one) <= MAX_TEXT and "\0" not in one
        fits = one in known if choices and (is_number or is_word) else is_number or one in named
        if not fits and not (named == ("*",) and is_word):
            raise Unfit(f"没有“{one}”这个选项", f"there is no choice {one!r}")
    return list(dict.fromkeys(value))


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise Unfit("请填写不小于 0 的整数", "give a whole number of at least 0")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_TEXT or "\0" in value:
        raise Unfit(f"请填写 1 到 {MAX_TEXT} 个字", f"give 1 to {MAX_TEXT} characters")
    return value.strip()


def _moment(value: Any) -> datetime:
    try:
        told = datetime.fromisoformat(value)
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise Unfit(
            "请填写日期，如 2026-05-01", "give a date such as 2026-05-01 or 2026-05-01T09:00Z"
        ) from error


def _amount(value: Any) -> int:
    if isinstance(value, dict) and set(value) == {"amount", "unit"} and value["unit"] in UNITS:
        amount = value["amount"]
        if isinstance(amount, int) and not isinstance(amount, bool) and 1 <= amount <= 1000:
            return amount
    raise Unfit(
        "请填写时长：1 到 1000 的整数和单位（minutes、hours、days、weeks）",
        "give a length: amount 1 to 1000 and unit (minutes, hours, days or weeks)",
    )
