"""How the mailboxes are, for the health page and `zhiyin doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.email.models import Mailbox
from zhiyin.channels.providers.email.settings import MailboxSettings
from zhiyin.platform.ops.findings import Finding, check, error, ok, warn

_PATIENCE = timedelta(minutes=10)


@check("mailboxes", zh="邮箱", en="Mailboxes")
def check_mailboxes(*, now: datetime) -> Iterator[Finding]:
    """Is every mailbox read, and does its server's count agree with ours?"""
    known = {mailbox.channel_id: mailbox for mailbox in Mailbox.objects.all()}
    for channel in Channel.objects.filter(kind="email", active=True).order_by("pk"):
        if MailboxSettings.of(channel).fetches:
            yield _look_at(channel, known.get(channel.pk), now)


@check("mail_servers", zh="邮件服务器", en="Mail servers", live=True)
def check_mail_servers(*, now: datetime) -> Iterator[Finding]:
    """Can we sign in to the servers of every mailbox?"""
    from zhiyin.channels.providers.email.checking import check_mailbox

    for channel in Channel.objects.filter(kind="email", active=True).order_by("pk"):
        for found in check_mailbox(channel):
            yield replace(found, zh=f"“{channel.name}”：{found.zh}", en=f"{channel.name}: {found.en}")


def _look_at(channel: Channel, mailbox: Mailbox | None, now: datetime) -> Finding:
    name = channel.name
    if mailbox is None or (mailbox.looked_at is None and not mailbox.trouble):
        return _not_begun(name)
    if mailbox.trouble:
        return _troubled(name, mailbox, now)
    if mailbox.looked_at is not None and now - mailbox.looked_at > _PATIENCE:
        return _not_looked_at(name, mailbox.looked_at)
    if mailbox.missing:
        return _missing(name, mailbox)
    return ok(
        "email.read",
        zh=f"“{name}”正常收信，已收 {mailbox.taken} 封，与服务器一致。",
        en=f"{name} is read: {mailbox.taken} mails taken, as many as the server counts.",
    )


def _not_begun(name: str) -> Finding:
    return warn(
        "email.not_read_yet",
        zh=f"“{name}”还没有开始收信。",
        en=f"{name} has not been read yet.",
        next_zh="稍候片刻；若持续如此，请确认后台进程（worker）在运行。",
        next_en="Wait a moment; if it stays, see that a worker is running.",
    )


def _troubled(name: str, mailbox: Mailbox, now: datetime) -> Finding:
    since = mailbox.troubled_since or now
    tell = error if now - since > _PATIENCE else warn
    return tell(
        "email.not_readable",
        zh=f"“{name}”自 {since:%m-%d %H:%M}（UTC）起收信失败 {mailbox.failures} 次：{mailbox.trouble}",
        en=f"{name} could not be read since {since:%m-%d %H:%M} UTC, {mailbox.failures} times: {mailbox.trouble}",
        next_zh="在“设置 → 渠道”中打开此邮箱并点“测试”，按提示处理；恢复后会从中断处继续，不会丢信。",
        next_en="Open it under Settings → Channels and press Test; reading then goes on where it stopped.",
    )


def _not_looked_at(name: str, last: datetime) -> Finding:
    return error(
        "email.not_looked_at",
        zh=f"“{name}”自 {last:%m-%d %H:%M}（UTC）起没有再收信。",
        en=f"Nobody has looked into {name} since {last:%m-%d %H:%M} UTC.",
        next_zh="确认后台进程（worker）在运行。",
        next_en="See that a worker is running.",
    )


def _missing(name: str, mailbox: Mailbox) -> Finding:
    return error(
        "email.count_differs",
        zh=f"“{name}”：服务器有 {mailbox.server_count} 封，收到 {mailbox.taken} 封，缺 {mailbox.missing} 封。",
        en=f"{name}: the server counts {mailbox.server_count}, we took {mailbox.taken}; {mailbox.missing} are missing.",
        next_zh="我们会继续尝试；请在网页邮箱中查看这些邮件能否打开，必要时转发一次。",
        next_en="We keep trying; see in the provider's web mail whether they open, and forward them if need be.",
    )
