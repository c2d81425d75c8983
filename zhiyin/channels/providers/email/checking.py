"""A live test of a mailbox: every step as it would really be taken, each with what to do when it fails."""

from __future__ import annotations

import imaplib
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator

from imap_tools import ImapToolsError

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.email.composing import BadAddress, clean_address
from zhiyin.channels.providers.email.hints import sign_in_hint
from zhiyin.channels.providers.email.imap import NoSuchFolder, ServerRefused, imap_line
from zhiyin.channels.providers.email.oauth import SignInRefused, SignInUnreachable, access_token
from zhiyin.channels.providers.email.proving.checking import check_lookups
from zhiyin.channels.providers.email.sealing.checking import check_keys
from zhiyin.channels.providers.email.settings import MailboxSettings, Server
from zhiyin.channels.providers.email.smtp import smtp_line
from zhiyin.platform.ops.findings import Finding, error, ok, warn

_TIMEOUT = 10.0
_REFUSED = (imaplib.IMAP4.error, ImapToolsError, ServerRefused, smtplib.SMTPException)


def check_mailbox(channel: Channel) -> list[Finding]:
    """What works and what doesn't, in the order in which to put it right."""
    mailbox = MailboxSettings.of(channel)
    try:
        clean_address(mailbox.address)
    except BadAddress:
        return [_bad_address(mailbox.address)]
    if mailbox.sign_in != "password" and (refusal := _check_token(channel)):
        return [refusal]
    return [
        *_check_reading(channel, mailbox),
        *_check_sending(channel, mailbox),
        *check_keys(channel),
        *check_lookups(mailbox),
    ]


def _check_token(channel: Channel) -> Finding | None:
    try:
        access_token(channel, now=time.time())
    except (SignInRefused, SignInUnreachable) as problem:
        return error(
            "email.oauth_refused",
            zh=f"没有得到访问令牌：{problem}",
            en=f"No access token was given: {problem}",
            next_zh="核对客户端 ID、密钥、租户与刷新令牌；刷新令牌过期时请重新授权。",
            next_en="Compare client ID, secret, tenant and refresh token; when the latter has expired, authorise again.",
        )
    return None


def _check_reading(channel: Channel, mailbox: MailboxSettings) -> Iterator[Finding]:
    if not mailbox.fetches:
        yield ok(
            "email.imap_unused",
            zh="未填写收信服务器：来信由 zhiyin mail-in 送入。",
            en="No IMAP server is given: mail comes in through zhiyin mail-in.",
        )
        return
    try:
        with imap_line(channel, now=time.time(), timeout=_TIMEOUT) as line:
            found = line.select(mailbox.folder)
            idles = line.idles
    except NoSuchFolder as missing:
        yield _no_folder(mailbox.folder, str(missing))
    except (OSError, *_REFUSED) as problem:
        yield _explain("imap", mailbox.imap, problem)
    else:
        yield ok(
            "email.imap_works",
            zh=f"收信正常：{mailbox.imap.host} 的“{mailbox.folder}”中有 {found.exists} 封邮件。",
            en=f"Reading works: {mailbox.folder} at {mailbox.imap.host} has {found.exists} mails.",
        )
        if not found.uid_validity:
            yield _NO_NUMBERS
        if not idles:
            yield _NO_IDLE


def _check_sending(channel: Channel, mailbox: MailboxSettings) -> Iterator[Finding]:
    if not mailbox.smtp.host:
        yield _NO_SMTP
        return
    try:
        with smtp_line(channel, now=time.time(), timeout=_TIMEOUT) as line:
            code, said = line.mail(mailbox.address)
            line.rset()
    except (OSError, *_REFUSED) as problem:
        yield _explain("smtp", mailbox.smtp, problem)
        return
    if code >= 400:
        yield _sender_refused(mailbox.address, f"{code} {said.decode('utf-8', 'replace')}")
    else:
        yield ok(
            "email.smtp_works",
            zh=f"发信正常：{mailbox.smtp.host} 接受以 {mailbox.address} 发信。",
            en=f"Sending works: {mailbox.smtp.host} takes mail from {mailbox.address}.",
        )


