"""What a customer said as the value of a field: an amount as a number, `明天` as a date, an option by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from zhiyin.assist.local.entities import entities_in
from zhiyin.assist.local.numbers import plain_digits
from zhiyin.tickets.forms.fitting import fit_value
from zhiyin.tickets.forms.misfits import Misfit
from zhiyin.tickets.forms.taking import OPTIONS
from zhiyin.tickets.models import CustomField
from zhiyin.tickets.wording.finding import folded, spans_of

LEAST_NAME = 2  # characters of an option's name that is looked for
_AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?")
_DAYS = {"大前天": -3, "前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2, "大后天": 3}
_DAYS |= {"yesterday": -1, "today": 0, "tomorrow": 1}
_WEEKS = {"上周": -1, "本周": 0, "下周": 1}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = re.compile(r"(?:(?P<year>20\d\d)[年./-]\s?)?(?P<month>\d{1,2})[月./-](?P<day>\d{1,2})")


@dataclass(frozen=True)
class Named:
    """A value that fits a field, and the words it comes from."""

    value: Any
    text: str


def values_for(field: CustomField, text: str, *, written_on: date) -> Iterator[Named]:
    """What the text names for the field, in the order of the text; what does not fit the field is passed over.

    `written_on` is the day the text was written, which `yesterday` and dates without a year are told by.
    """
    if field.taken_from == OPTIONS:
        yield from _options(field, text)
        return
    for entity in entities_in(text):
        if entity.kind == field.taken_from:
            for told in _ways(field.kind, entity.kind, entity.text, written_on):
                if (value := fitted(field, told)) is not None:
                    yield Named(value, entity.text)
                    break


def fitted(field: CustomField, told: Any) -> Any:
    """The value as the field keeps it, None where it does not fit."""
    try:
        return fit_value(field.kind, field.rules, told)
    except Misfit:
        return None


def _ways(kind: str, detail: str, text: str, written_on: date) -> Iterator[Any]:
    """How the words might be kept, the likeliest first."""
    if kind == "number":
        yield _amount_of(text) if detail == "amount" else plain_digits(text)
    elif kind == "date":
        yield day_of(text, written_on=written_on)
    elif detail in ("phone", "order"):
        plain = plain_digits(text)  # spoken digits, blanks between them
        yield from (plain, text) if detail == "phone" else (text, plain)
    else:
        yield text


def _amount_of(text: str) -> int | float | None:
    found = _AMOUNT.search(text)
    if found is None:
        return None
    amount = float(found.group().replace(",", "")) * (10_000 if "万" in text else 1)
    return int(amount) if amount == int(amount) else round(amount, 6)


def day_of(text: str, *, written_on: date) -> str | None:
    """The day the words name, in ISO 8601; None where they name none, or a week or month only."""
    told = text.strip().casefold()
    day = written_on + timedelta(days=_DAYS[told]) if told in _DAYS else None
    day = day or _weekday(told, written_on) or _numbered(told, written_on) or _english(told, written_on)
    return day.isoformat() if day else None


def _weekday(told: str, written_on: date) -> date | None:
    if (week := _WEEKS.get(told[:2])) is not None and (
        place := "一二三四五六日天".find(told[2:3] or "?")
    ) >= 0:
        monday = written_on - timedelta(days=written_on.weekday())
        return monday + timedelta(weeks=week, days=min(place, 6))
    which, _, name = told.partition(" ")
    if name in _WEEKDAYS and which in ("next", "last"):
        away = (_WEEKDAYS.index(name) - written_on.weekday()) % 7
        return written_on + timedelta(days=(away or 7) if which == "next" else away - 7)
    return None


def _numbered(told: str, written_on: date) -> date | None:
    found = _NUMBERS.match(told)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.group("year", "month", "day"))
    return _dated(year, month or 0, day or 0, written_on)


def _english(told: str, written_on: date) -> date | None:
    name = re.search(r"[a-z]{3,}", told)
    number = re.search(r"\d{1,2}", told)
    if name is None or number is None or name.group()[:3] not in _MONTHS:
        return None
    return _dated(None, _MONTHS.index(name.group()[:3]) + 1, int(number.group()), written_on)


def _dated(year: int | None, month: int, day: int, written_on: date) -> date | None:
    """Without a year, the one that brings it nearest to when it was written."""
    days = []
    for one in (year,) if year else (written_on.year - 1, written_on.year, written_on.year + 1):
        try:
            days.append(date(one, month, day))
        except ValueError:  # 31 February
            continue
    return min(days, key=lambda one: abs(one - written_on), default=None)


def _options(field: CustomField, text: str) -> Iterator[Named]:
    names = dict(_named_options(field.rules.get("options", []), (), field.kind == "cascade"))
    found = [text[span.start : span.end] for span in spans_of(text, list(names), ())]
    once = {_key(one): one for one in reversed(found)}
    if field.kind == "choices":
        chosen = [value for one in once for value in names.get(one, ())]
        if chosen and (value := fitted(field, chosen)) is not None:
            yield Named(value, " · ".join(reversed(once.values())))
        return
    for one in found:
        path = names.get(_key(one), ())
        value = fitted(field, list(path) if field.kind == "cascade" else path[0] if path else None)
        if value is not None:
            yield Named(value, one)


def _named_options(
    options: Iterable[Mapping[str, Any]], above: tuple[str, ...], is_cascade: bool
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each name in both languages with the path it stands for; of a cascade its ends only."""
    for option in options:
        path = (*above, option["value"])
        if children := option.get("children"):
            yield from _named_options(children, path, is_cascade)
        else:
            names = {_key(option[language]) for language in ("zh", "en")}
            yield from (
                (name, path if is_cascade else path[-1:]) for name in names if len(name) >= LEAST_NAME
            )


def _key(name: str) -> str:
    return " ".join(folded(name).split()) if name.isascii() else "".join(folded(name).split())
