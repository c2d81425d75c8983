"""What the desk shows of one ticket beside its timeline."""

from __future__ import annotations

from django.db import connection

from zhiyin.channels.models import Channel, InboundMessage
from zhiyin.customers.models import Customer, Identity
from zhiyin.people.models import Staff
from zhiyin.tickets.models import Message, Participant, Ticket
from zhiyin.tickets.queries.aliases import root_of
from zhiyin.tickets.queries.threading import Target, answer_address

OTHER_TICKETS = 10


def ticket_for_page(*, ticket_id: int, by: Staff) -> Ticket:
    """The ticket with all its row needs, or what it was merged into.

    Raises Ticket.DoesNotExist when that is not the person's to see.
    """
    tickets = Ticket.objects.visible_to(by).with_rows()
    ticket = tickets.filter(pk=ticket_id).first()
    if ticket is None or ticket.merged_into_id is not None:
        into = root_of(ticket_id)
        return tickets.exclude(pk=ticket_id).get(pk=into)
    return ticket


def tickets_of_customer(*, customer_id: int, by: Staff, without: int = 0) -> list[Ticket]:
    """The customer's latest tickets that the person may see."""
    tickets = Ticket.objects.visible_to(by).themselves().filter(customer_id=customer_id).exclude(pk=without)
    return list(tickets.with_rows().order_by("-last_message_at", "-pk")[:OTHER_TICKETS])


def participants_of(ticket: Ticket) -> list[Participant]:
    return list(Participant.objects.filter(ticket=ticket).order_by("pk"))


def customer_of(ticket: Ticket) -> Customer:
    """The customer with the addresses we know them by; two queries."""
    return Customer.objects.defer("search").prefetch_related("identities").get(pk=ticket.customer_id)


def ways_to_reply(customer: Customer, last: InboundMessage | None) -> list[Target]:
    """Where an answer can go: back the way the customer last came, then by each mailbox."""
    ways = []
    if last is not None:
        ways.append(
            Target(
                channel=last.channel, kind=last.sender_kind, value=answer_address(last), name=last.sender_name
            )
        )
    addresses = [identity for identity in customer.identities.all() if identity.kind == Identity.Kind.EMAIL]
    if addresses:
        address = min(addresses, key=lambda identity: identity.pk).value
        mailboxes = Channel.objects.filter(kind="email", active=True).only("kind", "name").order_by("pk")
        taken = {way.channel.pk for way in ways}
        ways += [
            Target(channel=mailbox, kind="email", value=address)
            for mailbox in mailboxes
            if mailbox.pk not in taken
        ]
    return ways


def original_of(*, ticket_id: int, message_id: int, by: Staff) -> tuple[str, bytes]:
    """The raw message as it arrived: a file name and its bytes."""
    ticket = Ticket.objects.visible_to(by).get(pk=ticket_id)
    message = Message.objects.select_related("inbound__raw__file", "inbound__channel").get(
        ticket=ticket, pk=message_id, inbound__isnull=False
    )
    assert message.inbound is not None
    ending = "eml" if message.inbound.channel.kind == "email" else "json"
    return f"message-{message.pk}.{ending}", message.inbound.raw.bytes()


def used_tags(*, limit: int = 200) -> list[str]:
    """Tags on recent tickets, most used first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT tag FROM (
                 SELECT unnest(tags) AS tag FROM tickets_ticket WHERE tags <> '{}' ORDER BY id DESC LIMIT 5000
               ) used GROUP BY tag ORDER BY count(*) DESC, tag LIMIT %s""",
            [limit],
        )
        return [row[0] for row in cursor.fetchall()]
