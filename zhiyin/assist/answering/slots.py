"""What a dialogue asks for, one thing at a time, and how what the customer writes is read as it. Pure.

A slot is checked as a whole when it is saved: its pattern can't take for ever, its options are a list as of a custom field.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zhiyin.assist.answering.choosing import numbered, picked
from zhiyin.assist.answering.dates import date_in
from zhiyin.assist.answering.keywords import plain
from zhiyin.assist.answering.saying import is_greeting, words
from zhiyin.assist.local.entities import entities_in
from zhiyin.assist.local.numbers import DIGIT, plain_digits
from zhiyin.tickets.forms.fitting import fit_value
from zhiyin.tickets.forms.misfits import Misfit
from zhiyin.tickets.forms.ruling import tidy_rules

KEY = r"^[a-z][a-z0-9_]{0,29}$"
MOST_OPTIONS, MOST_CONDITIONS, LONGEST_TEXT = 9, 3, 500
Kind = Literal["text", "order", "phone", "date", "choice", "number"]
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{4,39}")
_PHONE = re.compile(r"(?<!\d)\+?\d[\d ()-]{5,18}\d(?!\d)")
_AMOUNT = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,4})?")
_SKIP = re.compile(r"跳过|没有|无|不知道|不清楚|不记得了?|skip|none|no|don t know|i don t know|not sure|n a")


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Option(Part):
    """Something to choose from; a name in one language does for both."""

    value: str = Field(min_length=1, max_length=60, pattern=r"\S")
    zh: str = Field("", max_length=60)
    en: str = Field("", max_length=60)

    def label(self, language: str) -> str:
        return (self.zh or self.en) if language.startswith("zh") else (self.en or self.zh)


class OnlyIf(Part):
    """The answer to a choice before it is one of these."""

    key: str = Field(pattern=KEY)
    any_of: tuple[str, ...] = Field(min_length=1, max_length=MOST_OPTIONS)


class Slot(Part):
    """One thing that is asked for; words in one language do for both."""

    key: str = Field(pattern=KEY)
    kind: Kind
    prompt_zh: str = Field("", max_length=300)
    prompt_en: str = Field("", max_length=300)
    help_zh: str = Field("", max_length=300, description="said when what was written does not fit")
    help_en: str = Field("", max_length=300)
    is_optional: bool = False
    pattern: str = Field("", max_length=200, description="of text and order numbers, as a whole")
    smallest: float | None = None
    largest: float | None = None
    when: Literal["any", "past", "future"] = Field("any", description="of dates; today is both")
    options: tuple[Option, ...] = Field((), max_length=MOST_OPTIONS)
    field: str = Field("", max_length=50, description="the custom field of the ticket it goes into")
    only_if: tuple[OnlyIf, ...] = Field(
        (), max_length=MOST_CONDITIONS, description="asked only where all of these hold; else always"
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Slot:
        if not (self.prompt_zh.strip() or self.prompt_en.strip()):
            raise ValueError(f"{self.key}: prompt_zh or prompt_en is missing")
        if self.kind == "choice" and len(self.options) < 2:
            raise ValueError(f"{self.key}: two options at least")
        if self.kind == "choice" and any(not (one.zh.strip() or one.en.strip()) for one in self.options):
            raise ValueError(f"{self.key}: an option has no name")
        try:
            tidy_rules("text", {"pattern": self.pattern})
            tidy_rules("number", {"min": self.smallest, "max": self.largest, "decimals": 4})
            if self.options:
                tidy_rules("choice", {"options": [one.model_dump() for one in self.options]})
        except Misfit as misfit:
            raise ValueError(f"{self.key}: {misfit.told()['en']}") from misfit
        return self

    def prompt(self, language: str) -> str:
        """What is asked, with the choices as lines."""
        zh, en = self.prompt_zh.strip(), self.prompt_en.strip()
        told = (zh or en) if language.startswith("zh") else (en or zh)
        if self.is_optional:
            told += words("may_skip", language)
        return f"{told}\n{numbered(self.labels(language))}" if self.kind == "choice" else told

    def labels(self, language: str) -> list[str]:
        return [one.label(language) for one in self.options] if self.kind == "choice" else []

    def shown(self, value: Any, language: str) -> str:
        """A value for readers."""
        named = {one.value: one.label(language) for one in self.options}
        return named.get(str(value), str(value))


class Unread(Exception):
    """What was written does not fit: which words of `saying` tell so, with what."""

    def __init__(self, kind: str, **params: str) -> None:
        super().__init__(kind)
        self.kind, self.params = kind, params

    def told(self, slot: Slot, language: str) -> str:
        """What is wrong and what would do, in the customer's language: the house's own help where there is some."""
        zh, en = slot.help_zh.strip(), slot.help_en.strip()
        own = (zh or en) if language.startswith("zh") else (en or zh)
        return own or words(self.kind, language, **self.params)


def read_slot(slot: Slot, text: str, *, today: date) -> Any:
    """The value in what a customer wrote as an answer, None where they leave an optional one out. Raises Unread."""
    told = unicodedata.normalize("NFKC", text).strip()
    if slot.is_optional and _SKIP.fullmatch(plain(told)):
        return None
    if not told or (is_greeting(told) and slot.kind != "choice"):
        raise Unread("unread_empty")
    as_written = slot.kind == "text" and not slot.pattern
    return _READS[slot.kind](slot, text.strip() if as_written else told, today)


def named_in(slot: Slot, text: str, *, today: date) -> Any:
    """The value where a text that was no answer names it beyond doubt: one order number, one phone, one date. Else None."""
    if slot.kind not in ("order", "phone", "date"):
        return None
    found = {one.text for one in entities_in(text) if one.kind == slot.kind}
    if len(found) != 1:
        return None
    try:
        return read_slot(slot, found.pop(), today=today)
    except Unread:
        return None


def _text(slot: Slot, told: str, today: date) -> str:
    if len(told) > LONGEST_TEXT:
        raise Unread("unread_long", most=str(LONGEST_TEXT))
    if slot.pattern and not re.fullmatch(slot.pattern, told):
        raise Unread("unread_text")
    return told


def _order(slot: Slot, told: str, today: date) -> str:
    tokens = list(dict.fromkeys(_TOKEN.findall(told)))
    if slot.pattern:
        fitting: list[str] = [one for one in tokens if re.fullmatch(slot.pattern, one)]
        if len(fitting) != 1:
            raise Unread("unread_order")
        return fitting[0]
    named = [one.text for one in entities_in(told) if one.kind == "order"]
    numbers: list[str] = named or [one for one in tokens if sum(char.isdigit() for char in one) >= 4]
    if len(set(numbers)) != 1:
        raise Unread("unread_order")
    return numbers[0]


def _phone(slot: Slot, told: str, today: date) -> str:
    named = [one.text for one in entities_in(told) if one.kind == "phone"] or _PHONE.findall(told)
    numbers = {("+" if one.startswith("+") else "") + plain_digits(one) for one in named}
    if len(numbers) != 1:
        raise Unread("unread_phone")
    number = numbers.pop()
    if not 7 <= len(number.lstrip("+")) <= 15:
        raise Unread("unread_phone")
    return number


def _date(slot: Slot, told: str, today: date) -> str:
    found = date_in(told, today=today)
    if found is None:
        raise Unread("unread_date", example=today.isoformat())
    if slot.when == "past" and found > today:
        raise Unread("unread_future", day=found.isoformat())
    if slot.when == "future" and found < today:
        raise Unread("unread_past", day=found.isoformat())
    return found.isoformat()


def _choice(slot: Slot, told: str, today: date) -> str:
    for language in ("zh", "en"):
        place = picked(told, slot.labels(language))
        if isinstance(place, int):
            return slot.options[place].value
    raise Unread("unread_choice", most=str(len(slot.options)))


def _number(slot: Slot, told: str, today: date) -> int | float:
    plainly = plain_digits(told) if re.fullmatch(f"[{DIGIT}]+", told) else told.replace(",", "")
    found = _AMOUNT.findall(plainly) or _AMOUNT.findall(plain(told))
    if len(found) != 1:
        raise Unread("unread_number")
    rules = {"min": slot.smallest, "max": slot.largest, "decimals": 4}
    try:
        value: int | float = fit_value("number", tidy_rules("number", rules), found[0].lstrip("+"))
    except Misfit as misfit:
        raise Unread("unread_range", zh=misfit.zh, en=misfit.en) from misfit
    return value


_READS = {
    "text": _text, "order": _order, "phone": _phone, "date": _date, "choice": _choice, "number": _number
}  # fmt: skip
