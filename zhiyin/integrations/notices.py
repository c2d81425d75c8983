"""Telling a web-hook's owner that it was switched off: by mail, and at once on an open desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import send_mail

from zhiyin.integrations.models import Webhook
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.ledger.ledger import effect, record_effect
from zhiyin.platform.ledger.models import Effect
from zhiyin.platform.stream.messages import StreamMessage, tells

KIND = "integrations.notice"
_SUBJECT = {"zh": "网络钩子已停用：{name}", "en": "Web-hook switched off: {name}"}
_TEXT = {
    "zh": """{name}
{url}

连续多日无法送达，系统已停止发送。最后一次的结果：{reason}

请修复接收方后在“设置 → 网络钩子”中重新启用，并按需重发失败的消息：
{link}
""",
    "en": """{name}
{url}

Nothing could be delivered for days, so nothing more is sent. The last result: {reason}

Mend the receiver, switch the web-hook on under Settings → Web-hooks, and send again what failed:
{link}
""",
}


def owe_notice(*, webhook_id: int, position: int) -> None:
    """Owe the owner a mail, in the caller's transaction."""
    record_effect(kind=KIND, key=f"{KIND}:{position}", payload={"webhook_id": webhook_id})


@effect(KIND)
def send_notice(effect: Effect) -> dict[str, Any]:
    webhooks = Webhook.objects.select_related("created_by")
    webhook = webhooks.filter(pk=effect.payload["webhook_id"], active=False).first()
    if webhook is None or webhook.created_by is None or not webhook.created_by.is_active:
        return {"sent": False}
    language = "en" if webhook.created_by.locale == "en" else "zh"
    told = {
        "name": " ".join(str(webhook).split()),
        "url": webhook.url,
        "reason": webhook.disabled_reason,
        "link": f"{settings.BASE_URL}/settings/webhooks",
    }
    subject, text = _SUBJECT[language].format(**told), _TEXT[language].format(**told)
    send_mail(subject, text, None, [webhook.created_by.email])
    return {"sent": True}


@tells("integrations.")
def tell_open_desks(events: Sequence[Event]) -> list[StreamMessage]:
    owners = dict(
        Webhook.objects.filter(pk__in={event.payload["webhook_id"] for event in events}).values_list(
            "pk", "created_by_id"
        )
    )
    return [
        StreamMessage(
            rooms=frozenset({f"staff:{owners[event.payload['webhook_id']]}"}),
            name="notice",
            data={"type": event.type, "webhook_id": event.payload["webhook_id"]},
            position=event.position,
        )
        for event in events
        if owners.get(event.payload["webhook_id"])
    ]
