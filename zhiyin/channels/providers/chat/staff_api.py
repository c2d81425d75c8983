"""What staff do with a chat channel beyond its settings."""

from __future__ import annotations

from typing import Any, Literal

from django.conf import settings
from django.utils import timezone
from ninja import File, Router, Schema, Status, UploadedFile
from pydantic import Field

from zhiyin.channels.commands.configuring import ChannelForm, filled_channel
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.config import config_for
from zhiyin.channels.providers.chat.identity import rotate_identity_secret
from zhiyin.channels.providers.chat.pictures import (
    LARGEST,
    NotAPicture,
    picture_urls,
    put_picture,
    take_picture_away,
)
from zhiyin.channels.providers.chat.shapes import ConfigShape
from zhiyin.people.access import Signed, needs

router = Router(tags=["channels"])


MANAGE = needs("channels.manage")


class IdentitySecret(Schema):
    secret: str


class PicturesShape(Schema):
    """Where the channel's pictures are; '' for none."""

    logo: str
    avatar: str


class ChatPreviewBody(Schema):
    """A chat channel's form as it is filled in; with `id`, its pictures are shown."""

    name: str = Field("", max_length=100)
    values: dict[str, Any] = {}
    language: Literal["zh", "en"] = "zh"
    id: int | None = None


@router.post("/channels/previews", response=ConfigShape, auth=MANAGE)
def post_preview(request: Signed, body: ChatPreviewBody) -> Any:
    """The settings as a widget would be told them, from a form that is not saved yet."""
    known = Channel.objects.visible_to(request.auth).get(pk=body.id, kind="chat") if body.id else None
    form = ChannelForm(name=body.name or "…", values=body.values)
    channel = filled_channel(kind="chat", form=form, known=known)
    limit = settings.MAX_FILE_MB * 1024 * 1024
    return config_for(channel, body.language, max_file_bytes=limit, now=timezone.now())


@router.get("/channels/{int:channel_id}/pictures", response=PicturesShape, auth=MANAGE)
def get_pictures(request: Signed, channel_id: int) -> Any:
    """The channel's logo and avatar."""
    return picture_urls(Channel.objects.visible_to(request.auth).get(pk=channel_id, kind="chat"))


@router.post("/channels/{int:channel_id}/pictures/{str:use}", response=PicturesShape, auth=MANAGE)
def post_channel_picture(request: Signed, channel_id: int, use: str, file: File[UploadedFile]) -> Any:
    """Give the channel another logo or avatar; a picture of 512 kB at most."""
    if (file.size or 0) > LARGEST:
        raise NotAPicture
    made = put_picture(
        channel_id=channel_id,
        use=use,
        content=file.read(),
        name=file.name or "",
        media_type=file.content_type or "",
        by=request.auth,
        now=timezone.now(),
    )
    return picture_urls(made.channel)


@router.delete("/channels/{int:channel_id}/pictures/{str:use}", response={204: None}, auth=MANAGE)
def delete_channel_picture(request: Signed, channel_id: int, use: str) -> Any:
    """Show no logo or avatar any more."""
    take_picture_away(channel_id=channel_id, use=use, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.post(
    "/channels/{int:channel_id}/identity-secrets",
    response={201: IdentitySecret},
    auth=MANAGE,
)
def post_identity_secret(request: Signed, channel_id: int) -> Any:
    """Make a new secret for proving who visitors are; shown this once. The one before holds until the next."""
    secret = rotate_identity_secret(channel_id=channel_id, by=request.auth, now=timezone.now())
    return Status(201, {"secret": secret})
