"""What customers say of how their case was served, and asking them for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zhiyin.channels.cases import REASONS, tell_case
from zhiyin.channels.models import ReceivedRating
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.events import CustomerEndedChat, TicketRated
from zhiyin.tickets.indexing import index_ticket
from zhiyin.tickets.models import Rating, ThreadKey, Ticket
from zhiyin.tickets.queries.aliases import root_of
from zhiyin.tickets.queries.threading import last_inbound

LONGEST_WORDS = 2000


class NotARating(DomainError):
    code = "tickets.not_a_rating"
    status = 422
    messages = {
        "zh": "评分应为 1 到 5 分，原因请从列表中选择。",
        "en": "A rating is from 1 to 5, and its reasons are chosen from the list.",
    }


@transaction.atomic
def rate_ticket(
    *, ticket_id: int, score: int, source: str, now: datetime, reasons: Sequence[str] = (), words: str = ""
) -> Rating:
    """Keep the customer's rating of a ticket, once: a second one gives back the first. Raises NotARating."""
    if score not in range(1, 6) or not set(reasons) <= set(REASONS):
        raise NotARating
    ticket = Ticket.objects.select_for_update(of=("self",)).select_related("customer").get(pk=ticket_id)
    if (given := Rating.objects.filter(ticket=ticket).first()) is not None:
        return given
    rating = Rating.objects.create(
        ticket=ticket,
        score=score,
        reasons=[reason for reason in REASONS if reason in reasons],
        words=words.strip()[:LONGEST_WORDS],
        source=source,
        assignee_id=ticket.assignee_id,
        group_id=ticket.group_id,
        at=now,
    )
    if rating.words:
        index_ticket(ticket, customer=ticket.customer, text=rating.words)
    emit(TicketRated(ticket_id=ticket.pk, rating_id=rating.pk, score=score, at=now))
    return rating


@transaction.atomic
def keep_received_rating(*, received_id: int) -> Rating | None:
    """Keep what came through a channel with the ticket of its thread; None where there is none."""
    received = ReceivedRating.objects.select_related("channel").get(pk=received_id)
    ticket_id = _ticket_of(received.thread_key)
    if ticket_id is None:
        return None
    return rate_ticket(
        ticket_id=ticket_id,
        score=received.score,
        reasons=received.reasons,
        words=received.words,
        source=received.channel.kind,
        now=received.received_at,
    )


@transaction.atomic
def note_customer_ended(*, thread_key: str, now: datetime) -> None:
    """Tell the ticket of a thread that its customer has ended the conversation."""
    ticket_id = _ticket_of(thread_key)
    if ticket_id is not None:
        emit(CustomerEndedChat(ticket_id=ticket_id, at=now))


@transaction.atomic
def tell_channel_of_case(*, ticket_id: int, now: datetime) -> None:
    """Tell the channel the customer last came by whether the case is over, and whether a rating is wished for.

    Nothing for a ticket that was forgotten meanwhile.
    """
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    last = last_inbound(ticket) if ticket is not None else None
    if ticket is None or last is None:
        return
    is_over = not ticket.is_active
    tell_case(
        channel=last.channel,
        thread=str(last.headers.get("thread", "")),
        is_over=is_over,
        asks_rating=is_over and not Rating.objects.filter(ticket=ticket).exists(),
        now=now,
    )


def _ticket_of(thread_key: str) -> int | None:
    known = ThreadKey.objects.filter(key=thread_key).values_list("ticket_id", flat=True).first()
    return root_of(known) if known is not None else None
