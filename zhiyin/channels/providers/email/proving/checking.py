"""Whether a mailbox that is to check senders can ask DNS."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from zhiyin.channels.providers.email.proving.lookups import ONE_QUESTION, Names, Unanswered
from zhiyin.channels.providers.email.settings import MailboxSettings
from zhiyin.platform.ops.findings import Finding, ok, warn


def check_lookups(mailbox: MailboxSettings) -> Iterator[Finding]:
    """One finding where the mailbox checks senders itself."""
    if not mailbox.checks_senders:
        return
    try:
        Names(settings.DNS_SERVERS).ask(mailbox.domain, "TXT", seconds=ONE_QUESTION)
    except Unanswered as silence:
        yield warn(
            "email.no_dns",
            zh=f"没有 DNS 服务器应答，无法验证发件人；来信照常接收，标为“发件人未检查”：{silence}",
            en="No DNS server answers, so senders can't be checked; mail comes in all the same, "
            f"as “Sender not checked”: {silence}",
            next_zh="检查网络，或用 ZHIYIN_DNS_SERVERS 指定 DNS 服务器；不能联网时关闭“自行验证发件人”。",
            next_en="See to the network, name servers with ZHIYIN_DNS_SERVERS, or switch off the mailbox's own check.",
        )
    else:
        yield ok(
            "email.dns_works", zh="DNS 有应答，可以验证发件人。", en="DNS answers; senders can be checked."
        )
