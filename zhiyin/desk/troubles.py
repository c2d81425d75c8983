"""Messages to customers that did not arrive, for whoever runs the centre."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from zhiyin.channels.commands.delivering import resend_delivery
from zhiyin.channels.models import Delivery
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.tickets.commands.following_up import note_delivery_settled
from zhiyin.tickets.models import Message

TROUBLED = (Delivery.State.FAILED, Delivery.State.BOUNCED)


def failed_deliveries(*, limit: int) -> list[Delivery]:
    """The newest that failed or came back, each with the ticket it is on; one query. Blanked ones have nobody to go to."""
    ticket = Message.objects.filter(delivery=OuterRef("pk")).values("ticket")[:1]
    troubled = Delivery.objects.filter(state__in=TROUBLED, settled_at__isnull=False).exclude(recipient="")
    found = troubled.select_related("channel").annotate(ticket_id=Subquery(ticket))
    return list(found.order_by("-created_at", "-pk")[:limit])


@transaction.atomic
def send_again(*, delivery_id: int, by: Staff, now: datetime) -> None:
    """Send it again, tell its ticket and the audit trail. Raises NothingToResend, Delivery.DoesNotExist."""
    delivery = resend_delivery(delivery_id=delivery_id, now=now)
    note_delivery_settled(delivery_id=delivery.pk, state=delivery.state, now=now)
    record_audit(action="operations.delivery_retried", by=by.pk, target=f"delivery:{delivery.pk}", now=now)
