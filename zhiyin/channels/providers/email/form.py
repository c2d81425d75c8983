"""The settings form of a mailbox, in the order to fill it in."""

from __future__ import annotations

from typing import Any

_SECURITY = [
    {"value": "tls", "zh": "SSL/TLS（推荐）", "en": "TLS (recommended)"},
    {"value": "starttls", "zh": "STARTTLS", "en": "STARTTLS"},
    {"value": "none", "zh": "不加密（仅限本机或内网）", "en": "None (only within one machine or network)"},
]
_SIGN_WITH = [
    {"value": "none", "zh": "不签名", "en": "Not at all"},
    {"value": "smime", "zh": "S/MIME", "en": "S/MIME"},
    {"value": "pgp", "zh": "OpenPGP", "en": "OpenPGP"},
]
_SIGN_IN = [
    {"value": "password", "zh": "密码或授权码", "en": "Password or app password"},
    {"value": "microsoft", "zh": "Microsoft 365（OAuth2）", "en": "Microsoft 365 (OAuth2)"},
    {"value": "google", "zh": "Google（OAuth2）", "en": "Google (OAuth2)"},
    {"value": "oauth", "zh": "其他 OAuth2", "en": "Other OAuth2"},
]


def mailbox_form() -> list[dict[str, Any]]:
    return [
        *_sender_fields(),
        *_sign_in_fields(),
        *_server_fields("imap", "收信", "IMAP", 993),
        *_folder_fields(),
        *_server_fields("smtp", "发信", "SMTP", 465),
        *_oauth_fields(),
        *_address_fields(),
        *_trust_fields(),
        *_key_fields(),
    ]


def _sender_fields() -> list[dict[str, Any]]:
    return [
        _field("address", "text", "邮箱地址", "Address", required=True),
        _field(
            "sender_name",
            "text",
            "发件人名称",
            "Sender name",
            hint_zh="客户看到的名称，例如“晴天电器客服”；留空则显示客服姓名。",
            hint_en="What customers see, such as “Sunny Support”; when empty, the agent's name.",
        ),
    ]


def _sign_in_fields() -> list[dict[str, Any]]:
    return [
        _field("sign_in", "choice", "登录方式", "Sign-in", default="password", options=_SIGN_IN),
        _field(
            "user",
            "text",
            "登录名",
            "User name",
            hint_zh="与邮箱地址相同时留空。",
            hint_en="Leave empty when it is the address.",
        ),
        _field(
            "password",
            "password",
            "密码或授权码",
            "Password or app password",
            secret=True,
            hint_zh="QQ、163、126 等邮箱要填授权码，不是登录密码。",
            hint_en="QQ, 163 and Gmail want an app password, not the one you sign in with.",
        ),
    ]


def _folder_fields() -> list[dict[str, Any]]:
    return [
        _field("imap_folder", "text", "收信文件夹", "IMAP folder", default="INBOX"),
        _field(
            "imap_old",
            "bool",
            "也收取已有邮件",
            "Take the mails already there",
            default=False,
            hint_zh="关闭时只收添加渠道之后的来信。",
            hint_en="When off, only what comes after the channel was added.",
        ),
    ]


def _address_fields() -> list[dict[str, Any]]:
    return [
        _field(
            "aliases",
            "list",
            "其他收件地址",
            "Other addresses of this mailbox",
            hint_zh="转发到此邮箱的别名，每行一个。",
            hint_en="Addresses forwarded here, one per line.",
        ),
        _field(
            "takes_plus",
            "bool",
            "支持“+”地址",
            "Takes plus addresses",
            default=False,
            hint_zh="support+任意@… 也能收到时打开：回信更不容易走错工单。",
            hint_en="When support+anything@… arrives too: answers find their ticket even better.",
        ),
    ]


def _trust_fields() -> list[dict[str, Any]]:
    return [
        _field(
            "authserv_id",
            "text",
            "信任其发件人验证结果的服务器",
            "Server whose checks of senders are believed",
            hint_zh="收信服务器在 Authentication-Results 中署的名字；留空则信任本邮箱自己的服务器。",
            hint_en="The name your server signs Authentication-Results with; empty: the mailbox's own servers.",
        ),
        _field(
            "checks_senders",
            "bool",
            "服务器没有验证时自行验证发件人",
            "Check senders ourselves where no server did",
            default=False,
            hint_zh="需要查询 DNS（SPF、DKIM、DMARC）；不能联网时保持关闭，来信会标为“发件人未检查”。",
            hint_en="Asks DNS (SPF, DKIM, DMARC). Leave it off without a network: mail then says “Sender not checked”.",
        ),
    ]


def _key_fields() -> list[dict[str, Any]]:
    return [
        _field("sign_with", "choice", "发信签名", "Sign what leaves", default="none", options=_SIGN_WITH),
        _field(
            "smime_key",
            "text",
            "S/MIME 私钥与证书（PEM）",
            "S/MIME key and certificates (PEM)",
            secret=True,
            hint_zh="把私钥、邮箱证书和中间证书依次粘贴在一起；用于解密来信和签名。",
            hint_en="Paste the private key, the mailbox's certificate and those between; it opens mail and signs.",
        ),
        _field("smime_password", "password", "S/MIME 私钥口令", "Passphrase of the S/MIME key", secret=True),
        _field(
            "smime_authorities",
            "text",
            "另外信任的证书颁发机构（PEM）",
            "Further authorities to trust (PEM)",
            hint_zh="例如公司自己的根证书；操作系统信任的机构无需填写。",
            hint_en="Such as your company's own; those the system trusts need not be here.",
        ),
        _field(
            "pgp_key",
            "text",
            "OpenPGP 私钥",
            "OpenPGP secret key",
            secret=True,
            hint_zh="以 -----BEGIN PGP PRIVATE KEY BLOCK----- 开头。",
            hint_en="It begins with -----BEGIN PGP PRIVATE KEY BLOCK-----.",
        ),
        _field("pgp_password", "password", "OpenPGP 私钥口令", "Passphrase of the OpenPGP key", secret=True),
    ]


def _server_fields(protocol: str, zh: str, en: str, port: int) -> list[dict[str, Any]]:
    return [
        _field(f"{protocol}_host", "text", f"{zh}服务器（{en}）", f"{en} server"),
        _field(f"{protocol}_port", "number", f"{zh}端口", f"{en} port", default=port),
        _field(
            f"{protocol}_security",
            "choice",
            f"{zh}加密",
            f"{en} encryption",
            default="tls",
            options=_SECURITY,
        ),
    ]


def _oauth_fields() -> list[dict[str, Any]]:
    return [
        _field("oauth_client_id", "text", "应用（客户端）ID", "Application (client) ID"),
        _field("oauth_client_secret", "password", "客户端密钥", "Client secret", secret=True),
        _field("oauth_refresh_token", "password", "刷新令牌", "Refresh token", secret=True),
        _field(
            "oauth_tenant",
            "text",
            "租户（仅 Microsoft）",
            "Tenant (Microsoft only)",
            hint_zh="留空为 common。",
            hint_en="common when empty.",
        ),
        _field("oauth_token_url", "text", "令牌地址（仅其他 OAuth2）", "Token URL (other OAuth2 only)"),
        _field("oauth_scope", "text", "权限范围", "Scope"),
    ]


def _field(name: str, kind: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "zh": zh, "en": en, "required": False, "secret": False, **more}
