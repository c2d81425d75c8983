"""Whether a chat can appear, prove identities, leave messages and go on by e-mail."""

from __future__ import annotations

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.identity import identity_secrets
from zhiyin.channels.providers.chat.opening import calendar_of
from zhiyin.channels.providers.chat.origins import allowed_origins, is_origin
from zhiyin.channels.providers.chat.settings import ChatSettings, mailbox_of
from zhiyin.platform.ops.findings import Finding


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
    if chosen.calendar and calendar_of(chosen) is None:
        found.append(_NO_CALENDAR)
    leaves = (chosen.calendar and chosen.when_closed == "form") or chosen.offline_when_unstaffed
    if leaves and mailbox_of(chosen) is None:
        found.append(_NO_ANSWER_BY_MAIL)
    if not identity_secrets(channel):
        found.append(_ANONYMOUS)
    return found or [_READY]


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
_NO_CALENDAR = Finding(
    level="error",
    code="chat.no_calendar",
    zh="所选的营业时间已不存在，目前按全天候处理",
    en="The business hours are gone, so the chat counts as always open",
    next_zh="请重新选择营业时间",
    next_en="Choose business hours again",
)
_NO_ANSWER_BY_MAIL = Finding(
    level="warn",
    code="chat.no_answer_by_mail",
    zh="留言表单不会显示：没有可以用来答复的邮箱",
    en="No message can be left: there is no mailbox to answer from",
    next_zh="请在“访客离开后由此邮箱接续”中选择邮箱",
    next_en="Choose a mailbox under “When the visitor leaves, go on by”",
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
