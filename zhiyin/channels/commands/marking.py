"""What becomes known of a message after it was understood."""

from __future__ import annotations

from django.db import transaction

from zhiyin.channels.models import InboundMessage


@transaction.atomic
def note_invitation_answered(*, inbound_id: int, answer: str) -> None:
    """Note on an invitation what we answered last."""
    inbound = InboundMessage.objects.select_for_update().get(pk=inbound_id)
    inbound.marks["invitation"]["answer"] = answer
    inbound.save(update_fields=["marks"])
