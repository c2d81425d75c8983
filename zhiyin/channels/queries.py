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


def blocked_among(inbounds: Iterable[InboundMessage]) -> set[int]:
    """The ids of those messages whose sender, or whose mail domain, is blocked; one query."""
    asked = {inbound.pk: _blockable(inbound) for inbound in inbounds}
    values = {value for names in asked.values() for _, value in names}
    blocked = set(BlockedSender.objects.filter(value__in=values).values_list("kind", "value"))
    return {pk for pk, names in asked.items() if not blocked.isdisjoint(names)}


def _blockable(inbound: InboundMessage) -> set[tuple[str, str]]:
    """What this message would be blocked by: (kind, value) of its sender and of the domains it is from."""
    names = {(inbound.sender_kind, normal_value(inbound.sender_kind, inbound.sender_value))}
    if inbound.sender_kind == "email":
        parts = inbound.sender_value.strip().lower().rpartition("@")[2].split(".")
        names |= {
            (BlockedSender.Kind.EMAIL_DOMAIN.value, ".".join(parts[at:])) for at in range(len(parts) - 1)
        }
    return names


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
