"""What a chat channel is told in more than one value: forms, greetings, words. Pure; wrong ones are named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from zhiyin.channels.providers.chat.shapes import storable

Line = Annotated[str, AfterValidator(storable), Field(max_length=1000)]
Pages = Annotated[list[Annotated[Line, Field(max_length=300)]], Field(max_length=20)]


class Structure(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Both(Structure):
    """Words in both languages; one's own in the other language are better than none."""

    zh: Line = ""
    en: Line = ""

    def said(self, language: str) -> str:
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


class FormField(Structure):
    """One question; `options` only of a choice. A consent is a box to tick, with what is agreed to as its label."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
    type: Literal["name", "email", "phone", "text", "long", "choice", "consent"]
    label: Both = Both()
    required: bool = False
    options: Annotated[list[Both], Field(max_length=30)] = []


Fields = Annotated[list[FormField], Field(max_length=12)]


class PreChatForm(Structure):
    """What is asked before the first message, on these pages (on all where none are named)."""

    pages: Pages = []
    intro: Both = Both()
    fields: Fields = []


class OfflineForm(Structure):
    """What is asked when nobody is there, beside the message and the address for the answer."""

    intro: Both = Both()
    fields: Fields = []


class Greeting(Structure):
    """What is said to a visitor of these pages once all its conditions hold."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    active: bool = True
    pages: Pages = []
    text: Both
    after_seconds: Annotated[int, Field(ge=0, le=3600)] = 10
    scroll_percent: Annotated[int, Field(ge=0, le=100)] = 0
    visits: Literal["any", "first", "returning"] = "any"
    signed_in: Literal["any", "yes", "no"] = "any"


Texts = dict[Annotated[str, Field(pattern=r"^[a-zA-Z]{1,40}$")], Both]
STRUCTURES: dict[str, tuple[TypeAdapter[Any], Any]] = {
    "pre_chat": (TypeAdapter(Annotated[list[PreChatForm], Field(max_length=20)]), []),
    "offline_form": (TypeAdapter(OfflineForm), {}),
    "greetings": (TypeAdapter(Annotated[list[Greeting], Field(max_length=30)]), []),
    "texts": (TypeAdapter(Annotated[Texts, Field(max_length=200)]), {}),
}


def wrong_structures(values: Mapping[str, Any]) -> dict[str, str]:
    """What doesn't fit, by the path to it: `pre_chat.0.fields.1.key`."""
    wrong: dict[str, str] = {}
    for name, (adapter, empty) in STRUCTURES.items():
        told = values.get(name)
        try:
            made = adapter.validate_python(empty if told in (None, "") else told)
        except ValidationError as refusal:
            wrong |= {".".join([name, *map(str, error["loc"])]): error["type"] for error in refusal.errors()}
            continue
        wrong |= _unusable(name, made)
    return wrong


def structure_of(values: Mapping[str, Any], name: str) -> Any:
    """A structure as it is told; as if nothing were told where it doesn't fit (older versions wrote it)."""
    adapter, empty = STRUCTURES[name]
    try:
        return adapter.validate_python(values.get(name) or empty)
    except ValidationError:
        return adapter.validate_python(empty)


def covers(pages: list[str], url: str) -> bool:
    """Whether a page is among those named: `*` stands for anything; what begins with `/` is a path on any site."""
    if not pages:
        return True
    site, slash, path = url.partition("://")[2].partition("/")
    del site
    return any(_pattern(page).fullmatch((slash + path) if page.startswith("/") else url) for page in pages)


def _pattern(page: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, page.strip().split("*"))), re.IGNORECASE | re.DOTALL)


def _unusable(name: str, made: Any) -> dict[str, str]:
    """What has the right shape and yet can't be used."""
    if name == "pre_chat":
        forms = {f"pre_chat.{number}": form.fields for number, form in enumerate(made)}
        empty = {path: "empty" for path, fields in forms.items() if not fields}
        return empty | {k: v for path, fields in forms.items() for k, v in _odd_fields(path, fields).items()}
    if name == "offline_form":
        return _odd_fields(name, made.fields)
    if name == "greetings":
        ids = [greeting.id for greeting in made]
        odd = {f"greetings.{n}.id": "twice" for n, one in enumerate(ids) if one in ids[:n]}
        return odd | {
            f"greetings.{n}.text": "required" for n, one in enumerate(made) if not one.text.said("zh").strip()
        }
    return {}


def _odd_fields(path: str, fields: list[FormField]) -> dict[str, str]:
    keys = [field.key for field in fields]
    odd = {f"{path}.fields.{n}.key": "twice" for n, key in enumerate(keys) if key in keys[:n]}
    for number, field in enumerate(fields):
        if field.type not in ("name", "email", "phone") and not field.label.said("zh").strip():
            odd[f"{path}.fields.{number}.label"] = "required"
        if field.type == "choice" and not [one for one in field.options if one.said("zh").strip()]:
            odd[f"{path}.fields.{number}.options"] = "required"
    return odd
