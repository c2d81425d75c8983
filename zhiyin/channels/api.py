from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from zhiyin.channels.commands.configuring import (
    KEPT,
    ChannelForm,
    add_channel,
    change_channel,
    filled_channel,
)
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.registry import provider_of, providers
from zhiyin.people.access import Signed, needs
from zhiyin.platform.http.errors import language_of

router = Router(tags=["channels"])
MANAGE = needs("channels.manage")


class KindShape(Schema):
    kind: str
    name_zh: str
    name_en: str
    form: list[dict[str, Any]]


class ChannelShape(Schema):
    """A channel; secrets are shown as dots and kept when sent back so."""

    id: int
    kind: str
    key: str
    name: str
    active: bool
    values: dict[str, Any]
    default_group_id: int | None
    default_region: str
    created_at: datetime

    @staticmethod
    def resolve_values(channel: Channel) -> dict[str, Any]:
        return {**channel.settings, **{name: KEPT for name, value in channel.secrets.items() if value}}


class ChannelBody(Schema):
    name: str = Field("", max_length=100)
    values: dict[str, Any] = {}
    default_group_id: int | None = None
    default_region: str = Field(
        "",
        max_length=100,
        description="of cases that neither say where they are nor have a customer that does; the widest first",
    )
    active: bool = True


class NewChannelBody(ChannelBody):
    kind: str
    key: str = Field("", max_length=60)


class CheckBody(ChannelBody):
    kind: str
    id: int | None = None


class ChannelFindingShape(Schema):
    level: str
    code: str
    message: str
    next_step: str


class Findings(Schema):
    findings: list[ChannelFindingShape]


@router.get("/channels/kinds", response=list[KindShape], auth=MANAGE)
def get_kinds(request: Signed) -> Any:
    """The kinds of channels there are and the form each needs filled in."""
    return [
        {"kind": one.kind, "name_zh": one.name_zh, "name_en": one.name_en, "form": one.form()}
        for one in providers()
    ]


@router.get("/channels", response=list[ChannelShape], auth=MANAGE)
def get_channels(request: Signed) -> Any:
    """All channels."""
    return Channel.objects.visible_to(request.auth).order_by("pk")


@router.post("/channels", response={201: ChannelShape}, auth=MANAGE)
def post_channel(request: Signed, body: NewChannelBody) -> Any:
    """Add a channel."""
    return Status(
        201, add_channel(kind=body.kind, form=_form(body, body.key), by=request.auth, now=timezone.now())
    )


@router.post("/channels/check", response=Findings, auth=MANAGE)
def post_check(request: Signed, body: CheckBody) -> Any:
    """A live test of settings before they are saved; with `id`, kept secrets of that channel are used."""
    known = Channel.objects.visible_to(request.auth).get(pk=body.id) if body.id else None
    channel = filled_channel(kind=known.kind if known else body.kind, form=_form(body), known=known)
    return _checked(request, channel)


@router.get("/channels/{int:channel_id}", response=ChannelShape, auth=MANAGE)
def get_channel(request: Signed, channel_id: int) -> Any:
    """One channel."""
    return Channel.objects.visible_to(request.auth).get(pk=channel_id)


@router.patch("/channels/{int:channel_id}", response=ChannelShape, auth=MANAGE)
def patch_channel(request: Signed, channel_id: int, body: ChannelBody) -> Any:
    """Change a channel; it is never deleted, only switched off, since its messages stay."""
    return change_channel(channel_id=channel_id, form=_form(body), by=request.auth, now=timezone.now())


@router.post("/channels/{int:channel_id}/check", response=Findings, auth=MANAGE)
def post_channel_check(request: Signed, channel_id: int) -> Any:
    """A live test of a channel as it is saved."""
    return _checked(request, Channel.objects.visible_to(request.auth).get(pk=channel_id))


def _form(body: ChannelBody, key: str = "") -> ChannelForm:
    return ChannelForm(
        name=body.name,
        values=body.values,
        key=key,
        default_group_id=body.default_group_id,
        default_region=body.default_region,
        active=body.active,
    )


def _checked(request: Signed, channel: Channel) -> dict[str, Any]:
    findings = provider_of(channel.kind).check(channel)
    return {"findings": [finding.in_words(language_of(request)) for finding in findings]}
