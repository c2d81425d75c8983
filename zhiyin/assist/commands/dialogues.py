"""Dialogues, as the house sets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zhiyin.assist.answering.dialogues import Content
from zhiyin.assist.answering.slots import Slot
from zhiyin.assist.commands.keywords import (
    is_for_customers,
    misfits_of_trigger,
    tell_change,
    tidy_keywords,
)
from zhiyin.assist.models import Dialogue
from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError, Invalid
from zhiyin.tickets.commands.wording import refuse_banned_words
from zhiyin.tickets.forms.ruling import options_of
from zhiyin.tickets.models import Category, CustomField

LONGEST_NAME = 100
_HELD_BY = {
    "text": ("text", "long_text"),
    "order": ("text", "long_text"),
    "phone": ("text", "long_text"),
    "date": ("date", "text", "long_text"),
    "choice": ("choice", "text", "long_text"),
    "number": ("number", "text", "long_text"),
}  # kinds of custom fields, by kind of slot


class DialogueExists(DomainError):
    code = "assist.dialogue_exists"
    status = 409
    messages = {
        "zh": "已有名为“{name}”的多轮表单，请换一个名称。",
        "en": "There is a dialogue named {name} already; choose another name.",
    }


@dataclass(frozen=True, kw_only=True)
class DialogueContent:
    """What begins it (keywords, categories with all beneath, entries), what it asks for, and how it ends."""

    name: str
    content: Content
    keywords: Sequence[str] = ()
    match: str = "contains"
    categories: Sequence[int] = ()
    entries: Sequence[int] = ()
    channels: Sequence[int] = ()
    active: bool = False


@transaction.atomic
def save_dialogue(*, dialogue_id: int | None, told: DialogueContent, by: Staff, now: datetime) -> Dialogue:
    """Add a dialogue, or change one: those that go on already go on as they began. Raises Invalid, DialogueExists,
    BannedInPrepared, Dialogue.DoesNotExist."""
    dialogue = Dialogue.objects.select_for_update().get(pk=dialogue_id) if dialogue_id else Dialogue()
    _check(told)
    refuse_banned_words(*_texts_of(told.content))
    name = told.name.strip()
    if Dialogue.objects.filter(name=name).exclude(pk=dialogue.pk).exists():
        raise DialogueExists(name=name)
    dialogue.name, dialogue.match, dialogue.active = name, told.match, told.active
    dialogue.keywords = tidy_keywords(told.keywords)
    dialogue.categories = sorted(set(told.categories))
    dialogue.entries = sorted(set(told.entries))
    dialogue.channels = sorted(set(told.channels))
    dialogue.content = told.content.model_dump(mode="json")
    dialogue.by, dialogue.at = by, now
    dialogue.save()
    tell_change("dialogue_saved", f"dialogue:{dialogue.pk}", by=by, now=now)
    return dialogue


@transaction.atomic
def remove_dialogue(*, dialogue_id: int, by: Staff, now: datetime) -> None:
    """Take a dialogue away; those that go on go on to their end. Raises Dialogue.DoesNotExist."""
    Dialogue.objects.select_for_update().get(pk=dialogue_id).delete()
    tell_change("dialogue_removed", f"dialogue:{dialogue_id}", by=by, now=now)


def _texts_of(content: Content) -> list[str]:
    """All that a customer may be told."""
    names = ("prompt_zh", "prompt_en", "help_zh", "help_en")
    asked = [getattr(slot, name) for slot in content.slots for name in names]
    offered = [name for slot in content.slots for one in slot.options for name in (one.zh, one.en)]
    return [*asked, *offered, content.ending.text_zh, content.ending.text_en]


def _check(told: DialogueContent) -> None:
    wrong = misfits_of_trigger(told.keywords, told.match, told.channels)
    if not told.name.strip() or len(told.name) > LONGEST_NAME or "\0" in told.name:
        wrong["name"] = f"1–{LONGEST_NAME}"
    if not (tidy_keywords(told.keywords) or told.categories or told.entries):
        wrong["keywords"] = "missing"
    if Category.objects.filter(pk__in=told.categories, active=True).count() != len(set(told.categories)):
        wrong["categories"] = "gone"
    if told.entries and not is_for_customers(told.entries):
        wrong["entries"] = "not for customers"
    ending = told.content.ending
    if ending.category_id and not Category.objects.filter(pk=ending.category_id, active=True).exists():
        wrong["content.ending.category_id"] = "gone"
    wrong |= _misfits_of_fields(told.content.slots)
    if wrong:
        raise Invalid(fields=wrong)


def _misfits_of_fields(slots: Sequence[Slot]) -> dict[str, str]:
    """Each slot's custom field is in use and can hold what the slot reads."""
    named = [one.field for one in slots if one.field]
    fields = {one.key: one for one in CustomField.objects.filter(key__in=named, active=True)}
    wrong = {}
    for place, slot in enumerate(slots):
        if not slot.field:
            continue
        field = fields.get(slot.field)
        path = f"content.slots.{place}.field"
        if field is None:
            wrong[path] = "gone"
        elif field.kind not in _HELD_BY[slot.kind]:
            wrong[path] = ", ".join(_HELD_BY[slot.kind])
        elif field.kind == "choice":
            known = {option["value"] for option in options_of(field.rules)}
            if not {one.value for one in slot.options} <= known:
                wrong[path] = ", ".join(sorted(known))
    return wrong
