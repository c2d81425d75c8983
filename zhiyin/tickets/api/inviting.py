"""Answering invitations by a button."""

from __future__ import annotations

from typing import Literal

from django.utils import timezone
from ninja import Schema, Status

from zhiyin.people.access import Signed, needs
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.inviting import answer_invitation
from zhiyin.tickets.models import Message
from zhiyin.tickets.shapes import Entry, message_entry


class InvitationAnswer(Schema):
    answer: Literal["accepted", "tentative", "declined"]


@router.post(
    "/tickets/{int:ticket_id}/messages/{int:message_id}/invitation-answers",
    response={201: Entry},
    auth=needs("tickets.reply"),
)
def post_invitation_answer(
    request: Signed, ticket_id: int, message_id: int, body: InvitationAnswer
) -> Status[Entry]:
    """Tell the organiser of a meeting whether we come; the answer leaves from the mailbox that was invited."""
    message = answer_invitation(
        ticket_id=ticket_id, message_id=message_id, answer=body.answer, by=request.auth, now=timezone.now()
    )
    fresh = Message.objects.select_related("staff", "delivery__channel").get(pk=message.pk)
    return Status(201, message_entry(fresh, []))
