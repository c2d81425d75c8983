"""Work is held out to people: the unit is reserved, why is kept, and the offer is made, all in one transaction.

For many in as many statements as for one. They are written out, for this is what happens hundreds of times a second.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit_all
from zhiyin.platform.timers.timers import cancel_timers, set_timers
from zhiyin.routing.commands.giving import OFFER_TIMER, WORK_TIMER, give, settle
from zhiyin.routing.commands.seats import take_unit
from zhiyin.routing.events import WorkOffered
from zhiyin.routing.models import Offer, Seat, WorkItem
from zhiyin.routing.queries.choosing import Candidate, runners_up, terms_of

_SEATS = """
UPDATE routing_seat seat SET load = given.load, taken = given.taken, idle_since = %s, is_full = given.is_full
FROM unnest(%s::bigint[], %s::jsonb[], %s::integer[], %s::boolean[]) given(id, load, taken, is_full)
WHERE seat.staff_id = given.id
"""
_OFFERS = """
WITH given AS (
    SELECT * FROM unnest(%(items)s::bigint[], %(staff)s::bigint[], %(queues)s::bigint[], %(terms)s::jsonb[],
                         %(versions)s::integer[], %(rings)s::smallint[], %(considered)s::integer[],
                         %(others)s::jsonb[], %(expire)s::timestamptz[])
        given(item_id, staff_id, queue_id, terms, version, ring, considered, runners_up, expires_at)
), decided AS (
    INSERT INTO routing_decision
        (item_id, staff_id, how, queue_id, reason, terms, version, ring, considered, runners_up, at)
    SELECT item_id, staff_id, %(how)s, queue_id, '', terms, version, ring, considered, runners_up, %(now)s FROM given
    RETURNING id, item_id, staff_id
), held AS (
    UPDATE routing_workitem item SET state = 'offered', holder_id = given.staff_id
    FROM given WHERE item.id = given.item_id
)
INSERT INTO routing_offer (item_id, staff_id, decision_id, state, offered_at, expires_at)
SELECT decided.item_id, decided.staff_id, decided.id, 'open', %(now)s, given.expires_at
FROM decided JOIN given ON given.item_id = decided.item_id
RETURNING item_id, id, decision_id
"""


class Chosen(NamedTuple):
    """Whom a decision gives what: both rows locked, the queue fetched; and who or what came next."""

    item: WorkItem
    seat: Seat
    choice: Candidate
    others: Sequence[Candidate]


def hold_out(chosen: Sequence[Chosen], *, how: str, what: str, now: datetime) -> list[Offer]:
    """Offer each the work; where the queue says so it is accepted at once. `what` names what the others are:
    staff_id or item_id."""
    if not chosen:
        return []
    for item, seat, _, _ in chosen:
        take_unit(seat, item.kind, now=now)
        item.state, item.holder_id = WorkItem.State.OFFERED, seat.pk
    _save_seats([one.seat for one in chosen], now)
    offers = _insert_offers(chosen, how=how, what=what, now=now)
    cancel_timers(kind=WORK_TIMER, keys=[str(one.item.pk) for one in chosen])
    emit_all(
        WorkOffered(
            ticket_id=one.item.ticket_id, item_id=one.item_id, offer_id=one.pk, staff_id=one.staff_id, at=now
        )
        for one in offers
    )
    asked = [offer for offer in offers if not offer.item.queue.accepts_by_itself]
    if asked:
        set_timers(kind=OFFER_TIMER, due_at={str(offer.pk): offer.expires_at for offer in asked})
    for offer in offers:
        if offer.item.queue.accepts_by_itself:
            settle(offer, Offer.State.ACCEPTED, now=now)
            give(offer.item, Staff.objects.get(pk=offer.staff_id), by_id=None, now=now)
    return offers


def _save_seats(seats: Sequence[Seat], now: datetime) -> None:
    found = {seat.pk: seat for seat in seats}  # one that gets two is there once
    loads = [json.dumps(seat.load) for seat in found.values()]
    taken, full = [seat.taken for seat in found.values()], [seat.is_full for seat in found.values()]
    with connection.cursor() as cursor:
        cursor.execute(_SEATS, [now, [*found], loads, taken, full])


def _insert_offers(chosen: Sequence[Chosen], *, how: str, what: str, now: datetime) -> list[Offer]:
    offers = [
        Offer(
            item=one.item,
            staff_id=one.seat.pk,
            state=Offer.State.OPEN,
            offered_at=now,
            expires_at=now + timedelta(seconds=one.item.queue.accept_seconds),
        )
        for one in chosen
    ]
    told = {
        "items": [one.item.pk for one in chosen],
        "staff": [one.seat.pk for one in chosen],
        "queues": [one.item.queue_id for one in chosen],
        "terms": [json.dumps(terms_of(one.choice)) for one in chosen],
        "versions": [one.choice.score.version for one in chosen],
        "rings": [one.item.ring for one in chosen],
        "considered": [len(one.others) for one in chosen],
        "others": [json.dumps(runners_up(one.others, what)) for one in chosen],
        "expire": [offer.expires_at for offer in offers],
    }
    with connection.cursor() as cursor:
        cursor.execute(_OFFERS, {**told, "how": how, "now": now})
        made = {item_id: (offer_id, decision_id) for item_id, offer_id, decision_id in cursor.fetchall()}
    for offer in offers:
        offer.pk, offer.decision_id = made[offer.item_id]
        offer._state.adding = False
    return offers
