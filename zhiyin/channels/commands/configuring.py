"""Adding, changing and switching channels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.channels.events import ChannelChanged
from zhiyin.channels.keys import new_key
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.registry import provider_of, providers
from zhiyin.people.models import Group, Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError, Invalid

KEPT = "••••••"  # what a form shows for a secret, and what it sends to keep it
LONGEST_REGION = 100
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{2,58}")


@dataclass(frozen=True, kw_only=True)
class ChannelForm:
    """What a person fills in: settings and secrets by the names the provider's form gives."""

    name: str
    values: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    default_group_id: int | None = None
    default_region: str = ""
    active: bool = True


class NoSuchKind(DomainError):
    code = "channels.no_such_kind"
    status = 422
    messages = {
        "zh": "没有“{kind}”这种渠道，可选：{known}。",
        "en": "There is no channel kind {kind}; choose {known}.",
    }


class KeyTaken(DomainError):
    code = "channels.key_taken"
    status = 409
    messages = {
        "zh": "标识“{key}”已被其他渠道使用，请换一个。",
        "en": "The key {key} belongs to another channel; choose another.",
    }


@transaction.atomic
def add_channel(*, kind: str, form: ChannelForm, by: Staff, now: datetime) -> Channel:
    """Add a channel. Raises NoSuchKind, KeyTaken, or Invalid naming the fields that don't fit."""
    if form.key and not _KEY.fullmatch(form.key):
        raise Invalid(fields={"key": "a-z, 0-9, -"})
    if form.key and Channel.objects.filter(key=form.key).exists():
        raise KeyTaken(key=form.key)
    channel = filled_channel(kind=kind, form=form, known=None)
    channel.key = form.key or new_key()
    channel.save(force_insert=True)
    _tell(channel, "channels.added", by, now)
    return channel


@transaction.atomic
def change_channel(*, channel_id: int, form: ChannelForm, by: Staff, now: datetime) -> Channel:
    """Change a channel's name, settings, secrets, group, or switch it off and on."""
    known = Channel.objects.visible_to(by).select_for_update().get(pk=channel_id)
    channel = filled_channel(kind=known.kind, form=form, known=known)
    channel.save(update_fields=["name", "active", "settings", "secrets", "default_group", "default_region"])
    _tell(channel, "channels.changed", by, now)
    return channel


def filled_channel(*, kind: str, form: ChannelForm, known: Channel | None) -> Channel:
    """The channel as the form describes it, not saved. Raises NoSuchKind, or Invalid for fields that don't fit."""
    kinds = [provider.kind for provider in providers()]
    if kind not in kinds:
        raise NoSuchKind(kind=kind, known=", ".join(kinds))
    channel = known or Channel(kind=kind)
    fields = provider_of(kind).form()
    values = {**channel.settings, **channel.secrets}
    values |= {name: value for name, value in form.values.items() if value != KEPT}
    wrong = {
        one["name"]: "required"
        for one in fields
        if one.get("required") and values.get(one["name"]) in (None, "", [])
    }
    wrong |= {name: "unknown" for name in form.values if name not in {one["name"] for one in fields}}
    wrong |= {one["name"]: one["type"] for one in fields if not _fits(one, values.get(one["name"]))}
    if (wrong_values := getattr(provider_of(kind), "wrong_values", None)) is not None:
        wrong |= wrong_values(values)
    if not form.name.strip():
        wrong["name"] = "required"
    if form.default_group_id and not Group.objects.filter(pk=form.default_group_id).exists():
        wrong["default_group_id"] = "unknown"
    if len(form.default_region) > LONGEST_REGION or "\0" in form.default_region:
        wrong["default_region"] = f"≤ {LONGEST_REGION}"
    if wrong:
        raise Invalid(fields=wrong)
    secret = {one["name"] for one in fields if one.get("secret")}
    channel.name, channel.active, channel.default_group_id = (
        form.name.strip(),
        form.active,
        form.default_group_id,
    )
    channel.default_region = form.default_region.strip()
    channel.settings = {**channel.settings, **{k: v for k, v in values.items() if k not in secret}}
    channel.secrets = {**channel.secrets, **{k: v for k, v in values.items() if k in secret}}
    return channel


def _fits(one: dict[str, Any], value: Any) -> bool:
    if value is None or value == "":
        return True
    match one["type"]:
        case "number":
            return isinstance(value, int) and not isinstance(value, bool)
        case "bool":
            return isinstance(value, bool)
        case "list":
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        case "structure":
            return isinstance(value, dict | list)
        case "choice":
            return value in [option["value"] for option in one["options"]]
    return isinstance(value, str)


def _tell(channel: Channel, action: str, by: Staff, now: datetime) -> None:
    emit(ChannelChanged(channel_id=channel.pk, by_id=by.pk, at=now))
    record_audit(
        action=action, by=by.pk, target=f"channel:{channel.pk}", details={"name": channel.name}, now=now
    )
