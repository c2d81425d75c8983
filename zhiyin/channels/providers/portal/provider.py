from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhiyin.channels.commands.delivering import Outgoing, queue_delivery
from zhiyin.channels.events import ThreadContinued
from zhiyin.channels.models import Channel, Delivery, DeliveryAttachment, RawMessage
from zhiyin.channels.providers.protocol import ParsedAttachment, ParsedMessage, Receipt
from zhiyin.channels.providers.registry import provider
from zhiyin.channels.queries import mailbox_named, mailbox_options
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.files.files import open_file
from zhiyin.platform.files.models import StoredFile
from zhiyin.platform.ops.findings import Finding, error, ok, warn

KIND = "portal"


@provider
class PortalProvider:
    """The pages at /my."""

    kind = KIND
    name_zh = "客户中心"
    name_en = "Customer portal"
    undo = True

    def parse(self, raw: RawMessage) -> ParsedMessage:
        """What a customer wrote; the portal has written it down. Without a ticket it begins one."""
        said = json.loads(raw.bytes())
        thread = said.get("ticket_id") or said["thread"]
        key = thread_key(thread)
        return ParsedMessage(
            sender_kind="email",
            sender_value=said["email"],
            sender_name=said["name"],
            subject=said.get("subject", ""),
            text=said["text"],
            sent_at=datetime.fromisoformat(said["at"]),
            thread_keys=[key],
            own_keys=[key],
            attachments=[_attachment(file) for file in _files(said["file_ids"])],
            headers={"thread": str(thread)},
        )

    def message_id(self, delivery: Delivery) -> str:
        return ""

    def own_keys(self, delivery: Delivery) -> list[str]:
        return [thread_key(delivery.thread)] if delivery.thread else []

    @transaction.atomic
    def deliver(self, delivery: Delivery) -> Receipt:
        """It stands at /my from now; a mail brings it to the customer too, once, where a mailbox is named."""
        mailbox = mailbox_of(delivery.channel)
        if mailbox is None:
            return Receipt(state="delivered")
        owed = Delivery.objects.select_for_update().get(pk=delivery.pk).provider_id
        if owed:  # an earlier try got this far
            return Receipt(provider_id=owed)
        mail = queue_delivery(channel=mailbox, outgoing=_mail(delivery), now=timezone.now())
        Delivery.objects.filter(pk=delivery.pk).update(provider_id=mail.key)
        emit(ThreadContinued(thread_key=f"portal:{delivery.thread}", delivery_id=mail.pk, at=mail.created_at))
        return Receipt(provider_id=mail.key)

    def form(self) -> list[dict[str, Any]]:
        return [
            {
                **_field("continue_by", "choice", "答复同时由此邮箱发出", "Answers also go by mail through"),
                "options": [{"value": "", "zh": "不发邮件", "en": "No mail"}, *mailbox_options()],
            },
            _field("title_zh", "text", "页面标题（中文）", "Title (Chinese)"),
            _field("title_en", "text", "页面标题（英文）", "Title (English)"),
            _field("welcome_zh", "text", "登录页说明（中文）", "Words on the sign-in page (Chinese)"),
            _field("welcome_en", "text", "登录页说明（英文）", "Words on the sign-in page (English)"),
        ]

    def check(self, channel: Channel) -> list[Finding]:
        if not channel.settings.get("continue_by"):
            return [
                warn(
                    "portal.no_mailbox",
                    zh="没有选择邮箱：答复只显示在客户中心，客户不会收到邮件。",
                    en="No mailbox is chosen: answers show in the portal only, and no mail tells of them.",
                    next_zh="在“答复同时由此邮箱发出”中选择一个邮箱。",
                    next_en="Choose a mailbox for answers.",
                )
            ]
        if mailbox_of(channel) is None:
            return [
                error(
                    "portal.mailbox_gone",
                    zh="所选邮箱已停用或不存在。",
                    en="The chosen mailbox is switched off or gone.",
                    next_zh="选择另一个邮箱，或启用它。",
                    next_en="Choose another, or switch it on.",
                )
            ]
        return [ok("portal.well", zh="客户中心已就绪：/my。", en="The portal is ready at /my.")]


def thread_key(thread: int | str) -> str:
    """What the portal's messages refer to: a ticket's number, or the form that begins one."""
    return f"portal:{thread}"


def mailbox_of(channel: Channel) -> Channel | None:
    """The mailbox by which answers go out."""
    return mailbox_named(str(channel.settings.get("continue_by") or ""))


def _field(name: str, kind: str, zh: str, en: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "zh": zh, "en": en, "required": False, "secret": False}


def _mail(delivery: Delivery) -> Outgoing:
    files = DeliveryAttachment.objects.filter(delivery=delivery).values_list("file_id", flat=True)
    return Outgoing(
        recipient_kind="email",
        recipient=delivery.recipient,
        recipient_name=delivery.recipient_name,
        subject=delivery.subject,
        text=delivery.text,
        html=delivery.html,
        author_name=delivery.author_name,
        in_reply_to=delivery.in_reply_to,
        references=delivery.references,
        file_ids=list(files),
    )


def _files(file_ids: list[int]) -> list[StoredFile]:
    return list(StoredFile.objects.filter(pk__in=file_ids).order_by("pk"))


def _attachment(file: StoredFile) -> ParsedAttachment:
    return ParsedAttachment(name=file.name, media_type=file.media_type, content=open_file(file).read())
