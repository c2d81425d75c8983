"""What the widget needs to know before anybody writes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhiyin.channels.cases import BAD_REASONS, GOOD_REASONS
from zhiyin.channels.machines import is_answered_by_machine
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.filling_in import label_of
from zhiyin.channels.providers.chat.opening import Opening, opening_of
from zhiyin.channels.providers.chat.pictures import picture_urls
from zhiyin.channels.providers.chat.settings import ChatSettings, mailbox_of
from zhiyin.channels.providers.chat.structures import FormField, Greeting, OfflineForm, PreChatForm


def config_for(channel: Channel, language: str, *, max_file_bytes: int, now: datetime) -> dict[str, Any]:
    """A channel's settings in one language, with whether somebody is there now."""
    chosen = ChatSettings.of(channel)
    opening = opening_of(channel, chosen, now)
    has_mailbox = mailbox_of(chosen) is not None
    texts = ("title", "greeting", "reply_hint", "launcher_label")
    looks = (
        "color",
        "color_dark",
        "theme",
        "position",
        "corners",
        "launcher_icon",
        "edge_side",
        "edge_bottom",
    )
    return {
        "name": channel.name,
        **{name: chosen.text(name, language) for name in texts},
        **{name: getattr(chosen, name) for name in looks},
        **picture_urls(channel),
        "email_offered": has_mailbox,
        "email_after_seconds": chosen.offer_email_after_seconds,
        "max_file_bytes": max_file_bytes,
        "hours": _hours(opening),
        "offline": _offline(chosen, opening, language) if has_mailbox else None,
        "pre_chat": [_pre_chat(form, language) for form in chosen.pre_chat],
        "greetings": [_greeting(one, language) for one in chosen.greetings if one.active],
        "greet_every_hours": chosen.greet_every_hours,
        "texts": {key: both.said(language) for key, both in chosen.words.items() if both.said(language)},
        "shows_wait": chosen.shows_wait,
        "offers_person": is_answered_by_machine(channel),
        "good_reasons": list(GOOD_REASONS),
        "bad_reasons": list(BAD_REASONS),
    }


def _hours(opening: Opening) -> dict[str, Any] | None:
    if not opening.zone:
        return None
    return {
        "is_open": opening.is_open,
        "opens_at": opening.opens_at,
        "closes_at": opening.closes_at,
        "zone": opening.zone,
    }


def _offline(chosen: ChatSettings, opening: Opening, language: str) -> dict[str, Any]:
    """The form for leaving a message, and when it stands in place of the chat."""
    form: OfflineForm = chosen.offline_form
    return {
        "when_closed": chosen.when_closed == "form",
        "is_unstaffed": not opening.is_staffed,
        "intro": form.intro.said(language),
        "fields": [_field(field, language) for field in form.fields],
    }


def _pre_chat(form: PreChatForm, language: str) -> dict[str, Any]:
    return {
        "pages": form.pages,
        "intro": form.intro.said(language),
        "fields": [_field(field, language) for field in form.fields],
    }


def _field(field: FormField, language: str) -> dict[str, Any]:
    return {
        "key": field.key,
        "type": field.type,
        "label": label_of(field, language),
        "required": field.required,
        "options": [option.said(language) for option in field.options],
    }


def _greeting(one: Greeting, language: str) -> dict[str, Any]:
    told = one.model_dump(include={"id", "pages", "after_seconds", "scroll_percent", "visits", "signed_in"})
    return {**told, "text": one.text.said(language)}
