"""What a chat channel can be told, with what holds when it isn't."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.structures import (
    Both,
    Greeting,
    OfflineForm,
    PreChatForm,
    structure_of,
)
from zhiyin.channels.queries import mailbox_named

WORDS = {
    "title": {"zh": "在线客服", "en": "Chat with us"},
    "greeting": {"zh": "你好！\n有什么可以帮到你？", "en": "Hi there!\nHow can we help?"},
    "reply_hint": {"zh": "我们会尽快回复", "en": "We reply as soon as we can"},
    "launcher_label": {"zh": "", "en": ""},
}
COLOR = "#1f5cd1"
GONE_MINUTES = 5
OFFER_EMAIL_AFTER_SECONDS = 60
GREET_EVERY_HOURS = 24
EDGE = 20  # pixels from the corner
THEMES = ("auto", "light", "dark")
POSITIONS = ("right", "left")
CORNERS = ("round", "soft", "square")
ICONS = ("chat", "question", "headset", "mail")
WHEN_CLOSED = ("form", "chat")


@dataclass(frozen=True)
class ChatSettings:
    """A channel's settings, cleaned: wrong values give way to the defaults."""

    color: str
    color_dark: str
    theme: str
    position: str
    edge_side: int
    edge_bottom: int
    corners: str
    launcher_icon: str
    continue_by: str
    gone_minutes: int
    offer_email_after_seconds: int
    calendar: str
    when_closed: str
    offline_when_unstaffed: bool
    shows_wait: bool
    asks_rating: bool
    greet_every_hours: int
    texts: dict[str, str]
    pre_chat: list[PreChatForm]
    offline_form: OfflineForm
    greetings: list[Greeting]
    words: dict[str, Both]

    @classmethod
    def of(cls, channel: Channel) -> ChatSettings:
        told = channel.settings
        return cls(
            color=_color(str(told.get("color") or "")) or COLOR,
            color_dark=_color(str(told.get("color_dark") or "")),
            theme=_one_of(THEMES, told.get("theme")),
            position=_one_of(POSITIONS, told.get("position")),
            edge_side=_number(told.get("edge_side"), default=EDGE, most=400),
            edge_bottom=_number(told.get("edge_bottom"), default=EDGE, most=400),
            corners=_one_of(CORNERS, told.get("corners")),
            launcher_icon=_one_of(ICONS, told.get("launcher_icon")),
            continue_by=str(told.get("continue_by") or ""),
            gone_minutes=_number(told.get("gone_minutes"), default=GONE_MINUTES, most=24 * 60),
            offer_email_after_seconds=_number(
                told.get("offer_email_after_seconds"), default=OFFER_EMAIL_AFTER_SECONDS, most=3600
            ),
            calendar=str(told.get("calendar") or ""),
            when_closed=_one_of(WHEN_CLOSED, told.get("when_closed")),
            offline_when_unstaffed=told.get("offline_when_unstaffed") is True,
            shows_wait=told.get("shows_wait") is not False,
            asks_rating=told.get("asks_rating") is not False,
            greet_every_hours=_number(told.get("greet_every_hours"), default=GREET_EVERY_HOURS, most=24 * 90),
            texts={name: str(told[name]) for name in _text_names() if str(told.get(name) or "").strip()},
            pre_chat=structure_of(told, "pre_chat"),
            offline_form=structure_of(told, "offline_form"),
            greetings=structure_of(told, "greetings"),
            words=structure_of(told, "texts"),
        )

    def text(self, name: str, language: str) -> str:
        """In the visitor's language; the other language's own words are better than ours in theirs."""
        other = "en" if language == "zh" else "zh"
        return (
            self.texts.get(f"{name}_{language}") or self.texts.get(f"{name}_{other}") or WORDS[name][language]
        )


def mailbox_of(chosen: ChatSettings) -> Channel | None:
    """The mailbox by which a conversation goes on when the visitor has gone."""
    return mailbox_named(chosen.continue_by)


def _text_names() -> list[str]:
    return [f"{name}_{language}" for name in WORDS for language in ("zh", "en")]


def _color(told: str) -> str:
    digits = told.removeprefix("#")
    fits = (
        told.startswith("#")
        and len(digits) in (3, 6)
        and all(digit in "0123456789abcdefABCDEF" for digit in digits)
    )
    return told if fits else ""


def _one_of(options: tuple[str, ...], told: object) -> str:
    return str(told) if told in options else options[0]


def _number(told: object, *, default: int, most: int) -> int:
    return min(max(told, 0), most) if isinstance(told, int) and not isinstance(told, bool) else default
