"""What a rule is for, in words."""

from __future__ import annotations

from zhiyin.channels.providers.registry import provider_of
from zhiyin.trust.models import RetentionRule


def scope_names(rule: RetentionRule) -> tuple[str, str]:
    """In Chinese and in English: a channel's name, a kind's, or all channels."""
    if rule.channel is not None:
        return rule.channel.name, rule.channel.name
    if rule.channel_kind:
        provider = provider_of(rule.channel_kind)
        return f"所有{provider.name_zh}渠道", f"All channels of kind {provider.name_en}"
    return "所有渠道", "All channels"
