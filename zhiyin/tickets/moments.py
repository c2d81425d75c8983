"""What happens on a ticket at this moment and is never kept: who looks, who writes, on both sides."""

from __future__ import annotations

from typing import Literal

from zhiyin.channels.fleeting import CustomerMoment, StaffMoment, hears_customers, tell_staff_moment
from zhiyin.people.models import Staff
from zhiyin.platform.stream.messages import publish
from zhiyin.tickets.models import ReplyLock, ThreadKey, Ticket
from zhiyin.tickets.queries.aliases import root_of
from zhiyin.tickets.queries.threading import last_inbound
from zhiyin.tickets.streaming import rooms_of_ticket

Presence = Literal["viewing", "typing", "left"]
_TOLD_TO_CUSTOMER: dict[str, StaffMoment] = {"viewing": "stopped", "typing": "typing", "left": "stopped"}


def tell_presence(*, ticket_id: int, state: Presence, by: Staff) -> None:
    """Tell colleagues that somebody looks at or writes on the ticket, and the customer that they are written to."""
    ticket = Ticket.objects.visible_to(by).get(pk=ticket_id)
    _publish(ticket, {"staff": {"id": by.pk, "name": by.name}, "state": state})
    _tell_customer(ticket, _TOLD_TO_CUSTOMER[state], by)


def tell_read(*, ticket_id: int, by: Staff) -> None:
    """Tell the customer, where the channel can show it, that what they wrote has been read."""
    _tell_customer(Ticket.objects.visible_to(by).get(pk=ticket_id), "read", by)


def tell_answering(*, ticket_id: int, lock: ReplyLock | None) -> None:
    """Tell colleagues who answers the ticket now: None for nobody."""
    who = {"id": lock.staff_id, "name": lock.staff.name} if lock else None
    until = lock.held_until.isoformat() if lock else None
    _publish(Ticket.objects.get(pk=ticket_id), {"staff": who, "until": until}, name="answering")


def tell_draft(*, ticket_id: int, by: Staff) -> None:
    """Tell colleagues that a draft they can see has gone on."""
    _publish(Ticket.objects.get(pk=ticket_id), {"by_id": by.pk}, name="draft")


@hears_customers
def tell_customer_writes(thread_key: str, moment: CustomerMoment) -> None:
    """Tell whoever may see the ticket that its customer is writing."""
    ticket_id = ThreadKey.objects.filter(key=thread_key).values_list("ticket_id", flat=True).first()
    if ticket_id is not None:
        ticket = Ticket.objects.get(pk=root_of(ticket_id))
        _publish(ticket, {"customer": True, "state": "typing" if moment == "typing" else "left"})


def _publish(ticket: Ticket, told: dict[str, object], *, name: str = "presence") -> None:
    rooms = rooms_of_ticket(ticket.group_id, ticket.assignee_id)
    publish(rooms=rooms, name=name, data={"ticket_id": ticket.pk, **told})


def _tell_customer(ticket: Ticket, moment: StaffMoment, by: Staff) -> None:
    last = last_inbound(ticket)
    if last is not None:
        tell_staff_moment(
            channel=last.channel, thread=str(last.headers.get("thread", "")), moment=moment, name=by.name
        )
