"""What `zhiyin doctor` finds of the channels: each active one is tried for real."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.registry import provider_of
from zhiyin.platform.ops.findings import Finding, check, error, ok, warn

log = logging.getLogger(__name__)


@check("channels", zh="渠道", en="Channels", live=True)
def check_channels(*, now: datetime) -> Iterator[Finding]:
    """Sign in to mailboxes, look at widgets and call-backs; a channel that fails doesn't hide the others."""
    del now
    channels = list(Channel.objects.filter(active=True).order_by("kind", "name"))
    if not channels:
        yield warn(
            "channels.none",
            zh="还没有启用的渠道，收不到任何客户消息。",
            en="No channel is active: no customer's message can arrive.",
            next_zh="在“设置 → 渠道”中添加邮箱或网页聊天。",
            next_en="Add a mailbox or a web chat under Settings → Channels.",
        )
    for channel in channels:
        if channel.kind == "email":
            continue  # its provider registers looks of its own: servers and how far each mailbox was read
        yield from _check_one(channel)


def _check_one(channel: Channel) -> Iterator[Finding]:
    try:
        found = provider_of(channel.kind).check(channel)
    except Exception as problem:  # the edge: a channel that can't be looked at is a finding too
        log.exception("channel could not be checked", extra={"channel": channel.pk})
        yield error(
            "channels.check_failed",
            zh=f"{channel.name}：检查时出错（{type(problem).__name__}: {problem}）。",
            en=f"{channel.name}: the check itself failed ({type(problem).__name__}: {problem}).",
            next_zh="检查该渠道的设置；如持续出现，请连同日志报告。",
            next_en="Look at the channel's settings; if it stays, report it with the log.",
        )
        return
    if not found:
        yield ok("channels.fine", zh=f"{channel.name}：正常。", en=f"{channel.name}: fine.")
    for finding in found:
        yield replace(finding, zh=f"{channel.name}：{finding.zh}", en=f"{channel.name}: {finding.en}")
