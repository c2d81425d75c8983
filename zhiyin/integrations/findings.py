from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from zhiyin.integrations.models import Webhook
from zhiyin.platform.ops.findings import Finding, check, ok, warn

TOLD_AFTER = timedelta(minutes=10)


@check("webhooks", zh="网络钩子", en="Web-hooks")
def check_webhooks(*, now: datetime) -> Iterator[Finding]:
    """Whether other programs take what we tell them."""
    troubled = 0
    for webhook in Webhook.objects.exclude(failing_since=None).order_by("pk"):
        if webhook.active and webhook.failing_since and now - webhook.failing_since < TOLD_AFTER:
            continue
        troubled += 1
        yield _disabled(webhook) if webhook.disabled_at else _failing(webhook)
    if not troubled:
        yield ok("webhooks.well", zh="网络钩子均正常。", en="All web-hooks take what they are sent.")


def _failing(webhook: Webhook) -> Finding:
    return warn(
        "webhooks.failing",
        zh=f"网络钩子“{webhook}”一直无法送达。",
        en=f"The web-hook {webhook} takes nothing.",
        next_zh="在“设置 → 网络钩子”查看最近的应答，检查接收方。",
        next_en="See its latest answers under Settings → Web-hooks, and look at the receiver.",
    )


def _disabled(webhook: Webhook) -> Finding:
    return warn(
        "webhooks.disabled",
        zh=f"网络钩子“{webhook}”因长期失败已停用。",
        en=f"The web-hook {webhook} was switched off after failing for days.",
        next_zh="修复接收方后重新启用，并重发失败的消息；不再需要则删除。",
        next_en="Mend the receiver, switch it on and send again what failed; or remove it.",
    )
