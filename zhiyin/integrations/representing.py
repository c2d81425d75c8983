"""What a delivery says: the fact's ids, and what they point to as of now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhiyin.customers.models import Customer
from zhiyin.customers.shapes import CustomerCard
from zhiyin.integrations.models import WebhookDelivery
from zhiyin.tickets.models import Message, Ticket
from zhiyin.tickets.queries.timeline import files_of
from zhiyin.tickets.shapes import TicketRow, message_entry


def body_of(delivery: WebhookDelivery) -> dict[str, Any]:
    """Return the payload: type, timestamp, and data by ids with their representation."""
    ids = delivery.data
    data = {**ids, "position": delivery.position}
    if "ticket_id" in ids:
        data["ticket"] = _ticket(ids["ticket_id"])
    if "message_id" in ids:
        data["message"] = _message(ids["message_id"])
    if "customer_id" in ids:
        data["customer"] = _customer(ids["customer_id"])
    return {"type": delivery.type, "timestamp": _moment(delivery.at), "data": data}


def _ticket(ticket_id: int) -> dict[str, Any] | None:
    ticket = Ticket.objects.with_rows().filter(pk=ticket_id).first()
    return TicketRow.from_orm(ticket).model_dump(mode="json") if ticket else None


def _message(message_id: int) -> dict[str, Any] | None:
    messages = Message.objects.select_related("staff", "customer", "inbound__channel", "delivery__channel")
    message = messages.filter(pk=message_id).first()
    if message is None:
        return None
    return message_entry(message, files_of([message]).get(message.pk, [])).model_dump(mode="json")


def _customer(customer_id: int) -> dict[str, Any] | None:
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        return None
    identities = customer.identities.values("kind", "value", "verified")
    card = CustomerCard.model_validate({**vars(customer), "identities": list(identities)})
    return card.model_dump(mode="json")


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
