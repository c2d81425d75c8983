"""A channel's own pictures: its logo and the face that stands for agents."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.channels.events import ChannelChanged
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.models import ChatPicture
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.files.files import store_upload
from zhiyin.platform.http.errors import DomainError, NotFound

LARGEST = 512 * 1024
SHOWN = ("image/png", "image/jpeg", "image/webp", "image/gif")
USES = ("logo", "avatar")


class NotAPicture(DomainError):
    code = "chat.not_a_picture"
    status = 422
    messages = {
        "zh": "请上传 512 kB 以内的 PNG、JPEG、WebP 或 GIF 图片。",
        "en": "Upload a PNG, JPEG, WebP or GIF picture of 512 kB at most.",
    }


@transaction.atomic
def put_picture(
    *, channel_id: int, use: str, content: bytes, name: str, media_type: str, by: Staff, now: datetime
) -> ChatPicture:
    """Give the channel another logo or avatar. Raises NotAPicture."""
    channel = _lock(channel_id, by)
    if use not in USES or len(content) > LARGEST:
        raise NotAPicture
    file = store_upload(content=content, name=name, media_type=media_type)
    if file.media_type not in SHOWN:
        raise NotAPicture
    picture, _ = ChatPicture.objects.update_or_create(channel=channel, use=use, defaults={"file": file})
    emit(ChannelChanged(channel_id=channel.pk, by_id=by.pk, at=now))
    return picture


@transaction.atomic
def take_picture_away(*, channel_id: int, use: str, by: Staff, now: datetime) -> None:
    """Show none any more."""
    channel = _lock(channel_id, by)
    ChatPicture.objects.filter(channel=channel, use=use).delete()
    emit(ChannelChanged(channel_id=channel.pk, by_id=by.pk, at=now))


def picture_urls(channel: Channel) -> dict[str, str]:
    """Where the pictures of a channel are, by use; '' for none."""
    found = ChatPicture.objects.filter(channel_id=channel.pk).select_related("file") if channel.pk else []
    return dict.fromkeys(USES, "") | {
        one.use: f"/api/chat/v1/{channel.key}/pictures/{one.file.key}" for one in found
    }


def picture(channel: Channel, key: str) -> ChatPicture:
    """A picture of the channel by its key."""
    found = ChatPicture.objects.select_related("file").filter(
        channel=channel, file__key=key.replace("\x00", "")
    )
    if (one := found.first()) is None:
        raise NotFound
    return one


def _lock(channel_id: int, by: Staff) -> Channel:
    return Channel.objects.visible_to(by).select_for_update().get(pk=channel_id, kind="chat")
