"""What each mail provider wants before a program may sign in."""

from __future__ import annotations

from typing import NamedTuple


class Hint(NamedTuple):
    zh: str
    en: str


_HINTS = {
    "exmail.qq.com": Hint(
        "腾讯企业邮：在“设置 → 客户端设置”开启 IMAP/SMTP，并生成“客户端专用密码”填在密码处。",
        "Tencent Exmail: turn on IMAP/SMTP under Settings → Client, and use the client password made there.",
    ),
    "qq.com": Hint(
        "QQ 邮箱：在“设置 → 账号”开启 IMAP/SMTP 服务，密码处填写 16 位授权码，不是 QQ 密码。",
        "QQ Mail: turn on IMAP/SMTP under Settings → Account; the password is the 16-letter authorisation code.",
    ),
    "qiye.163.com": Hint(
        "网易企业邮：在“设置 → 客户端设置”开启 IMAP/SMTP，并生成“客户端授权密码”填在密码处。",
        "NetEase Business Mail: turn on IMAP/SMTP under Settings → Client, and use the client password made there.",
    ),
    "163.com": Hint(
        "163 邮箱：在“设置 → POP3/SMTP/IMAP”开启服务，密码处填写授权码，不是登录密码。",
        "163 Mail: turn on IMAP/SMTP under Settings; the password is the authorisation code.",
    ),
    "126.com": Hint(
        "126 邮箱：在“设置 → POP3/SMTP/IMAP”开启服务，密码处填写授权码，不是登录密码。",
        "126 Mail: turn on IMAP/SMTP under Settings; the password is the authorisation code.",
    ),
    "qiye.aliyun.com": Hint(
        "阿里企业邮：管理员需允许 IMAP/SMTP 客户端登录；开启“三方客户端安全密码”时请填写安全密码。",
        "Alibaba Mail: an administrator must allow IMAP/SMTP clients; use the security password where one is required.",
    ),
    "aliyun.com": Hint(
        "阿里云邮箱：请在设置中开启 IMAP/SMTP，并确认未要求安全密码。",
        "Alibaba Mail: turn on IMAP/SMTP in the settings, and see whether a security password is required.",
    ),
    "gmail.com": Hint(
        "Gmail：开启两步验证后生成“应用专用密码”填在密码处；Google Workspace 也可使用 OAuth2。",
        "Gmail: with 2-step verification on, make an app password; Google Workspace may use OAuth2 instead.",
    ),
    "office365.com": Hint(
        "Microsoft 365 已停用密码登录：登录方式请选 OAuth2；发信还需管理员为该邮箱开启 SMTP AUTH。",
        "Microsoft 365 has ended password sign-in: choose OAuth2; an administrator must allow SMTP AUTH for sending.",
    ),
    "outlook.com": Hint(
        "Outlook.com 已停用密码登录：登录方式请选 Microsoft（OAuth2）。",
        "Outlook.com has ended password sign-in: choose Microsoft (OAuth2).",
    ),
}
_USUAL = Hint(
    "请核对登录名和密码；许多邮箱要先开启 IMAP/SMTP，并使用授权码或专用密码。",
    "Compare user name and password; many providers want IMAP/SMTP turned on first, and an app password.",
)


def sign_in_hint(host: str) -> Hint:
    """What to do when this server refuses to let us in."""
    return next((hint for name, hint in _HINTS.items() if host == name or host.endswith(f".{name}")), _USUAL)
