"""Which tickets a rule may take."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhiyin.channels.models import Channel
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.aliases import families_of
from zhiyin.trust.models import Action, KeptTicket, LegalHold, RetentionRule


def channels_of(rule: RetentionRule) -> list[Channel]:
    """The channels a rule holds for: without those that a narrower rule of the same action is for, active or not."""
    channels = Channel.objects.order_by("kind", "name", "pk")
    if rule.channel_id is not None:
        return list(channels.filter(pk=rule.channel_id))
    others = RetentionRule.objects.filter(action=rule.action).exclude(pk=rule.pk)
    channels = channels.exclude(pk__in=others.filter(channel__isnull=False).values("channel"))
    if rule.channel_kind:
        return list(channels.filter(kind=rule.channel_kind))
    return list(channels.exclude(kind__in=others.exclude(channel_kind="").values("channel_kind")))


def over(*, action: str, channel_ids: Collection[int], before: datetime) -> QuerySet[Ticket]:
    """Tickets of these channels that the action is for, those on hold included; without what is kept for good."""
    found = Ticket.objects.over(before=before).filter(channel__in=channel_ids)
    if action == Action.ANONYMISE:
        return found.filter(anonymised_at=None)
    return found.filter(~Exists(KeptTicket.objects.filter(ticket=OuterRef("pk"))))


def still_open(*, channel_ids: Collection[int], before: datetime) -> QuerySet[Ticket]:
    """Old tickets that stay since nobody has finished them."""
    old = Ticket.objects.active().themselves()
    return old.filter(channel__in=channel_ids, last_message_at__lt=before)


def held_among(ticket_ids: Collection[int]) -> set[int]:
    """Those of the tickets that are on hold, by themselves or by one that was merged into them."""
    families = families_of(list(ticket_ids))
    members = {member: root for root, several in families.items() for member in several}
    held = LegalHold.objects.filter(ticket__in=members).values_list("ticket_id", flat=True)
    return {members[one] for one in held}


def any_hold() -> Q:
    """Tickets that are on hold themselves."""
    return Q(pk__in=LegalHold.objects.values("ticket"))
