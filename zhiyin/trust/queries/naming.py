"""What rules are for, in words."""

from __future__ import annotations

from typing import Any

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.registry import provider_of, providers
from zhiyin.trust.models import RetentionRule


def scope_names(rule: RetentionRule) -> tuple[str, str]:
    """In Chinese and in English: a channel's name, a kind's, or all channels."""
    if rule.channel is not None:
        return rule.channel.name, rule.channel.name
    if rule.channel_kind:
        provider = provider_of(rule.channel_kind)
        return f"所有{provider.name_zh}渠道", f"All channels of kind {provider.name_en}"
    return "所有渠道", "All channels"


def scopes() -> dict[str, Any]:
    """What a rule can be for: every channel, and the kinds there are channels of."""
    channels = list(Channel.objects.order_by("kind", "name", "pk").only("pk", "name", "kind"))
    kinds = {channel.kind for channel in channels}
    return {"channels": channels, "kinds": [provider for provider in providers() if provider.kind in kinds]}
