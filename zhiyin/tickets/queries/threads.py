"""Which tickets messages belong to: found for many at once, and kept up to date while they are taken in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from zhiyin.channels.models import InboundMessage
from zhiyin.customers.normalising import normal_identity
from zhiyin.tickets.models import Participant, ThreadKey, Ticket
from zhiyin.tickets.queries.aliases import lock_roots


@dataclass(frozen=True)
class Place:
    """A ticket, locked or just made, and the merged one by whose thread or number a message comes to it, if any."""

    ticket: Ticket
    origin_id: int | None = None


class Threads:
    """The threads of messages that are taken in one after the other, in the caller's transaction.

    The tickets they lead to are locked, in the order of their numbers.
    """

    def __init__(self, inbounds: Sequence[InboundMessage]) -> None:
        keys = {key for inbound in inbounds for key in (*inbound.thread_keys, *inbound.own_keys)}
        stored = dict(ThreadKey.objects.filter(key__in=keys).values_list("key", "ticket_id")) if keys else {}
        numbers = {number for inbound in inbounds if (number := _named_number(inbound)) is not None}
        self._locked = lock_roots({*stored.values(), *numbers})
        self._parts = self._known_parts(numbers & self._locked.keys())
        self._places = {key: self._place(ticket_id) for key, ticket_id in stored.items()}
        self._new: dict[str, Place] = {}
        self._moved: dict[str, Place] = {}

    def find(self, inbound: InboundMessage) -> Place | None:
        """By what the message refers to, best first; then by number, believed only from a participant who is no
        impostor."""
        for key in inbound.thread_keys:
            if key in self._places:
                return self._places[key]
        number = _named_number(inbound)
        if number is None or number not in self._locked:
            return None
        place = self._place(number)
        takes_part = {(place.ticket.pk, *_sender(inbound)), (place.origin_id, *_sender(inbound))}
        return None if self._parts.isdisjoint(takes_part) else place

    def remember(self, inbound: InboundMessage, place: Place) -> None:
        """What refers to this message comes to its ticket. A conversation whose ticket is closed goes on with the new
        one.

        A merged ticket keeps its own keys, and gets those of what came by them.
        """
        for key in inbound.own_keys:
            if key not in self._places:
                self._places[key] = self._new[key] = place
            elif (
                there := self._places[key].ticket
            ) is not place.ticket and there.status == Ticket.Status.CLOSED:
                self._places[key] = self._moved[key] = Place(place.ticket)
        named = [("email", normal_identity("email", party["value"])) for party in inbound.parties]
        self._parts |= {(place.ticket.pk, kind, value) for kind, value in (_sender(inbound), *named)}

    def write(self) -> None:
        """Write the keys down, once all tickets have numbers."""
        ThreadKey.objects.bulk_create(
            (
                ThreadKey(key=key, ticket_id=place.origin_id or place.ticket.pk)
                for key, place in sorted(self._new.items(), key=lambda new: new[0])
            ),
            ignore_conflicts=True,
        )
        for key, place in sorted(self._moved.items(), key=lambda moved: moved[0]):
            ThreadKey.objects.filter(key=key).update(ticket=place.ticket)

    def _place(self, ticket_id: int) -> Place:
        ticket = self._locked[ticket_id]
        return Place(ticket, ticket_id if ticket_id != ticket.pk else None)

    def _known_parts(self, numbers: Collection[int]) -> set[tuple[int | None, str, str]]:
        tickets = {*numbers, *(self._locked[number].pk for number in numbers)}
        rows = Participant.objects.filter(ticket__in=tickets).values_list("ticket_id", "kind", "value")
        return set(rows) if tickets else set()


def _named_number(inbound: InboundMessage) -> int | None:
    return None if inbound.marks.get("sender", {}).get("suspicious") else inbound.ticket_number


def _sender(inbound: InboundMessage) -> tuple[str, str]:
    return inbound.sender_kind, normal_identity(inbound.sender_kind, inbound.sender_value)
