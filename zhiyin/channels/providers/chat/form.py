"""The settings form of a chat channel, in the order to fill it in."""

from __future__ import annotations

from typing import Any

from zhiyin.channels.providers.chat.settings import (
    COLOR,
    EDGE,
    GONE_MINUTES,
    GREET_EVERY_HOURS,
    OFFER_EMAIL_AFTER_SECONDS,
    WORDS,
)
from zhiyin.channels.queries import mailbox_options
from zhiyin.platform.calendars.models import Calendar


def settings_form() -> list[dict[str, Any]]:
    """The settings form, in the order to fill it in."""
    return [
        _field(
            "allowed_origins",
            "list",
            "允许的网站（如 https://www.example.com）",
            "Allowed sites (https://www.example.com)",
        ),
        *(_text_field(name, language) for name in WORDS for language in ("zh", "en")),
        *_looks(),
        *_hours(),
        _field("pre_chat", "structure", "开始前的表单", "Form before the first message", default=[]),
        _field("offline_form", "structure", "留言表单", "Form for leaving a message", default={}),
        _field("greetings", "structure", "主动问候", "Greetings", default=[]),
        _field(
            "greet_every_hours",
            "number",
            "两次问候至少间隔（小时）",
            "Hours between greetings",
            default=GREET_EVERY_HOURS,
        ),
        _field("texts", "structure", "其他文字", "Other words", default={}),
        _field("shows_wait", "bool", "显示预计等待时间", "Show how long the wait is", default=True),
        _field("asks_rating", "bool", "结束后请访客评价", "Ask for a rating at the end", default=True),
        _field(
            "continue_by",
            "choice",
            "访客离开后由此邮箱接续",
            "When the visitor leaves, go on by",
            default="",
            options=[{"value": "", "zh": "不接续", "en": "Don't go on"}, *mailbox_options()],
        ),
        _field(
            "gone_minutes",
            "number",
            "离开多少分钟后转邮件",
            "Minutes away before mailing",
            default=GONE_MINUTES,
        ),
        _field(
            "offer_email_after_seconds",
            "number",
            "多少秒无人答复时请访客留邮箱",
            "Seconds without an answer before asking for an e-mail",
            default=OFFER_EMAIL_AFTER_SECONDS,
        ),
        _field("identity_secret", "password", "身份签名密钥", "Identity secret", secret=True),
        _field(
            "previous_identity_secret",
            "password",
            "上一个身份签名密钥",
            "Previous identity secret",
            secret=True,
        ),
    ]


def _looks() -> list[dict[str, Any]]:
    return [
        _field("color", "text", "主题色", "Colour", default=COLOR),
        _field("color_dark", "text", "深色模式的主题色", "Colour in the dark", default=""),
        _field("theme", "choice", "明暗", "Light or dark", default="auto", options=_options(_THEME_NAMES)),
        _field("position", "choice", "位置", "Position", default="right", options=_options(_POSITION_NAMES)),
        _field("corners", "choice", "圆角", "Corners", default="round", options=_options(_CORNER_NAMES)),
        _field(
            "launcher_icon",
            "choice",
            "按钮图标",
            "Icon of the button",
            default="chat",
            options=_options(_ICON_NAMES),
        ),
        _field("edge_side", "number", "距侧边（像素）", "Pixels from the side", default=EDGE),
        _field("edge_bottom", "number", "距底部（像素）", "Pixels from the bottom", default=EDGE),
    ]


def _hours() -> list[dict[str, Any]]:
    always = {"value": "", "zh": "全天候", "en": "Around the clock"}
    calendars = [{"value": str(pk), "zh": name, "en": name} for pk, name in _calendars()]
    return [
        _field("calendar", "choice", "营业时间", "Business hours", default="", options=[always, *calendars]),
        _field(
            "when_closed", "choice", "休息时", "When closed", default="form", options=_options(_CLOSED_NAMES)
        ),
        _field(
            "offline_when_unstaffed",
            "bool",
            "没有同事在线时也请访客留言",
            "Ask for a message when no colleague is there, too",
            default=False,
        ),
    ]


def _calendars() -> list[tuple[int, str]]:
    return list(Calendar.objects.order_by("name").values_list("pk", "name"))


_NAMES = {
    "title": ("标题", "Title"),
    "greeting": ("欢迎语", "Greeting"),
    "reply_hint": ("答复时间提示", "Reply-time hint"),
    "launcher_label": ("按钮文字", "Label of the button"),
}
_LANGUAGES = {"zh": ("中文", "Chinese"), "en": ("英文", "English")}
_THEME_NAMES = {"auto": ("跟随网页", "As the page"), "light": ("浅色", "Light"), "dark": ("深色", "Dark")}
_CORNER_NAMES = {"round": ("圆润", "Round"), "soft": ("适中", "Soft"), "square": ("方正", "Square")}
_ICON_NAMES = {
    "chat": ("对话", "Bubble"),
    "question": ("问号", "Question mark"),
    "headset": ("耳机", "Headset"),
    "mail": ("信封", "Envelope"),
}
_CLOSED_NAMES = {
    "form": ("请访客留言，用邮件答复", "Ask for a message, answered by mail"),
    "chat": ("照常对话，说明何时答复", "Chat all the same, saying when we answer"),
}
_POSITION_NAMES = {"right": ("右下", "Bottom right"), "left": ("左下", "Bottom left")}


def _text_field(name: str, language: str) -> dict[str, Any]:
    (zh, en), (zh_language, en_language) = _NAMES[name], _LANGUAGES[language]
    return _field(
        f"{name}_{language}",
        "text",
        f"{zh}（{zh_language}）",
        f"{en} ({en_language})",
        default=WORDS[name][language],
    )


def _field(name: str, kind: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "zh": zh, "en": en, "required": False, "secret": False, **more}


def _options(named: dict[str, tuple[str, str]]) -> list[dict[str, str]]:
    return [{"value": value, "zh": zh, "en": en} for value, (zh, en) in named.items()]
