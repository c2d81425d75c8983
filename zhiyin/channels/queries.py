"""What other domains ask of channels."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q, QuerySet

from zhiyin.channels.models import BlockedSender, Channel, Delivery, InboundMessage
from zhiyin.platform.http.paging import Page, keyset_page


def own_addresses() -> set[str]:
    """The addresses of all our mailboxes, as they are compared: lower case, without a plus tag."""
    found: set[str] = set()
    for settings in Channel.objects.filter(kind="email").values_list("settings", flat=True):
        aliases = settings.get("aliases") or []
        found |= {plain_address(str(address)) for address in [settings.get("address", ""), *aliases]}
    return found - {""}


def plain_address(address: str) -> str:
    """Lower case, without a plus tag: 'Help+a1@Shop.example' is 'help@shop.example'."""
    local, at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def channels_with_setting(name: str, value: str) -> list[str]:
    """The names of channels that have been told this value."""
    using = Channel.objects.filter(settings__contains={name: value}).order_by("name")
    return list(using.values_list("name", flat=True))


def is_own_address(address: str) -> bool:
    """Whether mail to this address comes to us."""
    return plain_address(address) in own_addresses()


def is_blocked(inbound: InboundMessage) -> bool:
    """Whether the sender of this message, or their mail domain, is blocked."""
    asked = Q(kind=inbound.sender_kind, value=normal_value(inbound.sender_kind, inbound.sender_value))
    if inbound.sender_kind == "email":
        domain = inbound.sender_value.strip().lower().rpartition("@")[2]
        parts = domain.split(".")
        parents = [".".join(parts[at:]) for at in range(len(parts) - 1)]
        asked |= Q(kind=BlockedSender.Kind.EMAIL_DOMAIN, value__in=parents)
    return BlockedSender.objects.filter(asked).exists()


def normal_value(kind: str, value: str) -> str:
    return value.strip().lower() if kind == "email" else value.strip()


def held_messages(*, cursor: str | None, limit: int) -> Page[InboundMessage]:
    """Messages of blocked senders that nobody has let in, newest first."""
    held = InboundMessage.objects.filter(held_at__isnull=False).select_related("channel").defer("html")
    return keyset_page(held, order=("-held_at", "-id"), cursor=cursor, limit=limit)


def belongings_of(
    *, inbound_ids: Collection[int], delivery_ids: Collection[int], thread_keys: Collection[str]
) -> tuple[set[int], set[int]]:
    """Inbound messages and deliveries that belong to these: copies, bounces, and mails that went on with their threads."""
    sent_ids = [key.removeprefix("mid:") for key in thread_keys if key.startswith("mid:")]
    deliveries = {*delivery_ids, *_ids(Delivery.objects.filter(message_id__in=sent_ids))}
    around = InboundMessage.objects.filter(Q(copy_of__in=inbound_ids) | Q(bounced__in=deliveries))
    return {*inbound_ids, *_ids(around)}, deliveries


def _ids(rows: QuerySet[Any]) -> Iterable[int]:
    return rows.values_list("pk", flat=True)


def mailbox_options() -> list[dict[str, str]]:
    """Active mailboxes as the options of a settings form."""
    boxes = Channel.objects.filter(kind="email", active=True).order_by("name", "pk")
    return [{"value": box.key, "zh": box.name, "en": box.name} for box in boxes]


def mailbox_named(key: str) -> Channel | None:
    """The active mailbox with this key; None where there is none."""
    return Channel.objects.filter(key=key, kind="email", active=True).first() if key else None
