"""A dialogue: what is asked for in which order, where it stands, and what the next words of the customer do to it. Pure.

    asking ──reads it──▶ asking for the next ──reads it──▶ … ──▶ done
      │  ╰──does not fit: asks again, twice at most──▶ given up
      │     what is asked next may depend on what was chosen before
      ╰──"never mind"──▶ cancelled

Who asks for a person, is angry or threatens leaves it before this is asked at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

from zhiyin.assist.answering.branching import asked_among, misfits_of_branches
from zhiyin.assist.answering.keywords import plain
from zhiyin.assist.answering.slots import Part, Slot, Unread, named_in, read_slot

MOST_SLOTS = 10
MOST_TRIES = 3  # for one slot: it is asked for again twice
_CANCELS = re.compile(
    r"(?:那)?(?:我)?(?:先)?(?:取消|算了|不用了|不填了|不办了|不要了|不弄了|退出|停止)(?:吧|了|谢谢)*"
    r"|(?:please )?(?:cancel|stop|quit|exit|never mind|nevermind|forget it|no thanks)(?: please| thanks)?"
)


class Ending(Part):
    """What is done once all is there: the ticket is filled in, and people go on or the customer is answered."""

    hands_over: bool = True
    category_id: int | None = None
    text_zh: str = Field("", max_length=1000)
    text_en: str = Field("", max_length=1000)

    def text(self, language: str) -> str:
        zh, en = self.text_zh.strip(), self.text_en.strip()
        return (zh or en) if language.startswith("zh") else (en or zh)


class Content(Part):
    """What a dialogue asks for, and how it ends."""

    slots: tuple[Slot, ...] = Field(min_length=1, max_length=MOST_SLOTS)
    ending: Ending = Field(default_factory=lambda: Ending(text_zh="", text_en=""))

    @model_validator(mode="after")
    def _makes_sense(self) -> Content:
        keys = [one.key for one in self.slots]
        if len(set(keys)) != len(keys):
            raise ValueError("two slots have the same key")
        wrong = misfits_of_branches(self.slots)
        if wrong:
            raise ValueError("; ".join(f"slots.{at}.only_if: {what}" for at, what in wrong.items()))
        if not self.ending.hands_over and not (self.ending.text_zh.strip() or self.ending.text_en.strip()):
            raise ValueError("ending: an answer is missing")
        return self


@dataclass(frozen=True, kw_only=True)
class Course:
    """Where a dialogue stands: what is there, by key (None: left out), and how often the next was asked for in vain."""

    filled: Mapping[str, Any] = field(default_factory=dict)
    tries: int = 0


@dataclass(frozen=True, kw_only=True)
class Step:
    """What comes next: something is asked for, all is there, it is given up, or the customer called it off."""

    what: Literal["ask", "done", "given_up", "cancelled"]
    course: Course
    text: str = ""
    choices: tuple[str, ...] = ()


def begin(content: Content, text: str, *, language: str, today: date) -> Step:
    """The first step; what the text that began it names beyond doubt is not asked for."""
    named = ((slot.key, named_in(slot, text, today=today)) for slot in content.slots)
    course = Course(filled={key: value for key, value in named if value is not None})
    return _ask(content, course, language=language)


def go_on(content: Content, course: Course, text: str, *, language: str, today: date) -> Step:
    """What the customer's next words do."""
    slot = _next(content, course)
    if slot is None:
        return Step(what="done", course=course)
    if _CANCELS.fullmatch(plain(text)):
        return Step(what="cancelled", course=course)
    try:
        value = read_slot(slot, text, today=today)
    except Unread as unread:
        tried = replace(course, tries=course.tries + 1)
        if tried.tries >= MOST_TRIES:
            return Step(what="given_up", course=tried)
        return _ask(content, tried, language=language, before=unread.told(slot, language))
    return _ask(content, Course(filled={**course.filled, slot.key: value}), language=language)


def summary_of(content: Content, filled: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """What was asked for and said, for whoever goes on."""
    return [
        (_name(slot, language), slot.shown(filled[slot.key], language))
        for slot in asked_among(content.slots, filled)
        if filled.get(slot.key) is not None
    ]


def _ask(content: Content, course: Course, *, language: str, before: str = "") -> Step:
    slot = _next(content, course)
    if slot is None:
        return Step(what="done", course=course)
    text = f"{before}\n{slot.prompt(language)}" if before else slot.prompt(language)
    return Step(what="ask", course=course, text=text, choices=tuple(slot.labels(language)))


def _next(content: Content, course: Course) -> Slot | None:
    on_the_way = asked_among(content.slots, course.filled)
    return next((one for one in on_the_way if one.key not in course.filled), None)


def _name(slot: Slot, language: str) -> str:
    zh, en = slot.prompt_zh.strip(), slot.prompt_en.strip()
    return (zh or en) if language.startswith("zh") else (en or zh)
