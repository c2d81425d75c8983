"""What a chat channel can be told, with what holds when it isn't."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.identity import identity_secrets
from zhiyin.channels.providers.chat.origins import allowed_origins, is_origin
from zhiyin.platform.ops.findings import Finding

WORDS = {
    "title": {"zh": "在线客服", "en": "Chat with us"},
    "greeting": {"zh": "你好！\n有什么可以帮到你？", "en": "Hi there!\nHow can we help?"},
    "reply_hint": {"zh": "我们会尽快回复", "en": "We reply as soon as we can"},
}
COLOR = "#1f5cd1"
GONE_MINUTES = 5
OFFER_EMAIL_AFTER_SECONDS = 60
THEMES = ("auto", "light", "dark")
POSITIONS = ("right", "left")


@dataclass(frozen=True)
class ChatSettings:
    """A channel's settings, cleaned: wrong values give way to the defaults."""

    color: str
    theme: str
    position: str
    continue_by: str
    gone_minutes: int
    offer_email_after_seconds: int
    texts: dict[str, str]

    @classmethod
    def of(cls, channel: Channel) -> ChatSettings:
        told = channel.settings
        return cls(
            color=_color(str(told.get("color") or "")),
            theme=_one_of(THEMES, told.get("theme")),
            position=_one_of(POSITIONS, told.get("position")),
            continue_by=str(told.get("continue_by") or ""),
            gone_minutes=_number(told.get("gone_minutes"), default=GONE_MINUTES, most=24 * 60),
            offer_email_after_seconds=_number(
                told.get("offer_email_after_seconds"), default=OFFER_EMAIL_AFTER_SECONDS, most=3600
            ),
            texts={name: str(told[name]) for name in _text_names() if str(told.get(name) or "").strip()},
        )

    def text(self, name: str, language: str) -> str:
        """In the visitor's language; the other language's own words are better than ours in theirs."""
        other = "en" if language == "zh" else "zh"
        return (
            self.texts.get(f"{name}_{language}") or self.texts.get(f"{name}_{other}") or WORDS[name][language]
        )


def config_for(channel: Channel, language: str, *, max_file_bytes: int) -> dict[str, Any]:
    """What the widget needs to know before anybody writes."""
    chosen = ChatSettings.of(channel)
    return {
        "name": channel.name,
        "title": chosen.text("title", language),
        "greeting": chosen.text("greeting", language),
        "reply_hint": chosen.text("reply_hint", language),
        "color": chosen.color,
        "theme": chosen.theme,
        "position": chosen.position,
        "email_offered": mailbox_of(chosen) is not None,
        "email_after_seconds": chosen.offer_email_after_seconds,
        "max_file_bytes": max_file_bytes,
        "hours": None,
        "pre_chat": None,
    }


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
        _field("color", "text", "主题色", "Colour", default=COLOR),
        _field("theme", "choice", "明暗", "Light or dark", default="auto", options=_options(_THEME_NAMES)),
        _field("position", "choice", "位置", "Position", default="right", options=_options(_POSITION_NAMES)),
        _field(
            "continue_by",
            "choice",
            "访客离开后由此邮箱接续",
            "When the visitor leaves, go on by",
            default="",
            options=[{"value": "", "zh": "不接续", "en": "Don't go on"}, *_mailboxes()],
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


_NAMES = {
    "title": ("标题", "Title"),
    "greeting": ("欢迎语", "Greeting"),
    "reply_hint": ("答复时间提示", "Reply-time hint"),
}
_LANGUAGES = {"zh": ("中文", "Chinese"), "en": ("英文", "English")}
_THEME_NAMES = {"auto": ("跟随网页", "As the page"), "light": ("浅色", "Light"), "dark": ("深色", "Dark")}
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


def _mailboxes() -> list[dict[str, str]]:
    boxes = Channel.objects.filter(kind="email", active=True).order_by("name")
    return [{"value": box.key, "zh": box.name, "en": box.name} for box in boxes]


def check_settings(channel: Channel) -> list[Finding]:
    """Whether the widget can appear, prove identities and go on by e-mail."""
    chosen = ChatSettings.of(channel)
    mailbox_gone = chosen.continue_by and mailbox_of(chosen) is None
    wrong = [origin for origin in allowed_origins(channel) if not is_origin(origin)]
    found = [_bad_origin(origin) for origin in wrong]
    if not allowed_origins(channel):
        found.append(_NO_ORIGINS)
    if mailbox_gone:
        found.append(_NO_MAILBOX)
    if not identity_secrets(channel):
        found.append(_ANONYMOUS)
    return found or [_READY]


def mailbox_of(chosen: ChatSettings) -> Channel | None:
    """The mailbox by which a conversation goes on when the visitor has gone."""
    if not chosen.continue_by:
        return None
    return Channel.objects.filter(key=chosen.continue_by, kind="email", active=True).first()


_READY = Finding(level="ok", code="chat.ready", zh="聊天窗口可以使用", en="The widget is ready")
_NO_ORIGINS = Finding(
    level="warn",
    code="chat.no_origins",
    zh="还没有允许任何网站",
    en="No site is allowed yet",
    next_zh="请填写要嵌入聊天窗口的网站，例如 https://www.example.com",
    next_en="Enter the sites that will carry the widget, such as https://www.example.com",
)
_NO_MAILBOX = Finding(
    level="error",
    code="chat.no_mailbox",
    zh="接续用的邮箱不存在或已停用",
    en="The mailbox to go on by is gone or switched off",
    next_zh="请重新选择邮箱",
    next_en="Choose a mailbox again",
)
_ANONYMOUS = Finding(
    level="ok",
    code="chat.anonymous",
    zh="访客均为匿名",
    en="Visitors are anonymous",
    next_zh="如需识别登录用户，请生成身份签名密钥",
    next_en="To know signed-in users, make an identity secret",
)


def _bad_origin(origin: str) -> Finding:
    return Finding(
        level="error",
        code="chat.bad_origin",
        zh=f"网站写法不对：{origin}",
        en=f"Not a site: {origin}",
        next_zh="应为 https://域名，不带路径",
        next_en="Write https:// and the host, without a path",
    )


def _field(name: str, kind: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "zh": zh, "en": en, "required": False, "secret": False, **more}


def _options(named: dict[str, tuple[str, str]]) -> list[dict[str, str]]:
    return [{"value": value, "zh": zh, "en": en} for value, (zh, en) in named.items()]


def _text_names() -> list[str]:
    return [f"{name}_{language}" for name in WORDS for language in ("zh", "en")]


def _color(told: str) -> str:
    digits = told.removeprefix("#")
    fits = (
        told.startswith("#")
        and len(digits) in (3, 6)
        and all(digit in "0123456789abcdefABCDEF" for digit in digits)
    )
    return told if fits else COLOR


def _one_of(options: tuple[str, ...], told: object) -> str:
    return str(told) if told in options else options[0]


def _number(told: object, *, default: int, most: int) -> int:
    return min(max(told, 0), most) if isinstance(told, int) and not isinstance(told, bool) else default
