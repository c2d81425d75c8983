"""Forgetting tickets that are long over: deleting them whole, or making them nobody's. See ADR 34.

Both take a ticket together with what was merged into it, its messages' channel records, and customers of whom
nothing else is here. Which tickets may go is said again by the query that locks them, so that one which was reopened
a moment ago stays.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat

from zhiyin.channels.commands.forgetting import Forgetting, forget_addresses, forget_messages
from zhiyin.channels.models import Delivery, InboundMessage
from zhiyin.channels.queries import belongings_of
from zhiyin.customers.forgetting import forget_customers, nameless_customer
from zhiyin.platform.event_log.emitting import emit_all
from zhiyin.tickets.commands.blanking import blank_rows
from zhiyin.tickets.events_around import TicketAnonymised, TicketForgotten
from zhiyin.tickets.models import Message, ThreadKey, Ticket
from zhiyin.tickets.queries.aliases import families_of


@dataclass(frozen=True)
class Gone:
    """What was forgotten: counts. Tickets that were merged into others are counted too."""

    tickets: int = 0
    messages: int = 0
    customers: int = 0

    def __add__(self, other: Gone) -> Gone:
        return Gone(
            self.tickets + other.tickets, self.messages + other.messages, self.customers + other.customers
        )


@transaction.atomic
def delete_tickets(*, ticket_ids: Collection[int], before: datetime, now: datetime) -> Gone:
    """Delete those of the tickets that were over before a moment, with everything that hangs on them."""
    family = _lock(ticket_ids, before)
    wanted = _messages_of(family, blanks=False)
    leaving, _ = _customers_of(family, is_gone=Q(pk__in=family))
    Ticket.objects.filter(merged_into__in=family).update(merged_into=None)
    Ticket.objects.filter(pk__in=family).delete()
    messages = forget_messages(wanted)
    forget_addresses(forget_customers(customer_ids=leaving, keeps_rows=False, now=now))
    emit_all(TicketForgotten(ticket_id=pk, at=now) for pk in family)
    return Gone(len(family), messages, len(leaving))


@transaction.atomic
def anonymise_tickets(*, ticket_ids: Collection[int], before: datetime, now: datetime) -> Gone:
    """Take names, addresses, words and files from those of the tickets that were over before a moment.

    Numbers, states, times, categories, tags and counts stay. A customer who is still somebody here is replaced on
    these tickets by one without a name.
    """
    family = _lock(
        Ticket.objects.filter(pk__in=ticket_ids, anonymised_at=None).values_list("pk", flat=True), before
    )
    wanted = _messages_of(family, blanks=True)
    leaving, staying = _customers_of(family, is_gone=Q(pk__in=family) | Q(anonymised_at__isnull=False))
    for customer_id in staying:
        nobody = nameless_customer(now=now)
        Ticket.objects.filter(pk__in=family, customer=customer_id).update(customer=nobody)
        Message.objects.filter(ticket__in=family, customer=customer_id).update(customer=nobody)
    blank_rows(family, now=now)
    messages = forget_messages(wanted)
    forget_addresses(forget_customers(customer_ids=leaving, keeps_rows=True, now=now))
    emit_all(TicketAnonymised(ticket_id=pk, at=now) for pk in family)
    return Gone(len(family), messages, len(leaving))


@transaction.atomic
def forget_strays(*, channel_ids: Collection[int], before: datetime, limit: int) -> int:
    """Delete messages of channels that are old and on no ticket: held ones, copies and bounces of what is gone,
    mails that went on with a chat that is gone. Returns how many; 0 when there are no more."""
    on_a_ticket = Message.objects.filter(inbound=OuterRef("pk"))
    around = Message.objects.filter(Q(inbound=OuterRef("copy_of")) | Q(delivery=OuterRef("bounced")))
    inbounds = InboundMessage.objects.filter(
        Q(held_at__isnull=False) | Q(copy_of__isnull=False) | Q(bounced__isnull=False),
        ~Exists(on_a_ticket),
        ~Exists(around),
        channel__in=channel_ids,
        received_at__lt=before,
    )
    sent = Message.objects.filter(delivery=OuterRef("pk"))
    known = ThreadKey.objects.filter(key=Concat(Value("mid:"), OuterRef("message_id")))
    deliveries = Delivery.objects.filter(
        ~Exists(sent), ~Exists(known), channel__in=channel_ids, created_at__lt=before
    ).exclude(state=Delivery.State.QUEUED)
    wanted = Forgetting(inbound_ids=_ids(inbounds[:limit]), delivery_ids=_ids(deliveries[:limit]))
    return forget_messages(wanted)


def _lock(ticket_ids: Collection[int], before: datetime) -> list[int]:
    """The tickets that are over, with what was merged into them; locked in the order of their numbers."""
    over = Ticket.objects.over(before=before).filter(pk__in=list(ticket_ids))
    roots = list(over.select_for_update().order_by("pk").values_list("pk", flat=True))
    family = sorted({pk for several in families_of(roots).values() for pk in several})
    return list(
        Ticket.objects.select_for_update().filter(pk__in=family).order_by("pk").values_list("pk", flat=True)
    )


def _messages_of(family: list[int], *, blanks: bool) -> Forgetting:
    said = Message.objects.filter(ticket__in=family).values_list("inbound_id", "delivery_id")
    keys = list(ThreadKey.objects.filter(ticket__in=family).values_list("key", flat=True))
    inbound_ids, delivery_ids = belongings_of(
        inbound_ids={inbound for inbound, _ in said if inbound is not None},
        delivery_ids={delivery for _, delivery in said if delivery is not None},
        thread_keys=keys,
    )
    elsewhere = Message.objects.exclude(ticket__in=family)
    inbound_ids -= set(elsewhere.filter(inbound__in=inbound_ids).values_list("inbound_id", flat=True))
    delivery_ids -= set(elsewhere.filter(delivery__in=delivery_ids).values_list("delivery_id", flat=True))
    return Forgetting(inbound_ids=inbound_ids, delivery_ids=delivery_ids, thread_keys=keys, blanks=blanks)


def _customers_of(family: list[int], *, is_gone: Q) -> tuple[set[int], set[int]]:
    """Customers of these tickets: those of whom nothing else is here, and those who are still somebody."""
    named = set(Ticket.objects.filter(pk__in=family).values_list("customer_id", flat=True))
    named |= set(
        Message.objects.filter(ticket__in=family, customer__isnull=False).values_list(
            "customer_id", flat=True
        )
    ) - {None}
    others = Ticket.objects.exclude(is_gone)
    staying = set(others.filter(customer__in=named).values_list("customer_id", flat=True))
    staying |= set(
        Message.objects.filter(customer__in=named, ticket__in=others).values_list("customer_id", flat=True)
    )
    return named - staying, named & staying


def _ids(rows: models.QuerySet[Any]) -> list[int]:
    return list(rows.values_list("pk", flat=True))
