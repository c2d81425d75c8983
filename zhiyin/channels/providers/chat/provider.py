"""Web chat as a channel."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils import timezone

from zhiyin.channels.commands.forgetting import ForgottenIds
from zhiyin.channels.models import Channel, Delivery, RawMessage
from zhiyin.channels.providers.chat import streaming  # noqa: F401  (they register)
from zhiyin.channels.providers.chat.checking import check_settings
from zhiyin.channels.providers.chat.continuing import owe_continuation
from zhiyin.channels.providers.chat.ending import hear_case
from zhiyin.channels.providers.chat.forgetting import forget_lines
from zhiyin.channels.providers.chat.form import settings_form
from zhiyin.channels.providers.chat.models import Conversation
from zhiyin.channels.providers.chat.moments import hear_staff
from zhiyin.channels.providers.chat.settings import ChatSettings
from zhiyin.channels.providers.chat.structures import wrong_structures
from zhiyin.channels.providers.chat.transcript import say_as_agent
from zhiyin.channels.providers.protocol import ParsedAttachment, ParsedMessage, Receipt
from zhiyin.channels.providers.registry import provider
from zhiyin.platform.files.files import open_file
from zhiyin.platform.files.models import StoredFile
from zhiyin.platform.ledger.ledger import GiveUp
from zhiyin.platform.ops.findings import Finding

SUBJECT_LENGTH = 60


@provider
class ChatProvider:
    """A widget on other people's pages."""

    kind = "chat"
    name_zh = "网页聊天"
    name_en = "Web chat"
    undo = False  # a conversation that lags ten seconds is none

    def parse(self, raw: RawMessage) -> ParsedMessage:
        """What a visitor sent; our own API has written it."""
        said = json.loads(raw.bytes())
        key = f"chat:{said['conversation']}"
        text = str(said["text"])
        return ParsedMessage(
            sender_kind=said["sender"]["kind"],
            sender_value=said["sender"]["value"],
            sender_name=said["sender"]["name"],
            subject=" ".join(text.split())[:SUBJECT_LENGTH],
            text=text,
            sent_at=datetime.fromisoformat(said["at"]),
            thread_keys=[key],
            own_keys=[key],
            attachments=[_attachment(file) for file in _files(said["file_ids"])],
            headers={
                "thread": str(said["conversation"]),
                "page_url": said["page_url"],
                "locale": said["locale"],
                "also_known_as": _further_identities(said),
                "answers": said.get("answers", []),
                "greeting": said.get("greeting", ""),
            },
        )

    def message_id(self, delivery: Delivery) -> str:
        return ""

    def own_keys(self, delivery: Delivery) -> list[str]:
        return [f"chat:{delivery.thread}"]

    def deliver(self, delivery: Delivery) -> Receipt:
        """Put it into the transcript, from where it streams to the visitor or goes on by e-mail."""
        if not delivery.thread.isdecimal():
            raise GiveUp(
                "这位客户没有可以答复的聊天，请换一个渠道。 This customer has no chat to answer in; choose another channel."
            )
        now = timezone.now()
        line = say_as_agent(delivery=delivery, now=now)
        owe_continuation(conversation_id=line.conversation_id, now=now)
        return Receipt(provider_id=str(line.pk))

    def hear_staff(self, thread: str, moment: str, name: str) -> None:
        """Staff write, stop writing or read at this moment."""
        hear_staff(thread=thread, moment=moment, name=name)

    def hear_case(self, thread: str, is_over: bool, asks_rating: bool, now: datetime) -> None:
        """The case is over or open again; a rating is wished for or not."""
        conversation = Conversation.objects.select_related("visitor__channel").filter(pk=thread).first()
        if conversation is not None:
            wished = asks_rating and ChatSettings.of(conversation.visitor.channel).asks_rating
            hear_case(conversation_id=conversation.pk, is_over=is_over, asks_rating=wished, now=now)

    def forget(self, forgotten: ForgottenIds) -> None:
        """Forget the transcript's lines that these messages were, and in the end the visitor."""
        forget_lines(forgotten)

    def wrong_values(self, values: dict[str, Any]) -> dict[str, str]:
        """Forms, greetings and words that can't be used."""
        return wrong_structures(values)

    def form(self) -> list[dict[str, Any]]:
        return settings_form()

    def check(self, channel: Channel) -> list[Finding]:
        return check_settings(channel)


def _files(file_ids: list[int]) -> list[StoredFile]:
    return list(StoredFile.objects.filter(pk__in=file_ids).order_by("pk"))


def _attachment(file: StoredFile) -> ParsedAttachment:
    return ParsedAttachment(name=file.name, media_type=file.media_type, content=open_file(file).read())


def _further_identities(said: dict[str, Any]) -> list[dict[str, Any]]:
    """What the host page has proven beside the id, by which the same customer may be known."""
    found = []
    if said["email"] and said["email_proven"]:
        found.append({"kind": "email", "value": said["email"], "verified": True})
    if said["phone"] and said["email_proven"]:
        found.append({"kind": "phone", "value": said["phone"], "verified": True})
    return found