def _explain(protocol: str, server: Server, problem: Exception) -> Finding:
    """The step that failed, told by what the failure was."""
    place, said = f"{server.host}:{server.port}", _said(problem)
    match problem:
        case socket.gaierror():
            what, zh, en, step = "no_host", "找不到服务器", "there is no such server", _CHECK_NAME
        case ssl.SSLCertVerificationError():
            what, zh, en, step = (
                "bad_certificate",
                "证书不可信",
                "its certificate can't be trusted",
                _CHECK_CERTIFICATE,
            )
            said = problem.verify_message
        case ssl.SSLError():
            what, zh, en, step = "no_tls", "无法建立加密连接", "it does not speak TLS here", _CHECK_SECURITY
        case smtplib.SMTPNotSupportedError():
            what, zh, en, step = (
                "not_supported",
                "服务器不支持",
                "the server does not support this",
                _CHECK_SECURITY,
            )
        case smtplib.SMTPServerDisconnected() | smtplib.SMTPConnectError():
            what, zh, en, step = "unreachable", "没有应答", "it does not answer", _CHECK_PORT
        case OSError() if not isinstance(problem, smtplib.SMTPException):
            what, zh, en, step = "unreachable", "无法连接", "it can't be reached", _CHECK_PORT
        case _:
            what, zh, en = (
                "sign_in_refused",
                f"拒绝登录 {server.user}",
                f"it refuses to sign in {server.user}",
            )
            step = sign_in_hint(server.host)
    return error(
        f"email.{protocol}_{what}",
        zh=f"{place} {zh}：{said}",
        en=f"{place}: {en}: {said}",
        next_zh=step[0],
        next_en=step[1],
    )


_CHECK_NAME = ("检查服务器名称是否写对。", "See whether the server's name is spelt right.")
_CHECK_PORT = (
    "检查端口与加密方式是否匹配（993/465 为 SSL，143/587 为 STARTTLS），以及防火墙是否放行。",
    "See that port and encryption fit (993/465 TLS, 143/587 STARTTLS) and that the firewall lets it through.",
)
_CHECK_SECURITY = (
    "更换加密方式：993 和 465 端口用 SSL/TLS，143 和 587 端口用 STARTTLS。",
    "Choose another encryption: TLS on 993 and 465, STARTTLS on 143 and 587.",
)
_CHECK_CERTIFICATE = (
    "服务器名称须与证书一致；自建证书请把签发者加入本机信任（SSL_CERT_FILE）。",
    "The server's name must be the certificate's; add an issuer of your own to this machine's trust (SSL_CERT_FILE).",
)


def _said(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        said = problem.smtp_error
        return f"{problem.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    return " ".join(str(problem).split())[:300]


def _bad_address(address: str) -> Finding:
    return error(
        "email.bad_address",
        zh=f"“{address}”不是邮箱地址。",
        en=f"“{address}” is not an e-mail address.",
        next_zh="填写完整地址，例如 support@example.com。",
        next_en="Enter it in full, such as support@example.com.",
    )


def _no_folder(folder: str, known: str) -> Finding:
    return error(
        "email.no_folder",
        zh=f"邮箱里没有文件夹“{folder}”。",
        en=f"The mailbox has no folder “{folder}”.",
        next_zh=f"改为其中之一：{known}",
        next_en=f"Choose one of: {known}",
    )


def _sender_refused(address: str, said: str) -> Finding:
    return error(
        "email.sender_refused",
        zh=f"服务器不允许以 {address} 发信：{said}",
        en=f"The server does not let us send as {address}: {said}",
        next_zh="登录名须有权使用这个发件地址；请联系邮箱管理员授权，或改用登录账号自己的地址。",
        next_en="The user must be allowed to send as this address: have that granted, or use the account's own address.",
    )


_NO_SMTP = error(
    "email.no_smtp",
    zh="未填写发信服务器，无法答复客户。",
    en="No SMTP server is given, so customers can't be answered.",
    next_zh="填写发信服务器（SMTP）。",
    next_en="Enter the SMTP server.",
)
_NO_IDLE = warn(
    "email.no_idle",
    zh="服务器不会主动通知新邮件，将每 20 秒查看一次。",
    en="The server does not tell of new mail by itself; we look every 20 seconds.",
    next_zh="无需处理。",
    next_en="Nothing needs to be done.",
)
_NO_NUMBERS = warn(
    "email.no_uid_validity",
    zh="服务器没有给出 UIDVALIDITY，重建邮箱时可能重新读取旧邮件（不会重复生成工单）。",
    en="The server tells no UIDVALIDITY; after a rebuild old mails may be read again (tickets are not doubled).",
    next_zh="无需处理；如可能，升级邮件服务器。",
    next_en="Nothing needs to be done; update the mail server if you can.",
)
